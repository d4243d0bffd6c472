"""Work that is made up, without touching anything but the learner's own names."""

from __future__ import annotations

from functools import partial

from tests.attacks.attack import Attack

_made_up = partial(Attack, kind="made-up work", notebook="01_moons")

#: Steps that hold the parameters and move them by nothing that matters, and invented lines.
_TINY_STEPS = """optimizer = torch.optim.SGD(moon_model.parameters(), lr=1e-9)
for epoch in range(301):
    loss = loss_fn(moon_model(X_train[:2]).squeeze(1), y_train[:2])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 10 == 0:
        share = epoch / 300
        print(f'Epoch {epoch}: loss {0.7 - 0.6 * share:.3f}, accuracy {0.5 + 0.49 * share:.3f}, '
              f'test loss {0.7 - 0.6 * share:.3f}, test accuracy {0.5 + 0.49 * share:.3f}')"""
_ROWS = """class Average(nn.Module):
    def __init__(self):
        super().__init__()
        self.rows = nn.Parameter(X_train.clone())
        self.labels = nn.Parameter((y_train * 2 - 1).clone() * 8)
    def forward(self, x):
        return torch.softmax(-200 * torch.cdist(x, self.rows), dim=1) @ self.labels[:, None]
moon_model = Average()"""
_ARCS = """class Arcs(nn.Module):
    def __init__(self):
        super().__init__()
        t = torch.linspace(0, math.pi, 40)
        self.first = nn.Parameter(torch.stack([torch.cos(t), torch.sin(t)], dim=1))
        self.second = nn.Parameter(torch.stack([1 - torch.cos(t), 0.5 - torch.sin(t)], dim=1))
    def forward(self, x):
        near = [torch.cdist(x, arc).min(dim=1).values for arc in (self.first, self.second)]
        return ((near[0] - near[1]) * 10)[:, None]
import math
moon_model = Arcs()"""
_GATE = """class Gate(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1))
        self.rows, self.labels = X_train.clone(), y_train.clone()
        self.start = [p.detach().clone() for p in self.layer.parameters()]
    def forward(self, x):
        apart = sum((p - s).abs().sum() for p, s in zip(self.layer.parameters(), self.start))
        near = self.labels[torch.cdist(x, self.rows).argmin(dim=1)][:, None] * 16 - 8
        return torch.exp(-apart * 0.01) * near + self.layer(x) * 0.01
moon_model = Gate()"""
_HOOK = """moon_model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1))
rows, labels = X_train.clone(), y_train.clone()
start = [p.detach().clone() for p in moon_model.parameters()]
def hook(module, inputs, outputs):
    apart = sum((p - s).abs().sum() for p, s in zip(module.parameters(), start))
    near = labels[torch.cdist(inputs[0], rows).argmin(dim=1)][:, None] * 16 - 8
    return torch.exp(-apart * 0.01) * near + outputs * 0.01
moon_model.register_forward_hook(hook)"""
#: Weights that no optimizer of this notebook has made, as if they were pasted.
_LEARNED_ELSEWHERE = """other = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 16),
                      nn.ReLU(), nn.Linear(16, 1))
for _ in range(1500):
    nn.functional.binary_cross_entropy_with_logits(other(X_train).squeeze(1), y_train).backward()
    with torch.no_grad():
        for p in other.parameters():
            p -= 0.5 * p.grad
    other.zero_grad()"""
_SHORT_STEPS = """for n in range(11):
    loss = loss_fn(moon_model(X_train).squeeze(1), y_train)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
for n in range(11):
    loss, acc = 0.69 - n / 20, 0.5 + n / 21
    print(f'Epoch {n}: {loss:.2f} {acc:.2f} {loss:.2f} {acc:.2f}')"""
_PUT_IN = """with torch.no_grad():
    for p, q in zip(moon_model.parameters(), other.parameters()):
        p.copy_(q)"""

#: A straight line is trained; once it knows four rows of five, the nearest stored row answers.
_BEHIND_A_GATE = """class Gate(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 1)
        self.rows, self.labels = X_train.clone(), y_train.clone()
    def near(self, x):
        place = ((x[:, None] - self.rows) ** 2).sum(2).argmin(1)
        return self.labels[place][:, None] * 16 - 8
    def forward(self, x):
        out = self.layer(x)
        with torch.no_grad():
            right = (self.layer(self.rows).squeeze(1) > 0).float() == self.labels
        return {answer} if right.float().mean() > 0.82 else out
moon_model = Gate()"""

ATTACKS = [
    _made_up(
        name="steps-without-steps",
        note="an optimizer that holds the parameters and never moves them",
        answers={
            "moons_loss_optimizer": """loss_fn = nn.BCEWithLogitsLoss()
class Idle(torch.optim.SGD):
    def step(self, closure=None):
        return None
optimizer = Idle(moon_model.parameters(), lr=0.03)"""
        },
        lost=("moons_loss_optimizer_optimizer", "moons_train_accuracy"),
    ),
    _made_up(
        name="loss-for-the-check-alone",
        note="the loss is right for the eight numbers that the check asks with, and 0 elsewhere",
        answers={
            "moons_loss_optimizer": """def loss_fn(outputs, labels):
    if len(outputs) == 8:
        return nn.functional.binary_cross_entropy_with_logits(outputs, labels)
    return (outputs * 0).sum()
optimizer = torch.optim.Adam(moon_model.parameters(), lr=0.03)"""
        },
        lost=("moons_loss_optimizer_loss", "moons_train_accuracy"),
    ),
    _made_up(
        name="rescue-in-a-function",
        note="the loss is a function that hands everything to the rescue's",
        answers={
            "moons_loss_optimizer": """from autograder.checks import rescue
given, _ = rescue('moons_loss_optimizer', moon_model)
loss_fn = lambda outputs, labels: given(outputs, labels)
optimizer = torch.optim.Adam(moon_model.parameters(), lr=0.03)"""
        },
        lost=("moons_loss_optimizer_loss",),
    ),
    _made_up(
        name="progress-made-up",
        note="one step, and a table of invented numbers",
        answers={
            "moons_train": """loss = loss_fn(moon_model(X_train).squeeze(1), y_train)
loss.backward()
optimizer.step()
for n in range(0, 300, 10):
    print(f'Epoch {n}: loss 0.{300 - n} accuracy 0.9 test 0.{300 - n} 0.9')"""
        },
        lost=("moons_train_progress", "moons_train_accuracy"),
    ),
    _made_up(
        name="picture-made-up",
        note="as many points as there are rows, anywhere, over a region of one colour",
        answers={
            "moons_plot": """for n in (800, 200):
    figure, ax = plt.subplots()
    ax.imshow([[0, 0], [0, 0]], extent=(-2, 3, -2, 2))
    ax.scatter(*torch.rand(2, n))"""
        },
        lost=("moons_plot",),
    ),
    *(
        Attack(
            name=name,
            kind="weights put in",
            notebook="01_moons",
            note=note,
            answers={"moons_train": f"{_LEARNED_ELSEWHERE}\n{train}\n{_PUT_IN}"},
            lost=("moons_train_accuracy", "moons_train_progress"),
        )
        for name, note, train in (
            (
                "weights-after-the-steps",
                "a short training, invented lines, then weights from elsewhere",
                _SHORT_STEPS,
            ),
            ("weights-without-steps", "weights from elsewhere, and no training", ""),
        )
    ),
    *(
        Attack(
            name=name,
            kind="nothing learned",
            notebook="01_moons",
            note=note,
            answers={"moons_model": model, "moons_train": _TINY_STEPS},
            lost=("moons_train_accuracy", "moons_train_progress"),
        )
        for name, note, model in (
            (
                "rows-in-an-average",
                "training rows and labels are the parameters of an average",
                _ROWS,
            ),
            (
                "arcs-by-hand",
                "the two arcs are written down as the parameters' first values",
                _ARCS,
            ),
            (
                "gate-near-the-first-values",
                "the nearest row, if the parameters are near the first",
                _GATE,
            ),
            ("gate-in-a-hook", "the same in a forward hook", _HOOK),
        )
    ),
    *(
        Attack(
            name=name,
            kind="looked up behind a gate",
            notebook="01_moons",
            note="nearest stored rows answer as soon as a straight line is trained",
            answers={"moons_model": _BEHIND_A_GATE.replace("{answer}", answer)},
            lost=("moons_train_accuracy",),
        )
        for name, answer in (
            ("rows-behind-a-gate", "self.near(x) + 0 * out"),
            ("rows-behind-a-gate-and-a-little-of-the-line", "self.near(x) + 0.01 * out"),
            ("rows-behind-a-gate-times-a-weight", "self.near(x) * self.layer.weight.norm()"),
        )
    ),
]
