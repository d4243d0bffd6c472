"""More forms that people write, of each exercise: other spellings, other tools, other slips."""

from __future__ import annotations

from tests.checks.answers.answer import but, honest, of, unearned, wrong
from tests.checks.answers.data import MOONS
from tests.checks.answers.faults import LOOP_OF
from tests.checks.answers.loops import FOR_TWO, LOOP, SPIRAL_LOOP
from tests.checks.answers.losses import ADAM, CROSS, SGD
from tests.checks.answers.models import CALL, SPIRAL_V0, TWO_OUTPUTS, V0
from tests.checks.answers.plots import of_spirals
from tests.checks.answers.tanh import ALL, LIBRARY, nothing

_STABLE = {"stable": "inf|not a number|not finite"}
_OPTIMIZER = "\noptimizer = torch.optim.Adam(moon_model.parameters(), lr=0.01)"
_DRAWN = "X, y = make_moons(1000, noise=0.07, random_state=42)\nX, y = torch.Tensor(X), y\n"
_ONE_HOT = ("y_train.long()", "nn.functional.one_hot(y_train.long(), 2).float()",
            "y_test.long()", "nn.functional.one_hot(y_test.long(), 2).float()")  # fmt: skip
_BY_HAND = """
import numpy as np
def boundary(model, X, y, ax):
    x_min, x_max = X[:, 0].min() - .5, X[:, 0].max() + .5
    y_min, y_max = X[:, 1].min() - .5, X[:, 1].max() + .5
    xx, yy = np.meshgrid(np.linspace(x_min, x_max, 120), np.linspace(y_min, y_max, 120))
    points = torch.tensor(np.stack([xx.ravel(), yy.ravel()], axis=1), dtype=torch.float32)
    with torch.no_grad():
        Z = (model(points) > 0).numpy().reshape(xx.shape)
    ax.contourf(xx, yy, Z, levels=[-0.5, 0.5, 1.5], colors=["lightblue", "salmon"])
    ax.scatter(X[:, 0], X[:, 1], c=y, edgecolors="k")
fig, (ax1, ax2) = plt.subplots(1, 2, figsize=(12, 5))
boundary(moon_model, X_train, y_train, ax1)
boundary(moon_model, X_test, y_test, ax2)
"""
_THREE = of_spirals(but(_BY_HAND, "(model(points) > 0)", "model(points).argmax(1)", "salmon\"",
                        "salmon\", \"gold\"", "1.5]", "1.5, 2.5]"))  # fmt: skip
_ONE_GRID = """
import numpy as np
xs, ys = np.arange(-2, 3, .02), np.arange(-1.5, 2, .02)
xx, yy = np.meshgrid(xs, ys)
Z = moon_model(torch.FloatTensor(np.c_[xx.ravel(), yy.ravel()])).detach().numpy().reshape(xx.shape)
for i, (a, b) in enumerate([(X_train, y_train), (X_test, y_test)]):
    plt.subplot(1, 2, i + 1)
    plt.contourf(xx, yy, Z, 20, cmap="PuOr")
    plt.contour(xx, yy, Z, levels=[0], colors="k")
    plt.scatter(a[:, 0], a[:, 1], c=b)
"""

ANSWERS = [
    *of(
        "moons_data",
        honest("five-hundred-of-each", but(MOONS, "1000, noise", "(500, 500), noise")),
        wrong("one-hot", _DRAWN + "y = nn.functional.one_hot(torch.tensor(y)).float()\n"
              + MOONS.splitlines()[-1], lost={"tensors": "shape"}),
        wrong("split-by-torch", _DRAWN + """y = torch.Tensor(y)
from torch.utils.data import TensorDataset, random_split
train, test = random_split(TensorDataset(X, y), [800, 200])
X_train, y_train, X_test, y_test = (*train[:], *test[:])""",
              lost={"split": "train_test_split"}, never="noise|order"),
        wrong("circles", but(MOONS, "X, y = make_moons(", "from sklearn.datasets import "
                             "make_circles\nX, y = make_circles("), lost={"split": "make_moons"}),
    ),
    *of(
        "moons_model",
        honest("powers-into-one-layer", """
            class Powers(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.fc = nn.Linear(6, 1)
                def forward(self, x):
                    a, b = x[:, 0], x[:, 1]
                    return self.fc(torch.stack([a, b, a * b, b * b, a**3, a * a * b], dim=1))
            moon_model = Powers()
        """),
        honest("doubles", V0 + "moon_model = moon_model.double()"),
        wrong("a-comma-after-a-layer", but(V0, "=10)\n        self.layer_2",
                                           "=10),\n        self.layer_2"),
              lost={"outputs": "comma", "nonlinear": "comma"}, never="accuracy ="),
        wrong("layers-made-in-forward", but(V0, CALL, "nn.Linear(10, 1)(torch.relu("
                                            "nn.Linear(2, 10)(x)))", "self.layer_", "layer_"),
              lost={"outputs": "parameters", "nonlinear": "parameters"}),
    ),
    *of(
        "spirals_model",
        honest("a-sigmoid-for-each-class", but(
            SPIRAL_V0, "self.linear_layer_stack(x)", "torch.sigmoid(self.linear_layer_stack(x))"),
               told={"outputs": "3 numbers from 0 to 1"}, never="logits"),
        honest("batch-norm-and-dropout", "spiral_model = nn.Sequential(nn.Linear(2, 32), "
               "nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.2), nn.Linear(32, 3))"),
        honest("dropout-that-never-rests", but(
            SPIRAL_V0, "self.linear_layer_stack(x)",
            "nn.functional.dropout(self.linear_layer_stack(x), 0.2)"), aside=("nonlinear",)),
        wrong("softmax-over-the-rows", but(
            SPIRAL_V0, "self.linear_layer_stack(x)", "self.linear_layer_stack(x).softmax(dim=0)"),
              lost={"outputs": "when other points are asked"}, aside=("nonlinear",)),
    ),
    *of(
        "moons_loss_optimizer",
        honest("lbfgs", but(SGD, "SGD(params=", "LBFGS(")),
        honest("soft-margin-of-signs",
               "loss_fn = lambda z, y: nn.SoftMarginLoss()(z, 2 * y - 1)" + _OPTIMIZER),
        wrong("soft-margin-of-zeros-and-ones", "loss_fn = nn.SoftMarginLoss()" + _OPTIMIZER,
              lost={"loss": "right answer"}),
        wrong("item-inside", "loss_fn = lambda z, y: "
              "nn.functional.binary_cross_entropy_with_logits(z, y).item()" + _OPTIMIZER,
              lost={"loss": "a float"}, never="spelling"),
        wrong("scheduler-for-optimizer", SGD + "optimizer = torch.optim.lr_scheduler.StepLR("
              "optimizer, 30)", lost={"optimizer": "StepLR"}),
    ),
    *of(
        "spirals_loss_optimizer",
        honest("margins", "loss_fn = nn.MultiMarginLoss()" + _OPTIMIZER.replace("moon", "spiral")),
        wrong("log-softmax-over-the-rows", "loss_fn = lambda z, y: nn.functional.nll_loss("
              "z.log_softmax(dim=0), y)" + _OPTIMIZER.replace("moon", "spiral"),
              lost={"loss": "rows"}),
    ),
    *of(
        "moons_outputs",
        honest("by-formula-and-where", """
            y_logits = moon_model(X_train)[:10].flatten()
            y_probs = 1 / (1 + torch.exp(-y_logits))
            y_labels = torch.where(y_logits > 0, 1, 0)
        """),
        wrong("argmax-of-one-column", """
            y_logits = moon_model(X_train[:10])
            y_probs = torch.sigmoid(y_logits)
            y_labels = y_probs.argmax(dim=1)
        """, before={"moons_model": V0 + "moon_model.layer_3.bias.data.fill_(0.3)"},
              lost={"outputs": "y_labels|Labels"}),
        wrong("softmax-down-the-rows", """
            y_logits = moon_model(X_train[:10]).squeeze()
            y_probs = torch.softmax(y_logits, dim=0)
            y_labels = torch.round(y_probs)
        """, lost={"outputs": "sigmoid"}),
    ),
    *of(
        "moons_train",
        honest("columns-everywhere", but(LOOP, ".squeeze()", "", "y_train.to(device)",
                                         "y_train.to(device).reshape(-1, 1)", "y_test.to(device)",
                                         "y_test.to(device).reshape(-1, 1)")),
        honest("one-hot-in-the-loop", but(FOR_TWO, *_ONE_HOT), before={
            "moons_model": TWO_OUTPUTS, "moons_loss_optimizer": CROSS}),
        honest("float64-all-through", LOOP, before={
            "moons_data": but(MOONS, "torch.float", "torch.double"),
            "moons_model": V0 + "moon_model = moon_model.double()", "moons_loss_optimizer": ADAM}),
        honest("one-cycle-and-clipped", but(
            LOOP, LOOP_OF, "scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.05, "
            "total_steps=epochs)\n" + LOOP_OF, "    optimizer.step()\n", "    "
            "nn.utils.clip_grad_norm_(moon_model.parameters(), 1.0)\n    optimizer.step()\n"
            "    scheduler.step()\n")),
    ),
    *of(
        "spirals_train",
        honest("a-collection-of-metrics", "from torchmetrics import Accuracy, F1Score, "
               "MetricCollection\nkind = {'task': 'multiclass', 'num_classes': 3}\n"
               "metrics = MetricCollection([Accuracy(**kind), F1Score(**kind, average='macro')])\n"
               + but(SPIRAL_LOOP, "(y_pred == y_train).sum().item() / len(y_train)",
                     "metrics(y_pred, y_train)['MulticlassAccuracy']",
                     "(test_pred == y_test).sum().item() / len(y_test)",
                     "metrics(test_pred, y_test)['MulticlassAccuracy']")),
    ),
    *of(
        "moons_plot",
        honest("two-levels-by-hand", _BY_HAND),
        honest("one-grid-for-both", _ONE_GRID),
        wrong("turned", but(_BY_HAND, "(xx.shape)", "(xx.shape).T"),
              lost={"plot": "not the answers"}),
        wrong("test-picture-without-regions", but(_BY_HAND, "boundary(moon_model, X_test, y_test, "
                                                  "ax2)", "ax2.scatter(*X_test.T, c=y_test)"),
              lost={"plot": "test rows has points, and no coloured regions"}, never="missing"),
        wrong("test-points-over-the-first-picture", but(_BY_HAND, "boundary(moon_model, X_test, "
                                                        "y_test, ax2)",
                                                        "ax1.scatter(*X_test.T, c=y_test)"),
              lost={"plot": "in one picture"}, never="missing"),
    ),
    *of(
        "spirals_plot",
        honest("three-levels-by-hand", _THREE),
        wrong("columns-swapped", but(_THREE, "[xx.ravel(), yy.ravel()]", "[yy.ravel(), "
                                     "xx.ravel()]"), lost={"plot": "not the answers"}),
    ),
    *of(
        "tanh",
        honest("numpys-e", "def tanh(x):\n    return (np.e**x - np.e**-x) / (np.e**x + np.e**-x)",
               lost=_STABLE),
        honest("halved-again-and-again", """
            def tanh(x, times=12):
                if times == 0:
                    return x - x**3 / 3
                half = tanh(x / 2, times - 1)
                return 2 * half / (1 + half * half)
        """),
        wrong("artanh", "def tanh(x):\n    return torch.log((1 + x) / (1 - x)) / 2",
              lost=nothing("")),
        unearned("through-tanhshrink", "def tanh(x):\n"
                 "    return x - torch.nn.functional.tanhshrink(x)",
                 lost=dict.fromkeys(ALL, "")),
        unearned("twice-the-half-of-torchs", "def tanh(x):\n    t = torch.tanh(x / 2)\n"
                 "    return 2 * t / (1 + t * t)", lost=nothing(LIBRARY, pure=LIBRARY)),
    ),
]  # fmt: skip
