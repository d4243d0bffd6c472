# Earns moons_data, moons_model, moons_loss_optimizer, moons_outputs, check_moons_train_progress, spirals_data, spirals_loss_optimizer: a list that is too short ends one loop, shapes that do not fit end the other.

# %% moons_data
from sklearn.datasets import make_moons

X, y = make_moons(1000, noise=0.07, random_state=RANDOM_SEED)
X = torch.tensor(X, dtype=torch.float32)
y = torch.tensor(y, dtype=torch.float32)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=RANDOM_SEED)

# %% moons_model
torch.manual_seed(RANDOM_SEED)
moon_model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1)).to(device)

# %% moons_loss_optimizer
loss_fn = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(moon_model.parameters(), lr=0.01)

# %% moons_outputs
y_logits = moon_model(X_train[:10].to(device)).squeeze(dim=1)
y_probs = torch.sigmoid(y_logits)
y_labels = torch.round(y_probs)

# %% moons_train
log = ProgressLog(every=10)
losses = [0.0] * 30
X_train, y_train = X_train.to(device), y_train.to(device)
X_test, y_test = X_test.to(device), y_test.to(device)
for epoch in range(300):
    logits = moon_model(X_train).squeeze(dim=1)
    loss = loss_fn(logits, y_train)
    losses[epoch] = loss.item()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    with torch.inference_mode():
        test_logits = moon_model(X_test).squeeze(dim=1)
        test_loss = loss_fn(test_logits, y_test)
    seen = accuracy(logits_to_labels(logits), y_train)
    log(epoch, loss, seen, test_loss, accuracy(logits_to_labels(test_logits), y_test))


# %% tanh
def tanh(x):
    """Hyperbolic tangent of each element of the tensor x; the same shape comes back."""
    return (exp(x) - exp(-x)) / (exp(x) + exp(-x))


# %% spirals_data
X = torch.tensor(spiral_points, dtype=torch.float32)
y = torch.tensor(spiral_classes, dtype=torch.int64)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=RANDOM_SEED)

# %% spirals_model
torch.manual_seed(RANDOM_SEED)
spiral_model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(16, 3)).to(device)

# %% spirals_loss_optimizer
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(spiral_model.parameters(), lr=0.02)

# %% spirals_train
log = ProgressLog(every=10)
for epoch in range(400):
    logits = spiral_model(X_train.to(device))
    loss = loss_fn(logits, y_train.to(device))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(epoch, loss)
