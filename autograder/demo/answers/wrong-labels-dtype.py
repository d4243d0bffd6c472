# Earns all but check_moons_data_tensors, check_tanh_stable, check_spirals_data_tensors, spirals_train, spirals_plot: integer labels, patched in the moons loop; float labels stop the spirals loop.

# %% moons_data
from sklearn.datasets import make_moons

X, y = make_moons(1000, noise=0.07, random_state=RANDOM_SEED)
X = torch.from_numpy(X).float()
y = torch.from_numpy(y)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=RANDOM_SEED)

# %% moons_model
torch.manual_seed(RANDOM_SEED)
moon_model = nn.Sequential(
    nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1)
).to(device)

# %% moons_loss_optimizer
loss_fn = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(moon_model.parameters(), lr=0.01)

# %% moons_outputs
y_logits = moon_model(X_train[:10].to(device)).squeeze(dim=1)
y_probs = torch.sigmoid(y_logits)
y_labels = torch.round(y_probs).int()

# %% moons_train
log = ProgressLog(every=10)
X_train, y_train = X_train.to(device), y_train.to(device)
X_test, y_test = X_test.to(device), y_test.to(device)
for epoch in range(300):
    logits = moon_model(X_train).squeeze(dim=1)
    loss = loss_fn(logits, y_train.float())  # without .float() it stops with an error
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    with torch.inference_mode():
        test_logits = moon_model(X_test).squeeze(dim=1)
        test_loss = loss_fn(test_logits, y_test.float())
    seen = accuracy(logits_to_labels(logits), y_train)
    log(epoch, loss, seen, test_loss, accuracy(logits_to_labels(test_logits), y_test))

# %% moons_plot
plot_decision_boundary(moon_model, X_train, y_train, title="Train")
plot_decision_boundary(moon_model, X_test, y_test, title="Test")


# %% tanh
def tanh(x):
    """Hyperbolic tangent of each element of the tensor x; the same shape comes back."""
    return torch.expm1(2 * x) / (torch.expm1(2 * x) + 2)


# %% spirals_data
X = torch.from_numpy(spiral_points).float()
y = torch.from_numpy(spiral_classes).float()
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=RANDOM_SEED)

# %% spirals_model
torch.manual_seed(RANDOM_SEED)
spiral_model = nn.Sequential(
    nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 3)
).to(device)

# %% spirals_loss_optimizer
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(spiral_model.parameters(), lr=0.02)

# %% spirals_train
log = ProgressLog(every=10)
for _ in range(400):
    logits = spiral_model(X_train.to(device))
    loss = loss_fn(logits, y_train.to(device))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
