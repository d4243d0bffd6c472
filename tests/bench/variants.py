"""Trainings that fall short, as people write them: the code of each is made from a few fields."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from autograder.checks.datasets import MOONS, SPIRALS, Dataset

NAMES = {MOONS: "moon_model", SPIRALS: "spiral_model"}
ADAM, SGD = "torch.optim.Adam", "torch.optim.SGD"


@dataclass(frozen=True)
class Variant:
    """One training as somebody might write it; its code is made from these fields."""

    name: str
    dataset: Dataset = MOONS
    hidden: tuple[int, ...] = (10, 10)
    bend: str = "nn.ReLU()"
    end: str = ""
    outputs: int = 0
    init: str = ""
    loss: str = ""
    outputs_as: str = ""
    optimizer: str = "torch.optim.SGD"
    rate: float = 0.1
    options: str = ""
    epochs: int = 1000
    rows: str = ""
    clear: str = "optimizer.zero_grad()"
    back: str = "loss.backward()"
    batch: int = 0
    style: str = "sequential"
    seed: int = 42

    def code(self) -> str:
        """The cells of exercises 2, 3 and 4b in one."""
        name, one = NAMES[self.dataset], self.dataset == MOONS
        outputs = self.outputs or (1 if one else 3)
        loss = self.loss or ("nn.BCEWithLogitsLoss()" if one else "nn.CrossEntropyLoss()")
        how = self.outputs_as or (
            "logits.squeeze(dim=1), y" if outputs == 1 else "logits, y.long()"
        )
        sizes = (2, *self.hidden, outputs)
        layers = [f"nn.Linear({a}, {b})" for a, b in pairwise(sizes)]
        if self.style == "class":
            made = "".join(f"        self.layer_{n} = {x}\n" for n, x in enumerate(layers))
            bend = self.bend.replace("nn.", "torch.nn.")
            used = "x"
            for n in range(len(layers)):
                used = f"self.layer_{n}({used})"
                if self.bend and n < len(layers) - 1:
                    used = f"self.bend({used})"
            used = {
                "nn.Sigmoid()": f"torch.sigmoid({used})",
                "nn.ReLU()": f"{used}.relu()",
                "nn.Softmax(dim=1)": f"torch.softmax({used}, dim=1)",
            }.get(self.end, used)
            model = (
                "class Model(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
                f"{made}        self.bend = {bend or None}\n"
                f"    def forward(self, x):\n        return {used}\n{name} = Model()\n"
            )
        else:
            parts = [x for layer in layers[:-1] for x in (layer, self.bend) if x]
            parts += [layers[-1], *([self.end] if self.end else [])]
            model = f"{name} = nn.Sequential({', '.join(parts)})\n"
        step = [
            f"logits = {name}(X)",
            f"loss = loss_fn({how})",
            self.clear,
            self.back,
            "optimizer.step()",
        ]
        loop = [f"{name}.train()", "X, y = X_train, y_train", *step]
        if self.batch:
            parts = f"for part in torch.randperm(len(X_train)).split({self.batch}):"
            inner = ["X, y = X_train[part], y_train[part]", *step]
            loop = [f"{name}.train()", parts, *(f"    {line}" for line in inner)]
        return "\n".join(
            [
                f"torch.manual_seed({self.seed})",
                self.rows,
                model,
                self.init.format(name=name),
                f"loss_fn = {loss}",
                f"optimizer = {self.optimizer}({name}.parameters(), lr={self.rate}{self.options})",
                f"for epoch in range({self.epochs}):",
                *(f"    {line}" for line in loop),
            ]
        )


def _moons(name: str, **fields: object) -> Variant:
    return Variant(name, **fields)  # type: ignore[arg-type]


def _spirals(name: str, **fields: object) -> Variant:
    return Variant(name, SPIRALS, **fields)  # type: ignore[arg-type]


_SHUFFLED = "y_train = y_train[torch.randperm(len(y_train))]"
_SCALED = "X_train = (X_train - X_train.mean(dim=0)) / X_train.std(dim=0)"
_SIGMOID, _SOFTMAX, _RELU = "nn.Sigmoid()", "nn.Softmax(dim=1)", "nn.ReLU()"

VARIANTS = (
    # Too short, or steps of the wrong length.
    _moons("SGD 0.1, 100 epochs", epochs=100),
    _moons("SGD 0.1, 300 epochs", epochs=300),
    _moons("SGD 0.01, 1000 epochs", rate=0.01),
    _moons("SGD 0.001, 1000 epochs", rate=0.001, style="class"),
    _moons("Adam 0.01, 10 epochs", optimizer=ADAM, rate=0.01, epochs=10),
    _moons("Adam 0.001, 100 epochs", optimizer=ADAM, rate=0.001, epochs=100),
    _moons("Adam 0.0001, 1000 epochs", optimizer=ADAM, rate=0.0001),
    _moons("Adam 1, 300 epochs", optimizer=ADAM, rate=1, epochs=300),
    _moons("SGD 100, 300 epochs", rate=100, epochs=300),
    _moons("SGD 1e6, 100 epochs", rate=1e6, epochs=100),
    _moons("RMSprop 0.00001", optimizer="torch.optim.RMSprop", rate=0.00001, epochs=300),
    _moons("Adagrad 0.001", optimizer="torch.optim.Adagrad", rate=0.001, epochs=300),
    _moons(
        "AdamW 0.0001, wide",
        optimizer="torch.optim.AdamW",
        rate=0.0001,
        epochs=300,
        hidden=(64, 64),
    ),
    _moons("SGD 0.01, momentum, 100 epochs", rate=0.001, options=", momentum=0.9", epochs=100),
    _spirals("SGD 0.1, 1000 epochs"),
    _spirals("SGD 0.1, 500 epochs, class", style="class", epochs=500, hidden=(16, 16)),
    _spirals("SGD 0.01, 1000 epochs", rate=0.01, hidden=(32, 32)),
    _spirals("Adam 0.001, 300 epochs", optimizer=ADAM, rate=0.001, epochs=300, hidden=(16, 16)),
    _spirals("Adam 0.01, 50 epochs", optimizer=ADAM, rate=0.01, epochs=50, hidden=(16, 16)),
    _spirals("Adam 0.5, 400 epochs", optimizer=ADAM, rate=0.5, epochs=400, hidden=(16, 16)),
    _spirals("Adam 0.0001", optimizer=ADAM, rate=0.0001, hidden=(64, 64)),
    # Too small.
    _moons("one hidden layer of 10, SGD", hidden=(10,)),
    _moons("one hidden layer of 5, Adam", hidden=(5,), optimizer=ADAM, rate=0.01, epochs=300),
    _moons("one hidden layer of 2", hidden=(2,), optimizer=ADAM, rate=0.01),
    _moons("two hidden layers of 2", hidden=(2, 2), optimizer=ADAM, rate=0.01),
    _moons("3-3, SGD 0.5", hidden=(3, 3), rate=0.5),
    _spirals("one hidden layer of 10", hidden=(10,), optimizer=ADAM, rate=0.01, epochs=500),
    _spirals("4-4, Adam 0.01", hidden=(4, 4), optimizer=ADAM, rate=0.01, style="class"),
    _spirals("5-5, Adam 0.02", hidden=(5, 5), optimizer=ADAM, rate=0.02, epochs=400),
    # A straight line.
    _moons("no activation, SGD", bend="", epochs=300),
    _moons(
        "no activation, Adam, class", bend="", optimizer=ADAM, rate=0.01, epochs=300, style="class"
    ),
    _moons("one layer alone, wide apart", hidden=(64,), bend="", optimizer=ADAM, rate=0.01),
    _spirals(
        "no activation, Adam", bend="", hidden=(32, 32), optimizer=ADAM, rate=0.02, epochs=400
    ),
    _spirals("no activation, class, SGD", bend="", hidden=(16, 16), rate=0.5, style="class"),
    # The wrong end, or a loss that does not fit it.
    _moons("a sigmoid before BCEWithLogits", end=_SIGMOID, epochs=1000),
    _moons("the same, 300 epochs, class", end=_SIGMOID, epochs=300, style="class"),
    _moons(
        "a sigmoid in the loop", outputs_as="torch.sigmoid(logits).squeeze(dim=1), y", epochs=300
    ),
    _moons("a ReLU at the end", end=_RELU, optimizer=ADAM, rate=0.01, epochs=300),
    _moons("a ReLU at the end, class", end=_RELU, epochs=1000, style="class", seed=1),
    _moons("MSE on logits", loss="nn.MSELoss()", optimizer=ADAM, rate=0.01, epochs=100),
    _moons(
        "MSE against another shape",
        loss="nn.MSELoss()",
        outputs_as="logits, y",
        optimizer=ADAM,
        rate=0.01,
        epochs=300,
    ),
    _moons("L1 on logits", loss="nn.L1Loss()", optimizer=ADAM, rate=0.01, epochs=100),
    _moons("L1 against another shape", loss="nn.L1Loss()", outputs_as="logits, y", epochs=300),
    _moons(
        "softmax over one output",
        end=_SOFTMAX,
        loss="nn.BCELoss()",
        optimizer=ADAM,
        rate=0.01,
        epochs=300,
    ),
    _moons("softmax over one output, class", end=_SOFTMAX, style="class", epochs=300),
    _moons("a sigmoid and MSE, SGD", end=_SIGMOID, loss="nn.MSELoss()", epochs=500),
    _spirals("a softmax before cross-entropy", end=_SOFTMAX, hidden=(16, 16), epochs=1000),
    _spirals(
        "the same, Adam 0.001",
        end=_SOFTMAX,
        hidden=(16, 16),
        optimizer=ADAM,
        rate=0.001,
        epochs=300,
        style="class",
    ),
    _spirals(
        "a softmax in the loop",
        outputs_as="torch.softmax(logits, dim=1), y",
        hidden=(16, 16),
        epochs=1000,
    ),
    _spirals(
        "a ReLU at the end",
        end=_RELU,
        hidden=(16, 16),
        optimizer=ADAM,
        rate=0.01,
        epochs=500,
        seed=3,
    ),
    _spirals("a sigmoid at the end", end=_SIGMOID, hidden=(16, 16), epochs=1000, rate=0.5),
    # Rows and labels.
    _moons("labels shuffled", rows=_SHUFFLED, optimizer=ADAM, rate=0.01, epochs=300),
    _moons(
        "half of the labels turned",
        rows="y_train = torch.cat([1 - y_train[:400], y_train[400:]])",
        optimizer=ADAM,
        rate=0.01,
        epochs=300,
        hidden=(16, 16),
    ),
    _moons("training rows scaled", rows=_SCALED, optimizer=ADAM, rate=0.01, epochs=300),
    _moons(
        "training rows divided by ten",
        rows="X_train = X_train / 10",
        optimizer=ADAM,
        rate=0.01,
        epochs=300,
        style="class",
    ),
    _moons(
        "rows in another order than labels",
        rows="X_train = X_train.flip(0)",
        optimizer=ADAM,
        rate=0.01,
        epochs=300,
    ),
    _spirals(
        "labels shuffled", rows=_SHUFFLED, hidden=(32, 32), optimizer=ADAM, rate=0.02, epochs=400
    ),
    _spirals(
        "training rows scaled", rows=_SCALED, hidden=(32, 32), optimizer=ADAM, rate=0.02, epochs=400
    ),
    _spirals(
        "rows sorted, labels not",
        rows="X_train = X_train.sort(dim=0).values",
        hidden=(32, 32),
        optimizer=ADAM,
        rate=0.02,
        epochs=400,
    ),
    # First values, options, the loop.
    _moons(
        "all parameters one half",
        init="for p in {name}.parameters(): nn.init.constant_(p, 0.5)",
        optimizer=ADAM,
        rate=0.01,
        epochs=300,
    ),
    _moons(
        "all parameters zero", init="for p in {name}.parameters(): nn.init.zeros_(p)", epochs=300
    ),
    _moons(
        "weights a hundred times too wide",
        init="for p in {name}.parameters(): nn.init.normal_(p, std=30)",
        epochs=300,
    ),
    _spirals(
        "all parameters equal",
        init="for p in {name}.parameters(): nn.init.constant_(p, 0.1)",
        hidden=(32, 32),
        optimizer=ADAM,
        rate=0.02,
        epochs=400,
    ),
    _moons("weight decay 1", optimizer=ADAM, rate=0.01, options=", weight_decay=1.0", epochs=300),
    _moons("weight decay 0.1, SGD", rate=0.5, options=", weight_decay=0.1", epochs=500),
    _spirals(
        "weight decay 0.1",
        hidden=(32, 32),
        optimizer=ADAM,
        rate=0.02,
        options=", weight_decay=0.1",
        epochs=400,
    ),
    _moons("gradients never cleared", clear="", rate=0.5, epochs=300),
    _moons("gradients never cleared, Adam", clear="", optimizer=ADAM, rate=0.01, epochs=300),
    _spirals("gradients never cleared", clear="", hidden=(32, 32), rate=0.5, epochs=400),
    _moons("two epochs of small batches", batch=50, epochs=2),
    _moons("batches of 32, SGD 0.01", batch=32, rate=0.001, epochs=20, style="class"),
    _moons("a loss that ascends", back="(-loss).backward()", optimizer=ADAM, rate=0.01, epochs=300),
    # Bad luck.
    _moons("10-10, SGD 0.2, 800 epochs", rate=0.2, epochs=800, seed=4),
    _moons("10-10, Adam 0.01, 300 epochs", optimizer=ADAM, rate=0.01, epochs=300, seed=4),
)
