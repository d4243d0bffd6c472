# Earns all but check_tanh_gradient, check_tanh_pure, check_tanh_stable, spirals_train: the answers that the course grew from: small networks, NumPy's exp, 4 outputs.

# %% moons_data
from sklearn.datasets import make_moons

X, y = make_moons(1000, noise=0.07, random_state=RANDOM_SEED)
X = torch.from_numpy(X).type(torch.float)
y = torch.from_numpy(y).type(torch.float)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.20, random_state=RANDOM_SEED)
len(X_train), len(X_test), len(y_train), len(y_test)

# %% moons_model
torch.manual_seed(RANDOM_SEED)


class MoonModelV0(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Linear(in_features=2, out_features=10)
        self.layer2 = nn.Linear(in_features=10, out_features=10)
        self.layer3 = nn.Linear(in_features=10, out_features=1)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.layer3(self.relu(self.layer2(self.relu(self.layer1(x)))))


moon_model = MoonModelV0().to(device)
moon_model

# %% moons_loss_optimizer
loss_fn = nn.BCEWithLogitsLoss()
optimizer = torch.optim.SGD(params=moon_model.parameters(), lr=0.2)

# %% moons_outputs
y_logits = moon_model(X_train.to(device)[:10]).squeeze()
y_probs = torch.sigmoid(y_logits)
y_labels = torch.round(y_probs)
print("Logits:", y_logits, "Pred probs:", y_probs, "Pred labels:", y_labels, sep="\n")


# %% moons_train
def acc_fn(predicted, true):
    return (predicted == true).float().mean()


torch.manual_seed(RANDOM_SEED)
epochs = 800
X_train, y_train = X_train.to(device), y_train.to(device)
X_test, y_test = X_test.to(device), y_test.to(device)

for epoch in range(epochs):
    moon_model.train()
    y_logits = moon_model(X_train).squeeze()
    y_pred = torch.round(torch.sigmoid(y_logits))
    loss = loss_fn(y_logits, y_train)
    acc = acc_fn(y_pred, y_train)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

    moon_model.eval()
    with torch.inference_mode():
        test_logits = moon_model(X_test).squeeze()
        test_pred = torch.round(torch.sigmoid(test_logits))
        test_loss = loss_fn(test_logits, y_test)
        test_acc = acc_fn(test_pred, y_test)

    if epoch % 10 == 0:
        print(f"Epoch: {epoch} | Loss: {loss:.4f}, Acc: {acc:.2f}%", end=" | ")
        print(f"Test loss: {test_loss:.4f}, Test acc: {test_acc:.2f}%")

# %% moons_plot
import numpy as np


def plot_decision_boundary(model, X, y):
    """The learner's own: on the CPU, in eval mode, with Matplotlib's filled contours."""
    model.to("cpu")
    X, y = X.to("cpu"), y.to("cpu")
    x_min, x_max = X[:, 0].min() - 0.1, X[:, 0].max() + 0.1
    y_min, y_max = X[:, 1].min() - 0.1, X[:, 1].max() + 0.1
    xx, yy = np.meshgrid(np.linspace(x_min, x_max, 101), np.linspace(y_min, y_max, 101))
    grid = torch.from_numpy(np.column_stack((xx.ravel(), yy.ravel()))).float()
    model.eval()
    with torch.inference_mode():
        logits = model(grid)
    if len(torch.unique(y)) > 2:
        pred = torch.softmax(logits, dim=1).argmax(dim=1)
    else:
        pred = torch.round(torch.sigmoid(logits))
    plt.contourf(xx, yy, pred.reshape(xx.shape), cmap=plt.cm.RdYlBu, alpha=0.7)
    plt.scatter(X[:, 0], X[:, 1], c=y, s=40, cmap=plt.cm.RdYlBu)


plt.figure(figsize=(12, 6))
plt.subplot(1, 2, 1)
plt.title("Train")
plot_decision_boundary(moon_model, X_train, y_train)
plt.subplot(1, 2, 2)
plt.title("Test")
plot_decision_boundary(moon_model, X_test, y_test)

# %% tanh
import numpy as np


def tanh(x):
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


plt.plot(tanh(torch.arange(-10, 10, 1, dtype=torch.float)))

# %% spirals_data
X = torch.from_numpy(spiral_points).type(torch.float)
y = torch.from_numpy(spiral_classes).type(torch.LongTensor)
X_train, X_test, y_train, y_test = train_test_split(X, y, train_size=0.8, random_state=RANDOM_SEED)

# %% spirals_model
torch.manual_seed(RANDOM_SEED)


class SpiralModelV0(nn.Module):
    def __init__(self, input_features, output_features, hidden_layers=8):
        super().__init__()
        self.layer_stack = nn.Sequential(
            nn.Linear(in_features=input_features, out_features=hidden_layers),
            nn.ReLU(),
            nn.Linear(in_features=hidden_layers, out_features=hidden_layers),
            nn.ReLU(),
            nn.Linear(in_features=hidden_layers, out_features=output_features),
        )

    def forward(self, x):
        return self.layer_stack(x)


spiral_model = SpiralModelV0(input_features=2, output_features=4).to(device)
spiral_model

# %% spirals_loss_optimizer
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(params=spiral_model.parameters(), lr=0.2)


# %% spirals_train
def acc_fn(predicted, true):
    return (predicted == true).float().mean()


X_train, y_train = X_train.to(device), y_train.to(device)
X_test, y_test = X_test.to(device), y_test.to(device)

for epoch in range(200):
    spiral_model.train()
    y_logits = spiral_model(X_train).squeeze()
    y_pred = torch.argmax(torch.softmax(y_logits, dim=1), dim=1)
    loss = loss_fn(y_logits, y_train)
    acc = acc_fn(y_pred, y_train)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

    spiral_model.eval()
    with torch.inference_mode():
        test_logits = spiral_model(X_test).squeeze()
        test_pred = torch.argmax(torch.softmax(test_logits, dim=1), dim=1)
        test_loss = loss_fn(test_logits, y_test)
        test_acc = acc_fn(test_pred, y_test)

    if epoch % 100 == 0:
        print(f"Epoch: {epoch} | Loss: {loss:.4f}, Acc: {acc:.2f}%", end=" | ")
        print(f"Test loss: {test_loss:.4f}, Test acc: {test_acc:.2f}%")

# %% spirals_plot
plt.figure(figsize=(12, 6))
plt.subplot(1, 2, 1)
plot_decision_boundary(spiral_model, X_train, y_train, ax=plt.gca())
plt.subplot(1, 2, 2)
plot_decision_boundary(spiral_model, X_test, y_test, ax=plt.gca())
