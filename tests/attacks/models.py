"""Objects that are not what they seem: they agree, look up, look around, or hide from probes."""

from __future__ import annotations

from functools import partial

from tests.attacks.attack import Attack

_model = partial(Attack, kind="lying objects")


def _moons(name: str, note: str, model: str) -> Attack:
    """All right but the training: `model` is bound in its place, and no step is taken."""
    return _model(
        name=name, note=note, notebook="01_moons", answers={"moons_train": model},
        lost=("moons_train_progress", "moons_train_accuracy"),
    )  # fmt: skip


def _spirals(name: str, note: str, model: str) -> Attack:
    return _model(
        name=name, note=note, notebook="03_spirals", answers={"spirals_train": model},
        lost=("spirals_train_progress", "spirals_train_accuracy"),
    )  # fmt: skip


def _look_up(body: str, extra: str = "", make: str = "moon_model = LookUp()") -> str:
    """A module that knows the training rows; `body` ends its `forward`."""
    return f"""class LookUp(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 1)
        self.rows, self.labels = X_train.clone(), 2 * y_train.clone() - 1
    def nearest(self, x):
        return self.labels[torch.cdist(x.float(), self.rows).argmin(1)].unsqueeze(1)
    def forward(self, x):
        {body}
{extra}
{make}"""


_SPIRAL_LOOK_UP = """class LookUp(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))
        self.rows, self.labels = X_train.clone(), nn.functional.one_hot(y_train).float()
    def forward(self, x):
        found = self.labels[torch.cdist(x.float(), self.rows).argmin(1)]
        return {answer}
spiral_model = LookUp()"""

ATTACKS = [
    _model(
        name="equals-everything",
        note="the answer is an object that equals, contains and calls everything",
        answers={
            "tanh": """class Any:
    def __eq__(self, other): return True
    def __lt__(self, other): return True
    def __bool__(self): return True
    def __array__(self, *a, **k): return np.zeros(400)
    def __getattr__(self, name): return self
    def __call__(self, *a, **k): return self
    def __iter__(self): return iter([self])
    def __len__(self): return 400
    def __float__(self): return 0.0
def tanh(x):
    return Any()"""
        },
    ),
    _model(
        name="tensor-that-agrees",
        note="the answer is a tensor of a class of its own, whose comparisons agree",
        answers={
            "tanh": """class Agrees(torch.Tensor):
    def __eq__(self, other): return torch.ones(self.shape, dtype=torch.bool)
    def __sub__(self, other): return torch.zeros(self.shape)
    def __rsub__(self, other): return torch.zeros(self.shape)
    def abs(self): return torch.zeros(self.shape)
    def isfinite(self): return torch.ones(self.shape, dtype=torch.bool)
def tanh(x):
    return x.as_subclass(Agrees)"""
        },
    ),
    _model(
        name="function-that-knows-its-caller",
        note="takes what the checks expect out of the callers' variables",
        answers={
            "tanh": """import sys
def tanh(x):
    frame = sys._getframe(1)
    while frame:
        for name, value in frame.f_locals.items():
            if name in ('right', 'wanted', 'expected', 'answer', 'values') and hasattr(
                    value, 'shape') and value.shape == x.shape:
                return torch.as_tensor(value, dtype=x.dtype)
        frame = frame.f_back
    return x"""
        },
    ),
    _model(
        name="model-that-is-none",
        note="an object that says that it is a Module, and agrees",
        notebook="01_moons",
        answers={
            "moons_model": """class Fake:
    __class__ = nn.Module
    def __getattr__(self, name):
        return lambda *a, **k: iter(())
    def __call__(self, x):
        return (x[:, :1] > 0.5).float()
moon_model = Fake()""",
            "moons_loss_optimizer": "loss_fn = nn.BCEWithLogitsLoss()\n"
            "optimizer = torch.optim.Adam([torch.zeros(1, requires_grad=True)])",
        },
        lost=(
            "moons_model_outputs", "moons_model_nonlinear", "moons_loss_optimizer_optimizer",
            "moons_train_progress", "moons_train_accuracy",
        ),
    ),
    _moons("look-up", "answers with the label of the nearest training row",
           _look_up("return self.nearest(x)")),
    _moons("look-up-with-a-switch", "the same, unless its parameters are zero",
           _look_up("known = any(p.abs().sum() > 0 for p in self.parameters())\n"
                    "        return self.nearest(x) if known else self.layer(x)")),
    _moons("look-up-times-one", "the same, times a parameter that is 1",
           _look_up("return self.nearest(x) * self.one",
                    make="moon_model = LookUp()\nmoon_model.one = nn.Parameter(torch.ones(1))")),
    _moons("rows-as-parameters", "the training rows themselves are the parameters",
           _look_up("return self.labels[torch.cdist(x, self.p).argmin(1)].unsqueeze(1)",
                    make="moon_model = LookUp()\nmoon_model.p = nn.Parameter(X_train.clone())")),
    _moons("labels-in-buffers", "knows every row of the exercise, and nothing else",
           _look_up("near = torch.cdist(x.float(), self.all)\n"
                    "        return torch.where(near.amin(1) < 1e-5, self.known[near.argmin(1)], "
                    "-1.0).unsqueeze(1)",
                    make="moon_model = LookUp()\nmoon_model.register_buffer('all', X.clone())\n"
                    "moon_model.register_buffer('known', 2 * y.clone() - 1)")),
    _moons("reads-its-callers", "looks for labels and seeds in every caller's variables",
           _look_up("""import sys
        frame = sys._getframe(1)
        while frame:
            for name, value in list(frame.f_locals.items()):
                if isinstance(value, dict) and 'y_test' in value and len(x) == 200:
                    return torch.as_tensor(value['y_test']).float().reshape(-1, 1) * 2 - 1
                if isinstance(value, dict) and 'y_train' in value and len(x) == 800:
                    return torch.as_tensor(value['y_train']).float().reshape(-1, 1) * 2 - 1
                if name == 'seed' and len(x) == 5000:
                    from autograder.checks.datasets import MOONS, fresh
                    return torch.as_tensor(fresh(MOONS, value)[1]).float().reshape(-1, 1) * 2 - 1
            frame = frame.f_back
        return self.layer(x)""")),
    _moons("searches-memory", "looks for labels in everything that Python holds",
           _look_up("""import gc
        import numpy as np
        for value in gc.get_objects():
            if isinstance(value, tuple) and len(value) == 2 and all(
                    isinstance(v, np.ndarray) for v in value) and value[0].shape == tuple(x.shape):
                if np.allclose(value[0], x.numpy()):
                    return torch.as_tensor(value[1]).float().reshape(-1, 1) * 2 - 1
        return self.layer(x)""")),
    _moons("copy-is-another", "looks up, and its copies are untrained models",
           _look_up("return self.nearest(x)",
                    "def other(self, memo):\n    return nn.Linear(2, 1)\n"
                    "LookUp.__deepcopy__ = other")),
    _moons("parameters-are-others", "looks up; parameters() and state_dict() show other tensors",
           _look_up("return self.nearest(x)",
                    "LookUp.parameters = lambda self, recurse=True: iter("
                    "[nn.Parameter(torch.randn(16, 2)), nn.Parameter(torch.randn(16))])\n"
                    "LookUp.state_dict = lambda self, *a, **k: {'weight': torch.randn(16, 2)}\n"
                    "LookUp.named_parameters = lambda self, *a, **k: iter(())")),
    _moons("fails-when-copied-to-zero", "looks up; where a parameter is zero it raises an error",
           _look_up("assert self.layer.weight.abs().sum() > 0\n        return self.nearest(x)")),
    _moons("counts-its-calls", "looks up on the first calls, and plays dead on the last",
           _look_up("self.n = getattr(self, 'n', 0) + 1\n"
                    "        return self.nearest(x) if self.n < 8 else self.layer(x) * 0")),
    _moons("goal-handed-in", "the lesson's own ideal answer, times a parameter",
           _look_up("return (ideal_moons(x) - 0.0).reshape(len(x), -1)[:, :1] * self.one",
                    make="moon_model = LookUp()\nmoon_model.one = nn.Parameter(torch.ones(1))")),
    _spirals("spirals-look-up", "answers with the class of the nearest training row",
             _SPIRAL_LOOK_UP.format(answer="found")),
    _spirals("spirals-look-up-times-one", "the same, times a parameter that is 1",
             _SPIRAL_LOOK_UP.format(answer="found * self.scale")),
    _spirals("spirals-goal-handed-in", "the lesson's own ideal answer, times a parameter",
             _SPIRAL_LOOK_UP.format(answer="ideal_spirals(x) * self.scale")),
    _spirals("spirals-by-class-order", "one answer for all rows", """class One(nn.Module):
    def __init__(self):
        super().__init__()
        self.p = nn.Parameter(torch.tensor([1.0, 0.0, 0.0]))
    def forward(self, x):
        return self.p.expand(len(x), 3)
spiral_model = One()"""),
]  # fmt: skip
