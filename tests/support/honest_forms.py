"""Right answers in many forms, by exercise: checks, grading and attacks are held to them."""

from __future__ import annotations

from autograder.checks.table import PARTS
from tests.support.lesson import Lesson
from tests.support.playing import loop, play, spiral_loop

SHORT = loop(epochs=121)

SPIRALS_SHORT = spiral_loop(epochs=241)

FAST = "\noptimizer = torch.optim.Adam(moon_model.parameters(), lr=0.03)\n"

BCE = "loss_fn = nn.BCEWithLogitsLoss()" + FAST

CROSS = (
    "loss_fn = nn.CrossEntropyLoss()\n"
    "optimizer = torch.optim.Adam(spiral_model.parameters(), lr=0.02)\n"
)

DRAW = (
    "from sklearn.datasets import make_moons\n"
    "X, y = make_moons(n_samples=1000, noise=0.07, random_state=42)\n"
)

SPLIT = (
    "X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=42)\n"
)


def moon_class(forward: str, out: int = 1, extra: str = "") -> str:
    """A class of three linear layers, with its own `forward`."""
    return f"""torch.manual_seed(42)
import torch.nn.functional as F
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Linear(2, 24), nn.Linear(24, 24), nn.Linear(24, {out})
        {extra or "pass"}
    def forward(self, x):
        {forward}
moon_model = Net()
"""


def spiral_class(forward: str, out: int = 3) -> str:
    """The same for the spirals."""
    return moon_class(forward, out).replace("moon_model", "spiral_model").replace("24", "40")


HIDDEN = "x = torch.relu(self.b(torch.relu(self.a(x))))\n        "

PLAIN = HIDDEN + "return self.c(x)"


def sequential(activation: str, extra: str = "") -> str:
    """A Sequential with one kind of activation."""
    return (
        f"torch.manual_seed(42)\nmoon_model = nn.Sequential(nn.Linear(2, 24), {activation}, {extra}"
        f"nn.Linear(24, 24), {activation}, nn.Linear(24, 1))"
    )


TWO_OUTPUTS = {
    "moons_loss_optimizer": "loss_fn = nn.CrossEntropyLoss()" + FAST,
    "moons_outputs": "y_logits = moon_model(X_train[:10]).detach()\n"
    "y_probs = y_logits.softmax(dim=1)\ny_labels = y_probs.argmax(dim=1)",
    "moons_train": "y_train, y_test = y_train.long(), y_test.long()"
    + loop(epochs=121, squeeze="", guess="logits.argmax(1)"),
}

#: Models, with the parts that follow from their form.
MOON_MODELS: dict[str, dict[str, str]] = {
    "outputs-of-shape-n": {"moons_model": moon_class(HIDDEN + "return self.c(x).squeeze(-1)"),
                           "moons_outputs": "y_logits = moon_model(X_train[:10])\n"
                           "y_probs = torch.sigmoid(y_logits)\ny_labels = (y_probs > 0.5).int()",
                           "moons_train": loop(epochs=121, squeeze="")},
    "outputs-of-shape-n-1": {"moons_model": moon_class(PLAIN),
                             "moons_outputs": "y_logits = moon_model(X_train[:10])\n"
                             "y_probs = y_logits.sigmoid()\ny_labels = y_probs.round()"},
    "outputs-of-shape-n-2": {"moons_model": moon_class(PLAIN, 2), **TWO_OUTPUTS},
    "two-outputs-log-softmax-nll": {
        "moons_model": moon_class(HIDDEN + "return F.log_softmax(self.c(x), dim=1)", 2),
        **TWO_OUTPUTS, "moons_loss_optimizer": "loss_fn = nn.NLLLoss()" + FAST},
    "a-tuple": {"moons_model": moon_class(HIDDEN + "return self.c(x), x"),
                "moons_outputs": "y_logits = moon_model(X_train[:10])[0].squeeze()\n"
                "y_probs = y_logits.sigmoid()\ny_labels = y_probs.round()",
                "moons_train": loop(epochs=121, squeeze="[0].squeeze(1)")},
    "a-dictionary": {"moons_model": moon_class(HIDDEN + "return {'logits': self.c(x), 'last': x}"),
                     "moons_outputs": "y_logits = moon_model(X_train[:10])['logits'].squeeze()\n"
                     "y_probs = y_logits.sigmoid()\ny_labels = y_probs.round()",
                     "moons_train": loop(epochs=121, squeeze="['logits'].squeeze(1)"),
                     },
    "probabilities-and-bce-loss": {
        "moons_model": moon_class(HIDDEN + "return torch.sigmoid(self.c(x))"),
        "moons_loss_optimizer": "loss_fn = nn.BCELoss()" + FAST,
        "moons_outputs": "y_logits = moon_model(X_train[:10]).squeeze(1)\n"
        "y_probs = y_logits\ny_labels = torch.round(y_probs)",
        "moons_train": loop(epochs=121, guess="logits.round()")},
    "probabilities-with-logits-found-again": {
        "moons_model": moon_class(HIDDEN + "return torch.sigmoid(self.c(x))"),
        "moons_loss_optimizer": "loss_fn = nn.BCELoss()" + FAST,
        "moons_outputs": "y_probs = moon_model(X_train[:10]).squeeze(1)\n"
        "y_logits = torch.logit(y_probs)\ny_labels = torch.round(y_probs)",
        "moons_train": loop(epochs=121, guess="logits.round()")},
    "sequential": {"moons_model": sequential("nn.ReLU()")},
    "functional-activations": {"moons_model": moon_class(
        "return self.c(F.leaky_relu(self.b(F.elu(self.a(x)))))")},
    "tanh-activations": {"moons_model": sequential("nn.Tanh()")},
    "gelu-activations": {"moons_model": sequential("nn.GELU()")},
    "sigmoid-activations": {"moons_model": sequential("nn.Sigmoid()"),
                            "moons_train": loop(epochs=261)},
    "sine-activation": {"moons_model": moon_class("return self.c(torch.sin(self.a(2 * x)))")},
    "raw-parameters": {"moons_model": """torch.manual_seed(42)
class Raw(nn.Module):
    def __init__(self):
        super().__init__()
        self.w1 = nn.Parameter(torch.randn(2, 32))
        self.b1 = nn.Parameter(torch.randn(32))
        self.w2 = nn.Parameter(torch.randn(32) / 6)
        self.b2 = nn.Parameter(torch.zeros(1))
    def forward(self, x):
        return torch.relu(x @ self.w1 + self.b1) @ self.w2 + self.b2
moon_model = Raw()""", "moons_train": loop(epochs=201, squeeze=""),
        "moons_outputs": "y_logits = moon_model(X_train[:10])\n"
        "y_probs = y_logits.sigmoid()\ny_labels = y_probs.round()"},
    "lazy-layers": {"moons_model": "torch.manual_seed(42)\nmoon_model = nn.Sequential("
                    "nn.LazyLinear(24), nn.ReLU(), nn.LazyLinear(24), nn.ReLU(), nn.LazyLinear(1))",
                    "moons_outputs": "y_logits = moon_model(X_train[:10]).squeeze(1)\n"
                    "y_probs = y_logits.sigmoid()\ny_labels = y_probs.round()"},
    "a-float64-model": {"moons_model": sequential("nn.ReLU()") + ".double()",
                        "moons_outputs": "y_logits = moon_model(X_train[:10].double()).squeeze(1)\n"
                        "y_probs = y_logits.sigmoid()\ny_labels = y_probs.round()",
                        "moons_train": "X_train, X_test, y_train, y_test = ("
                        "part.double() for part in (X_train, X_test, y_train, y_test))" + SHORT},
    "dropout-left-in-train-mode": {
        "moons_model": sequential("nn.ReLU()", "nn.Dropout(0.1), "),
        "moons_train": loop(epochs=201).replace("moon_model.eval()", "pass")},
    "batch-norm-left-in-train-mode": {
        "moons_model": sequential("nn.ReLU()", "nn.BatchNorm1d(24), "),
        "moons_train": loop(epochs=121).replace("moon_model.eval()", "pass")},
    "asserts-two-dimensions": {"moons_model": moon_class(
        "assert x.ndim == 2 and x.shape[1] == 2\n        " + PLAIN)},
    "keeps-its-last-outputs": {"moons_model": moon_class(
        HIDDEN + "self.last = self.c(x)\n        return self.last")},
    "features-made-by-hand": {"moons_model": """torch.manual_seed(42)
class Squares(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(5, 24), nn.ReLU(), nn.Linear(24, 1))
    def forward(self, x):
        return self.layers(torch.cat([x, x ** 2, x[:, :1] * x[:, 1:]], dim=1))
moon_model = Squares()"""},
}  # fmt: skip

#: Losses, optimizers and loops.
MOON_TRAININGS: dict[str, dict[str, str]] = {
    "own-loss-function": {"moons_loss_optimizer": "def loss_fn(logits, labels):\n"
                          "    p = torch.sigmoid(logits)\n"
                          "    return -(labels * p.log() + (1 - labels) * (1 - p).log()).mean()"
                          + FAST},
    "own-loss-that-squeezes": {
        "moons_loss_optimizer": "bce = nn.BCEWithLogitsLoss()\n"
        "loss_fn = lambda logits, labels: bce(logits.squeeze(1), labels)" + FAST,
        "moons_train": loop(epochs=121, squeeze="", guess="(logits.squeeze(1) > 0)")},
    "functional-loss": {"moons_loss_optimizer": "import torch.nn.functional as F\n"
                        "loss_fn = F.binary_cross_entropy_with_logits" + FAST},
    "weighted-loss": {"moons_loss_optimizer":
                      "loss_fn = nn.BCEWithLogitsLoss(pos_weight=torch.tensor(1.1))" + FAST},
    "hinge-loss": {"moons_loss_optimizer": "def loss_fn(logits, labels):\n"
                   "    return (1 - (2 * labels - 1) * logits).clamp(min=0).mean()" + FAST},
    "summed-loss": {"moons_loss_optimizer": "loss_fn = nn.BCEWithLogitsLoss(reduction='sum')\n"
                    "optimizer = torch.optim.Adam(moon_model.parameters(), lr=0.02)"},
    "sgd-with-momentum": {"moons_loss_optimizer": "loss_fn = nn.BCEWithLogitsLoss()\noptimizer = "
                          "torch.optim.SGD(moon_model.parameters(), lr=0.3, momentum=0.9)",
                          "moons_train": loop(epochs=201)},
    "parameter-groups": {"moons_loss_optimizer": """loss_fn = nn.BCEWithLogitsLoss()
optimizer = torch.optim.AdamW([
    {"params": moon_model.layers[:2].parameters(), "lr": 0.03},
    {"params": moon_model.layers[2:].parameters()},
], lr=0.02)"""},
    "mini-batches": {"moons_train": """from torch.utils.data import DataLoader, TensorDataset
loader = DataLoader(TensorDataset(X_train, y_train), batch_size=100, shuffle=True)
for epoch in range(31):
    moon_model.train()
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = loss_fn(moon_model(xb).squeeze(1), yb)
        loss.backward()
        optimizer.step()
    moon_model.eval()
    with torch.no_grad():
        train, test = moon_model(X_train).squeeze(1), moon_model(X_test).squeeze(1)
    if (epoch + 1) % 10 == 0:
        right = ((train > 0) == y_train).float().mean(), ((test > 0) == y_test).float().mean()
        print(f"[{epoch + 1}] {loss_fn(train, y_train):.3f} {right[0]:.3f} "
              f"{loss_fn(test, y_test):.3f} {right[1]:.3f}")"""},
    "labels-of-shape-n-1": {"moons_data": DRAW + "X = torch.tensor(X, dtype=torch.float32)\n"
                            "y = torch.tensor(y, dtype=torch.float32).unsqueeze(1)\n" + SPLIT,
                            "moons_train": loop(epochs=121, squeeze="")},
    "numpy-split-before-conversion": {
        "moons_data": DRAW + SPLIT + "X, X_train, X_test, y, y_train, y_test = ("
        "torch.from_numpy(part).float() for part in (X, X_train, X_test, y, y_train, y_test))"},
    "loss-cleared-to-zeros": {"moons_train": loop(
        epochs=121, zero_grad="optimizer.zero_grad(set_to_none=False)")},
    "cleared-after-the-step": {"moons_train": loop(
        epochs=121, zero_grad="pass", step="optimizer.step(); moon_model.zero_grad()")},
    "trained-twice": {"moons_train": loop(epochs=61) + loop(epochs=61)},
    "trained-in-a-function": {"moons_train": "def train():\n"
                              + loop(epochs=121).replace("\n", "\n    ") + "\ntrain()"},
    "names-taken-by-the-learner": {"moons_train": "accuracy = 0.9\ncheck = None\nready = 1\n"
                                   "autograder = 'mine'\n" + SHORT},
    "best-weights-loaded-again": {"moons_train": "import copy" + SHORT
                                  + "\nbest = copy.deepcopy(moon_model.state_dict())\n"
                                  "moon_model.load_state_dict(best)"},
}  # fmt: skip

#: Ways to report: what stands after `if`, or the whole statement.
EVERY_TEN = "if epoch % 10 == 0: "

VALUES = "{loss.item():.4f} {acc:.3f} {test_loss.item():.4f} {test_acc:.3f}"

REPORTS = {
    "words": EVERY_TEN + "print(f'Epoch: {epoch} | Loss: {loss:.5f}, Acc: {100 * acc:.2f}% | "
    "Test loss: {test_loss:.5f}, Test acc: {100 * test_acc:.2f}%')",
    "of-300": EVERY_TEN + f"print(f'Epoch {{epoch}}/300 {VALUES}')",
    "several-lines": EVERY_TEN + "print(f'Epoch {epoch}\\n-----\\n  train: {loss:.3f} / {acc:.0%}"
    "\\n  test: {test_loss:.3f} / {test_acc:.0%}')",
    "every-5": f"if epoch % 5 == 0: print(f'epoch {{epoch}}: {VALUES}')",
    "every-epoch": "print(epoch, loss.item(), acc, test_loss.item(), test_acc)",
    "counting-from-one": f"if (epoch + 1) % 10 == 0: print(f'Epoch [{{epoch + 1}}/121] {VALUES}')",
    "columns": EVERY_TEN +
    "print(f'{epoch:>5d}{loss:10.4f}{acc:8.3f}{test_loss:10.4f}{test_acc:8.3f}')",
    "a-dictionary": EVERY_TEN + "print({'epoch': epoch, 'loss': loss.item(), 'acc': acc, "
    "'test_loss': test_loss.item(), 'test_acc': test_acc})",
    "carriage-return": EVERY_TEN + f"print(f'\\rEpoch {{epoch}}: {VALUES}', end='')",
    "written-to-stdout": "import sys\n    " + EVERY_TEN
    + f"sys.stdout.write(f'step {{epoch}} {VALUES}\\n')",
    "in-exponents": EVERY_TEN +
    "print(f'epoch={epoch} {loss:.1e} {acc:.1e} {test_loss:.1e} {test_acc:.1e}')",
    "a-word-first": EVERY_TEN + f"print(f'Training... epoch #{{epoch:03d}} -> {VALUES}')",
}  # fmt: skip

OWN_PLOT = """
def own_plot(model, X, y, ax, how):
    xs, ys = torch.meshgrid(torch.linspace(-2, 3, 60), torch.linspace(-2, 2, 60), indexing="xy")
    with torch.no_grad():
        z = (model(torch.stack([xs, ys], -1).reshape(-1, 2)) > 0).float().reshape(60, 60)
    if how == "imshow":
        ax.imshow(z, extent=(-2, 3, -2, 2), origin="lower")
    else:
        getattr(ax, how)(xs, ys, z)
    ax.scatter(X[:, 0], X[:, 1], c=y)
"""

PAIR = "fig, (left, right) = plt.subplots(1, 2)\n"

DRAWN = {
    how: OWN_PLOT + PAIR + f"own_plot(moon_model, X_train, y_train, left, {how!r})\n"
    f"own_plot(moon_model, X_test, y_test, right, {how!r})\nplt.show()"
    for how in ("contourf", "pcolormesh", "imshow", "contour")
}  # fmt: skip

PLOTS = {
    **DRAWN,
    "two-figures": "for X_, y_ in ((X_train, y_train), (X_test, y_test)):\n"
    "    plt.figure()\n    plot_decision_boundary(moon_model, X_, y_)\n    plt.show()",
    "closed-at-once": "for X_, y_ in ((X_train, y_train), (X_test, y_test)):\n"
    "    plot_decision_boundary(moon_model, X_, y_)\n    plt.savefig('/dev/null', format='png')\n"
    "    plt.close('all')",
    "one-scatter-per-class": OWN_PLOT.replace(
        "ax.scatter(X[:, 0], X[:, 1], c=y)",
        "for k in (0, 1): ax.plot(X[y == k, 0], X[y == k, 1], 'o')",
    ) + PAIR + "own_plot(moon_model, X_train, y_train, left, 'contourf')\n"
    "own_plot(moon_model, X_test, y_test, right, 'contourf')",
    "settings-reset": "plt.rcdefaults()\n" + DRAWN["contourf"],
}  # fmt: skip

SPIRALS: dict[str, dict[str, str]] = {
    "log-softmax-and-nll": {
        "spirals_model": spiral_class(HIDDEN + "return F.log_softmax(self.c(x), dim=1)"),
        "spirals_loss_optimizer": CROSS.replace("CrossEntropyLoss", "NLLLoss")},
    "four-outputs": {"spirals_model": spiral_class(PLAIN, 4)},
    "label-smoothing": {"spirals_loss_optimizer": CROSS.replace(
        "CrossEntropyLoss()", "CrossEntropyLoss(label_smoothing=0.05)")},
    "class-weights": {"spirals_loss_optimizer": CROSS.replace(
        "CrossEntropyLoss()", "CrossEntropyLoss(weight=torch.tensor([1.0, 1.1, 0.9]))")},
    "functional-cross-entropy": {"spirals_loss_optimizer": CROSS.replace(
        "nn.CrossEntropyLoss()", "nn.functional.cross_entropy")},
    "labels-with-long": {"spirals_data": "X, y = torch.from_numpy(spiral_points).float(), "
                         "torch.from_numpy(spiral_classes).long()\n" + SPLIT},
    "polar-features": {"spirals_model": spiral_class(
        "r = x.norm(dim=1, keepdim=True)\n        x = torch.cat([x, r], 1)\n        " + PLAIN
    ).replace("nn.Linear(2, 40)", "nn.Linear(3, 40)")},
    "a-dictionary": {"spirals_model": spiral_class(HIDDEN + "return {'out': self.c(x)}"),
                     "spirals_train": spiral_loop(epochs=241, squeeze="['out']")},
}  # fmt: skip

EXPS = "def tanh(x):\n    a, b = torch.exp(x), torch.exp(-x)\n    return (a - b) / (a + b)"

#: Forms of tanh, and whether they hold far from zero too.
TANH = {
    "two-exps": (EXPS, False),
    "exp-of-2x": ("def tanh(x):\n    e = torch.exp(2 * x)\n    return (e - 1) / (e + 1)", False),
    "exp-of-minus-2x": (
        "def tanh(x):\n    e = torch.exp(-2 * x)\n    return (1 - e) / (1 + e)", False),
    "methods": ("def tanh(x):\n    return (x.exp() - x.neg().exp()) / (x.exp() + x.neg().exp())",
                False),
    "torch-operations": ("def tanh(x):\n    a, b = torch.exp(x), torch.exp(torch.neg(x))\n"
                         "    return torch.div(torch.sub(a, b), torch.add(a, b))", False),
    "e-to-the-power": ("import math\ndef tanh(x):\n"
                       "    return (math.e**x - math.e**-x) / (math.e**x + math.e**-x)", False),
    "expm1": ("def tanh(x):\n    t = torch.expm1(2 * x)\n    return t / (t + 2)", False),
    "own-sigmoid": ("def sigmoid(x):\n    return 1 / (1 + torch.exp(-x))\n"
                    "def tanh(x):\n    return 2 * sigmoid(2 * x) - 1", True),
    "torch-sigmoid": ("def tanh(x):\n    return 2 * torch.sigmoid(2 * x) - 1", True),
    "sinh-over-cosh": ("def tanh(x):\n    return torch.sinh(x) / torch.cosh(x)", False),
    "a-class": ("class Tanh:\n    def __call__(self, x):\n"
                "        return 2 / (1 + torch.exp(-2 * x)) - 1\ntanh = Tanh()", True),
    "a-module": ("class Tanh(torch.nn.Module):\n    def forward(self, x):\n"
                 "        return 1 - 2 / (torch.exp(2 * x) + 1)\ntanh = Tanh()", True),
    "a-lambda": ("tanh = lambda x: 1 - 2 / (torch.exp(2 * x) + 1)", True),
    "scripted": ("@torch.jit.script\ndef tanh(x):\n"
                 "    return 1 - 2 / (torch.exp(2 * x) + 1)", True),
    "helper-functions": ("def numerator(x):\n    return 1 - torch.exp(-2 * x.abs())\n"
                         "def denominator(x):\n    return 1 + torch.exp(-2 * x.abs())\n"
                         "def tanh(x):\n    return x.sign() * numerator(x) / denominator(x)", True),
    "where": ("def tanh(x):\n    up, down = torch.exp(-2 * x.abs()), torch.exp(-2 * x.abs())\n"
              "    return torch.where(x > 0, (1 - up) / (1 + up), (down - 1) / (1 + down))", True),
    "float64-inside": ("def tanh(x):\n    x = x.double()\n    a, b = torch.exp(x), torch.exp(-x)\n"
                       "    return ((a - b) / (a + b)).float()", True),
    "default-arguments": ("def tanh(x, one=1.0):\n"
                          "    return 2 * one / (one + torch.exp(-2 * x)) - 1", True),
}  # fmt: skip


def misses(notebook: str, ids: list[str], **answers: str) -> dict[str, str]:
    """The checks that do not earn their points, with what they say.

    Each is asked where it stands in the notebook, and those of the model again at the end.
    """
    lost: dict[str, str] = {}

    def ask(lesson: Lesson, part: str) -> None:
        last = part.endswith("_train")
        for check in [c for c in ids if c in PARTS[part].checks or (last and "_model_" in c)]:
            verdict = lesson.verdict(check)
            if not verdict.passed:
                lost[check] = f"{verdict.code}: {verdict.text()}"

    play(notebook, after=ask, **answers)
    return lost


def checks_of(*parts: str) -> list[str]:
    return [check for part in parts for check in PARTS[part].checks]


def all_checks(dataset: str) -> list[str]:
    return checks_of(*(part for part in PARTS if part.startswith(dataset)))
