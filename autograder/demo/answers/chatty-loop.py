# Earns all: prints every epoch, draws a progress bar on stderr and logs; all of it is allowed.

# %% moons_data
import logging

from sklearn.datasets import make_moons

logging.basicConfig(level=logging.INFO, force=True)
logging.info("making the moons")
X, y = make_moons(1000, noise=0.07, random_state=RANDOM_SEED)
print(X, y)
X, y = torch.tensor(X).float(), torch.tensor(y).float()
print(X, y)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=RANDOM_SEED)
print(X_train, X_test, y_train, y_test)

# %% moons_model
torch.manual_seed(RANDOM_SEED)


class MoonModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1)
        )

    def forward(self, x):
        if x.shape[0] == 10:
            logging.info("forward pass on %d rows", x.shape[0])
        return self.net(x)


moon_model = MoonModel().to(device)
print(moon_model)
print(moon_model.state_dict())

# %% moons_loss_optimizer
loss_fn = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(moon_model.parameters(), lr=0.01)
print(loss_fn, optimizer)

# %% moons_outputs
y_logits = moon_model(X_train[:10].to(device)).squeeze(dim=1)
y_probs = torch.sigmoid(y_logits)
y_labels = torch.round(y_probs)
print(y_logits, y_probs, y_labels)

# %% moons_train
import sys


def bar(epoch, epochs):
    """What a progress bar writes, all in one line that is drawn over and over."""
    done = 20 * (epoch + 1) // epochs
    sys.stderr.write(f"\r{100 * (epoch + 1) // epochs:3d}%|{'#' * done:20}| {epoch + 1}/{epochs}")
    sys.stderr.flush()


epochs = 300
X_train, y_train = X_train.to(device), y_train.to(device)
X_test, y_test = X_test.to(device), y_test.to(device)
for epoch in range(epochs):
    moon_model.train()
    logits = moon_model(X_train).squeeze(dim=1)
    loss = loss_fn(logits, y_train)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    moon_model.eval()
    with torch.inference_mode():
        test_logits = moon_model(X_test).squeeze(dim=1)
        test_loss = loss_fn(test_logits, y_test)
    print("Epoch", epoch)
    print("  loss", loss.item(), "accuracy", accuracy(logits_to_labels(logits), y_train))
    print("  test", test_loss.item(), "accuracy", accuracy(logits_to_labels(test_logits), y_test))
    bar(epoch, epochs)
logging.warning("done")

# %% moons_plot
for title, features, labels in [("Train", X_train, y_train), ("Test", X_test, y_test)]:
    logging.info("drawing %s", title)
    plot_decision_boundary(moon_model, features, labels, title=title)
    plt.show()

# %% tanh
import warnings


def tanh(x):
    """Hyperbolic tangent of each element of the tensor x; the same shape comes back."""
    warnings.warn("my tanh was called", stacklevel=1)
    print("tanh of", x)
    grows = torch.exp(-2 * x.abs())
    return torch.where(x < 0, -1.0, 1.0) * (1 - grows) / (1 + grows)


# %% spirals_data
print(spiral_points, spiral_classes)
X = torch.tensor(spiral_points).float()
y = torch.tensor(spiral_classes).long()
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=RANDOM_SEED)
print(X_train.shape, X_test.shape)

# %% spirals_model
torch.manual_seed(RANDOM_SEED)
spiral_model = nn.Sequential(
    nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 3)
).to(device)
print(spiral_model)

# %% spirals_loss_optimizer
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(spiral_model.parameters(), lr=0.02)

# %% spirals_train
import warnings

X_train, y_train = X_train.to(device), y_train.to(device)
X_test, y_test = X_test.to(device), y_test.to(device)
for epoch in range(400):
    spiral_model.train()
    logits = spiral_model(X_train)
    loss = loss_fn(logits, y_train)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    spiral_model.eval()
    with torch.inference_mode():
        test_logits = spiral_model(X_test)
        test_loss = loss_fn(test_logits, y_test)
    if loss > 1:
        warnings.warn(f"the loss is still {loss:.2f}", stacklevel=1)
    good = accuracy(logits.argmax(dim=1), y_train)
    test_good = accuracy(test_logits.argmax(dim=1), y_test)
    print(f"[{epoch + 1}/400] {loss:.4f} {good:.1%} {test_loss:.4f} {test_good:.1%}")

# %% spirals_plot
for title, features, labels in [("Train", X_train, y_train), ("Test", X_test, y_test)]:
    print("drawing", title)
    plot_decision_boundary(spiral_model, features, labels, title=title)
    plt.show()
