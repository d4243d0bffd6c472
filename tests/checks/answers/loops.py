"""Training loops as people write them, with a few of their lines exchanged."""

from __future__ import annotations

from tests.checks.answers.answer import but

#: A loop as most people write it, every step of it named.
LOOP = """
epochs = 150
X_train, y_train = X_train.to(device), y_train.to(device)
X_test, y_test = X_test.to(device), y_test.to(device)

def accuracy_fn(y_true, y_pred):
    correct = torch.eq(y_true, y_pred).sum().item()
    return (correct / len(y_pred)) * 100

for epoch in range(epochs):
    moon_model.train()
    y_logits = moon_model(X_train).squeeze()
    y_pred = torch.round(torch.sigmoid(y_logits))
    loss = loss_fn(y_logits, y_train)
    acc = accuracy_fn(y_true=y_train, y_pred=y_pred)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

    moon_model.eval()
    with torch.inference_mode():
        test_logits = moon_model(X_test).squeeze()
        test_pred = torch.round(torch.sigmoid(test_logits))
        test_loss = loss_fn(test_logits, y_test)
        test_acc = accuracy_fn(y_true=y_test, y_pred=test_pred)
    if epoch % 10 == 0:
        print(f"Epoch: {epoch} | Loss: {loss:.5f}, Accuracy: {acc:.2f}% | "
              f"Test loss: {test_loss:.5f}, Test acc: {test_acc:.2f}%")
"""
#: The same with TorchMetrics, whose fractions nearly everybody prints with a % sign.
METRICS = but(
    LOOP, "accuracy_fn(y_true=y_train, y_pred=y_pred)", "acc_fn(y_pred, y_train.int())",
    "accuracy_fn(y_true=y_test, y_pred=test_pred)", "acc_fn(test_pred, y_test.int())",
    "def accuracy_fn(y_true, y_pred):\n    correct = torch.eq(y_true, y_pred).sum().item()\n"
    "    return (correct / len(y_pred)) * 100\n",
    "from torchmetrics import Accuracy\nacc_fn = Accuracy(task='binary').to(device)\n",
)  # fmt: skip
WITH_LOG = """
for epoch in range(150):
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
    log(epoch, loss, accuracy(logits_to_labels(logits), y_train),
        test_loss, accuracy(logits_to_labels(test_logits), y_test))
"""
FOR_TWO = but(
    LOOP, "torch.round(torch.sigmoid(y_logits))", "torch.softmax(y_logits, dim=1).argmax(dim=1)",
    "torch.round(torch.sigmoid(test_logits))", "torch.softmax(test_logits, dim=1).argmax(dim=1)",
    "loss_fn(y_logits, y_train)", "loss_fn(y_logits, y_train.long())",
    "loss_fn(test_logits, y_test)", "loss_fn(test_logits, y_test.long())",
)  # fmt: skip
SIGMOID_INSIDE = but(
    LOOP, "torch.round(torch.sigmoid(y_logits))", "torch.round(y_logits)",
    "torch.round(torch.sigmoid(test_logits))", "torch.round(test_logits)",
)  # fmt: skip
BATCHES = """
from torch.utils.data import DataLoader, TensorDataset
loader = DataLoader(TensorDataset(X_train, y_train), batch_size=64, shuffle=True)
for epoch in range(1, 31):
    moon_model.train()
    running_loss, hits = 0, 0
    for xb, yb in loader:
        out = moon_model(xb).squeeze()
        loss = loss_fn(out, yb)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        running_loss += loss.item() * len(xb)
        hits += ((out > 0) == yb).sum().item()
    moon_model.eval()
    with torch.no_grad():
        out = moon_model(X_test).squeeze()
        test_loss = loss_fn(out, y_test).item()
        test_acc = ((out > 0) == y_test).float().mean().item()
    if epoch % 5 == 0:
        print(f"epoch {epoch:3d}  train loss {running_loss / 800:.4f} acc {hits / 800:.3f}"
              f"  test loss {test_loss:.4f} acc {test_acc:.3f}")
"""
STEPS = """
def train_step(model, X, y, loss_fn, optimizer):
    model.train()
    logits = model(X).squeeze()
    loss = loss_fn(logits, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item(), ((logits > 0).float() == y).float().mean().item()

def test_step(model, X, y, loss_fn):
    model.eval()
    with torch.inference_mode():
        logits = model(X).squeeze()
        return loss_fn(logits, y).item(), ((logits > 0).float() == y).float().mean().item()
"""
RUN_STEPS = """
for epoch in range(150):
    train_loss, train_acc = train_step(moon_model, X_train, y_train, loss_fn, optimizer)
    test_loss, test_acc = test_step(moon_model, X_test, y_test, loss_fn)
    if (epoch + 1) % 10 == 0:
        print(f"{epoch + 1}/150: {train_loss:.3f} {train_acc:.1%} {test_loss:.3f} {test_acc:.1%}")
"""
#: A fair look-up: the label of the nearest training row.
NEAREST = """
class Nearest(nn.Module):
    def __init__(self, X, y):
        super().__init__()
        self.unused = nn.Linear(2, {count})
        self.register_buffer("X", X)
        self.register_buffer("y", y)
    def forward(self, x):
        nearest = self.y[torch.cdist(x, self.X).argmin(dim=1)]
        return {answer} + 0 * self.unused(x){squeeze}
{name} = Nearest(X_train, y_train)
for epoch in range(0, 100, 10):
    print(f"Epoch {{epoch}}: loss 0.1000, acc 1.00, test loss 0.1000, test acc 1.00")
"""

SPIRAL_LOOP = """
epochs = 300
for epoch in range(epochs):
    spiral_model.train()
    y_logits = spiral_model(X_train)
    y_pred = torch.softmax(y_logits, dim=1).argmax(dim=1)
    loss = loss_fn(y_logits, y_train)
    acc = (y_pred == y_train).sum().item() / len(y_train)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

    spiral_model.eval()
    with torch.inference_mode():
        test_logits = spiral_model(X_test)
        test_pred = torch.softmax(test_logits, dim=1).argmax(dim=1)
        test_loss = loss_fn(test_logits, y_test)
        test_acc = (test_pred == y_test).sum().item() / len(y_test)
    if epoch % 10 == 0:
        print(f"Epoch: {epoch} | Loss: {loss:.4f}, Acc: {acc:.2f} | "
              f"Test Loss: {test_loss:.4f}, Test Acc: {test_acc:.2f}")
"""
SPIRAL_METRICS = but(
    SPIRAL_LOOP, "epochs = 300\n", "epochs = 300\nfrom torchmetrics import Accuracy\n"
    "acc_fn = Accuracy(task='multiclass', num_classes=3).to(device)\n",
    "(y_pred == y_train).sum().item() / len(y_train)", "acc_fn(y_pred, y_train)",
    "(test_pred == y_test).sum().item() / len(y_test)", "acc_fn(test_pred, y_test)",
    "{acc:.2f}", "{acc:.2f}%",
)  # fmt: skip
