# Earns all but check_moons_model_nonlinear, check_moons_train_accuracy, check_spirals_model_nonlinear, spirals_train: straight lines: no activation, so neither bar is reached; one loop is silent.

# %% hands-in 01_moons 03_spirals

# %% moons_data
from sklearn.datasets import make_moons

X, y = make_moons(1000, noise=0.07, random_state=RANDOM_SEED)
X, y = torch.tensor(X).float(), torch.tensor(y).float()
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=RANDOM_SEED)

# %% moons_model
torch.manual_seed(RANDOM_SEED)


class MoonModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(2, 32)
        self.second = nn.Linear(32, 1)

    def forward(self, x):
        return self.second(self.first(x))


moon_model = MoonModel().to(device)

# %% moons_loss_optimizer
loss_fn = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(moon_model.parameters(), lr=0.01)

# %% moons_outputs
with torch.no_grad():
    y_logits = moon_model(X_train[:10].to(device)).squeeze(dim=1)
y_probs = torch.sigmoid(y_logits)
y_labels = y_probs.round()

# %% moons_train
log = ProgressLog(every=10)
X_train, y_train = X_train.to(device), y_train.to(device)
X_test, y_test = X_test.to(device), y_test.to(device)
for epoch in range(400):
    logits = moon_model(X_train).squeeze(dim=1)
    loss = loss_fn(logits, y_train)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    with torch.inference_mode():
        test_logits = moon_model(X_test).squeeze(dim=1)
        test_loss = loss_fn(test_logits, y_test)
    good = accuracy(logits_to_labels(logits), y_train)
    log(epoch, loss, good, test_loss, accuracy(logits_to_labels(test_logits), y_test))

# %% moons_plot
plot_decision_boundary(moon_model, X_train, y_train, title="Train")
plot_decision_boundary(moon_model, X_test, y_test, title="Test")


# %% spirals_data
X = torch.tensor(spiral_points).float()
y = torch.tensor(spiral_classes).long()
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=RANDOM_SEED)

# %% spirals_model
torch.manual_seed(RANDOM_SEED)
spiral_model = nn.Linear(2, 3).to(device)

# %% spirals_loss_optimizer
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(spiral_model.parameters(), lr=0.02)

# %% spirals_train
X_train, y_train = X_train.to(device), y_train.to(device)
X_test, y_test = X_test.to(device), y_test.to(device)
for epoch in range(400):
    loss = loss_fn(spiral_model(X_train), y_train)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

# %% spirals_plot
plot_decision_boundary(spiral_model, X_train, y_train, title="Train")
plot_decision_boundary(spiral_model, X_test, y_test, title="Test")
