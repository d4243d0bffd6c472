# Earns moons_data, check_moons_loss_optimizer_loss: sound work under other names than the exercise asks for; each check says which.

# %% hands-in 01_moons 02_tanh

# %% moons_data
from sklearn.datasets import make_moons

X, y = make_moons(1000, noise=0.07, random_state=RANDOM_SEED)
X, y = torch.tensor(X).float(), torch.tensor(y).float()
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=RANDOM_SEED)

# %% moons_model
torch.manual_seed(RANDOM_SEED)
model = nn.Sequential(
    nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1)
).to(device)

# %% moons_loss_optimizer
loss_fn = nn.BCEWithLogitsLoss()
opt = torch.optim.Adam(model.parameters(), lr=0.01)

# %% moons_outputs
logits = model(X_train[:10].to(device)).squeeze(dim=1)
probs = torch.sigmoid(logits)
labels = torch.round(probs)

# %% moons_train
log = ProgressLog(every=10)
features, targets = X_train.to(device), y_train.to(device)
for epoch in range(300):
    logits = model(features).squeeze(dim=1)
    loss = loss_fn(logits, targets)
    opt.zero_grad()
    loss.backward()
    opt.step()
    with torch.inference_mode():
        test_logits = model(X_test.to(device)).squeeze(dim=1)
        test_loss = loss_fn(test_logits, y_test.to(device))
    seen = accuracy(logits_to_labels(logits), targets)
    log(epoch, loss, seen, test_loss, accuracy(logits_to_labels(test_logits), y_test.to(device)))

# %% moons_plot
plot_decision_boundary(model, X_train, y_train, title="Train")
plot_decision_boundary(model, X_test, y_test, title="Test")


# %% tanh
def my_tanh(x):
    """Hyperbolic tangent of each element of the tensor x; the same shape comes back."""
    return 2 / (1 + torch.exp(-2 * x)) - 1
