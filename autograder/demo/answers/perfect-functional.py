# Earns all: other forms throughout: two outputs, raw parameters, own accuracy and own prints.

# %% moons_data
from sklearn import datasets

points, classes = datasets.make_moons(1000, noise=0.07, random_state=42)
X, y = torch.Tensor(points), torch.Tensor(classes)
X_train, X_test, y_train, y_test = train_test_split(X, y, train_size=0.8, random_state=42)

# %% moons_model
torch.manual_seed(RANDOM_SEED)


class TwoAnswers(nn.Module):
    """Raw parameters and one output for each class."""

    def __init__(self):
        super().__init__()
        self.w1 = nn.Parameter(torch.randn(2, 20))
        self.b1 = nn.Parameter(torch.zeros(20))
        self.w2 = nn.Parameter(torch.randn(20, 20) / 20**0.5)
        self.b2 = nn.Parameter(torch.zeros(20))
        self.w3 = nn.Parameter(torch.randn(20, 2) / 20**0.5)

    def forward(self, x):
        hidden = nn.functional.silu(x @ self.w1 + self.b1)
        return nn.functional.silu(hidden @ self.w2 + self.b2) @ self.w3


moon_model = TwoAnswers().to(device)


# %% moons_loss_optimizer
def loss_fn(outputs, labels):
    return nn.functional.cross_entropy(outputs, labels.long())


optimizer = torch.optim.AdamW(moon_model.parameters(), lr=0.02)

# %% moons_outputs
y_logits = moon_model(X_train[:10].to(device))
y_probs = y_logits.softmax(dim=-1)
y_labels = y_probs.argmax(dim=-1)


# %% extra after=moons_outputs
def accuracy(model, features, labels):
    """Share of right answers in percent."""
    return 100 * (model(features).argmax(dim=-1) == labels).float().mean().item()


check = accuracy(moon_model, X_test.to(device), y_test.to(device))
check

# %% moons_train
features, labels = X_train.to(device), y_train.to(device)
for step in range(1, 301):
    loss = loss_fn(moon_model(features), labels)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    if step % 5 == 0:
        with torch.no_grad():
            unseen = loss_fn(moon_model(X_test.to(device)), y_test.to(device))
            seen = accuracy(moon_model, features, labels)
            held_out = accuracy(moon_model, X_test.to(device), y_test.to(device))
        print(f"step {step:3d}/300  loss {loss.item():.4f} ({seen:.1f}%)", end="  ")
        print(f"held out: {unseen.item():.4f} ({held_out:.1f}%)")

# %% moons_plot
for title, features, labels in [("train", X_train, y_train), ("test", X_test, y_test)]:
    figure, axes = plt.subplots()
    side = torch.linspace(-2.5, 3.5, 150)
    grid = torch.cartesian_prod(side, side)
    with torch.no_grad():
        winner = moon_model(grid.to(device)).argmax(dim=1).cpu().reshape(150, 150)
    axes.pcolormesh(side, side, winner.T, cmap="coolwarm", alpha=0.4)
    axes.scatter(*features.cpu().T, c=labels.cpu(), cmap="coolwarm", edgecolors="black")
    axes.set_title(title)


# %% tanh
def tanh(x):
    """Hyperbolic tangent of each element of the tensor x; the same shape comes back."""
    return 1 - 2 / (torch.exp(2 * x) + 1)


# %% spirals_data
X = torch.as_tensor(spiral_points, dtype=torch.float)
y = torch.as_tensor(spiral_classes, dtype=torch.long)
parts = train_test_split(X, y, train_size=0.8, random_state=42)
X_train, X_test, y_train, y_test = (part.to(device) for part in parts)

# %% spirals_model
torch.manual_seed(RANDOM_SEED)


class Wave(nn.Module):
    def forward(self, x):
        return torch.sin(x)


spiral_model = nn.Sequential(nn.Linear(2, 64), Wave(), nn.Linear(64, 64), Wave(), nn.LazyLinear(3))
spiral_model = spiral_model.to(device)
spiral_model(X_train[:1])  # the lazy layer learns its size

# %% spirals_loss_optimizer
loss_fn = nn.functional.cross_entropy
optimizer = torch.optim.RMSprop(spiral_model.parameters(), lr=0.003)


# %% spirals_train
def score(features, labels):
    with torch.no_grad():
        outputs = spiral_model(features)
        return loss_fn(outputs, labels).item(), (outputs.argmax(1) == labels).float().mean().item()


for step in range(601):
    optimizer.zero_grad()
    loss_fn(spiral_model(X_train), y_train).backward()
    optimizer.step()
    if step % 10 == 0:
        print(step, *score(X_train, y_train), *score(X_test, y_test))

# %% spirals_plot
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 5))
left = plot_decision_boundary(spiral_model, X_train, y_train, ax=left)
right = plot_decision_boundary(spiral_model, X_test, y_test, ax=right)
