"""No helper changes anything of the caller's; importing them loads nothing heavy."""

import random
import subprocess
import sys

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from torch import nn

from helpers.accuracy import (
    accuracy,
    logits_to_labels,
    logits_to_probabilities,
    probabilities_to_labels,
)
from helpers.confidence import describe_confidence, plot_confidence
from helpers.data import draw_moons, draw_spirals
from helpers.describe import (
    describe_activation,
    describe_dataset,
    describe_decision_boundary,
    describe_learning_curves,
)
from helpers.folds import describe_fold_lines, plot_fold_lines
from helpers.goal import ideal_moons, ideal_spirals
from helpers.mistakes import worst_mistakes
from helpers.plotting import (
    plot_activation,
    plot_dataset,
    plot_decision_boundary,
    plot_learning_curves,
)
from helpers.predict import model_outputs, predicted_labels, predicted_probabilities
from helpers.sanity import learn_by_heart
from helpers.training import ProgressLog


class Restless(nn.Module):
    """Draws random numbers, counts its calls in buffers and clamps a weight as it runs."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(2, 4, dtype=torch.float64)
        self.norm = nn.BatchNorm1d(4, dtype=torch.float64)
        self.drop = nn.Dropout(0.5)
        self.last = nn.Linear(4, 2, dtype=torch.float64)
        self.register_buffer("calls", torch.zeros(1))
        self.register_buffer("rows", torch.zeros(1))

    def forward(self, x):
        self.calls += 1
        self.rows = self.rows + len(x)
        self.last.bias.data.clamp_(-0.01, 0.01)
        torch.rand(3), np.random.rand(3), random.random()
        x.mul_(1.5)
        return self.last(self.drop(self.norm(self.first(x))))


def history():
    log = ProgressLog(every=100)
    for epoch in range(1, 4):
        log(epoch, 1.0 / epoch, 0.5, 1.2 / epoch, 0.4)
    return log.history


CASES = {
    "draw_moons": lambda m, X, y: draw_moons(20),
    "draw_spirals": lambda m, X, y: draw_spirals(20),
    "model_outputs": lambda m, X, y: model_outputs(m, X),
    "predicted_labels": lambda m, X, y: predicted_labels(X),
    "predicted_probabilities": lambda m, X, y: predicted_probabilities(X),
    "logits_to_probabilities": lambda m, X, y: logits_to_probabilities(X),
    "logits_to_labels": lambda m, X, y: logits_to_labels(X),
    "probabilities_to_labels": lambda m, X, y: probabilities_to_labels(X.sigmoid()),
    "accuracy": lambda m, X, y: accuracy(y, y),
    "ideal_moons": lambda m, X, y: ideal_moons(X),
    "ideal_spirals": lambda m, X, y: ideal_spirals(X),
    "plot_dataset": lambda m, X, y: plot_dataset(X, y),
    "plot_decision_boundary": lambda m, X, y: plot_decision_boundary(m, X, y),
    "plot_confidence": lambda m, X, y: plot_confidence(m, X, y),
    "plot_fold_lines": lambda m, X, y: plot_fold_lines(m, X, y),
    "plot_learning_curves": lambda m, X, y: plot_learning_curves(history()),
    "plot_activation": lambda m, X, y: plot_activation(nn.Dropout(0.3)),
    "describe_dataset": lambda m, X, y: describe_dataset(X, y),
    "describe_decision_boundary": lambda m, X, y: describe_decision_boundary(m, X, y),
    "describe_confidence": lambda m, X, y: describe_confidence(m, X, y),
    "describe_fold_lines": lambda m, X, y: describe_fold_lines(m, X, y),
    "worst_mistakes": lambda m, X, y: worst_mistakes(m, X, y),
    "learn_by_heart": lambda m, X, y: learn_by_heart(m, nn.CrossEntropyLoss(), X, y, steps=2),
    "describe_learning_curves": lambda m, X, y: describe_learning_curves(history()),
    "describe_activation": lambda m, X, y: describe_activation(lambda x: torch.rand_like(x)),
    "ProgressLog": lambda m, X, y: ProgressLog()(1, X.mean().abs(), 0.5, 1.0, 0.5),
}


def state(model, *tensors):
    """All that a helper might move, in a form that compares."""
    every = [*model.parameters(), *model.buffers(), *tensors]
    return {
        "modes": [module.training for module in model.modules()],
        "values": [tensor.tolist() for tensor in every],
        "same objects": [id(tensor) for tensor in every],
        "kinds": [(t.dtype, t.device, t.requires_grad) for t in every],
        "gradients": [None if t.grad is None else t.grad.tolist() for t in every if t.is_leaf],
        "torch": torch.get_rng_state().tolist(),
        "numpy": [str(part) for part in np.random.get_state()],
        "python": random.getstate(),
        "torch settings": (torch.is_grad_enabled(), torch.get_default_dtype()),
        "plot settings": dict(mpl.rcParams),
        "interactive": mpl.is_interactive(),
    }


@pytest.mark.parametrize("name", CASES)
def test_nothing_of_the_callers_changes(name, capsys):
    model = Restless()
    model.first.bias.requires_grad_(False)
    X = torch.randn(12, 2, requires_grad=True)
    y = torch.tensor([0.0, 1.0] * 6)
    model(X.double()).sum().backward()
    model.drop.eval()  # a mix of modes: all on or all off would hide a helper that resets them
    plt.figure()  # pyplot sets itself up before the first look
    before = state(model, X, y)
    CASES[name](model, X, y)
    after = state(model, X, y)
    for part, value in before.items():
        assert after[part] == value, f"{name} changed {part}"
    assert capsys.readouterr().out == "" or name in ("ProgressLog", "learn_by_heart")


def test_the_restless_model_would_show_a_change():
    model, X = Restless(), torch.randn(12, 2)
    before = state(model, X)
    model(X.double())
    changed = {part for part, value in state(model, X).items() if value != before[part]}
    assert {"values", "same objects", "torch", "numpy", "python"} <= changed


@pytest.mark.parametrize(
    ("modules", "heavy"),
    [
        (
            "data plotting accuracy predict describe training goal "
            "confidence folds mistakes sanity",
            "sklearn pandas scipy matplotlib.pyplot IPython nbgrader jupyter_client torchmetrics",
        ),
        ("training accuracy", "matplotlib"),
    ],
)
def test_imports_are_light(modules, heavy):
    code = (
        "import importlib, sys\n"
        f"for name in {modules.split()!r}: importlib.import_module('helpers.' + name)\n"
        f"print([name for name in {heavy.split()!r} if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_the_package_itself_imports_nothing():
    code = "import sys; before = set(sys.modules); import helpers; print(set(sys.modules) - before)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "{'helpers'}"
