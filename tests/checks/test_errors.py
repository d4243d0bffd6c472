"""`explain_error()`: each error is provoked for real, in a cell, and then explained."""

from __future__ import annotations

import pytest

import autograder.checks
from autograder.checks.messages import say
from tests.lesson import Lesson

DATA = "A, t = torch.randn(6, 2), torch.tensor([0.0, 1, 0, 1, 0, 1])\n"
LINE = "net = nn.Linear(2, 1)\n"
#: Code, the cell that raises, and a part of the line that the explanation points to.
PROVOKED = {
    "mat1-mat2": ("raised_inner_sizes", DATA + "nn.Linear(3, 1)(A)", "nn.Linear(3, 1)(A)"),
    "double": ("raised_double_features", DATA + LINE + "out = net(A.double())", "A.double()"),
    "target-size": (
        "raised_target_size", DATA + LINE + "nn.BCEWithLogitsLoss()(net(A), t)", "net(A), t"),
    "long-expected": (
        "raised_float_labels",
        DATA + "nn.CrossEntropyLoss()(nn.Linear(2, 3)(A), t)", "CrossEntropyLoss"),
    "devices": (
        "raised_devices", DATA + "net = nn.Linear(2, 1, device='meta')\nnet(A)\n", "net(A)"),
    "second-backward": (
        "raised_second_backward",
        DATA + LINE + "loss = (net(A) ** 2).mean()\nloss.backward()\nloss.backward()", "backward"),
    "no-gradient": ("raised_no_gradient", DATA + "(A ** 2).mean().backward()", "backward"),
    "in-place": (
        "raised_in_place",
        DATA + LINE + "h = torch.sigmoid(net(A))\nh += 1\nh.sum().backward()", "backward"),
    "leaf-in-place": (
        "raised_in_place", "w = torch.ones(2, requires_grad=True)\nw -= 0.1", "w -= 0.1"),
    "inference": (
        "raised_inference",
        DATA + LINE + "with torch.inference_mode():\n    z = A * 2\n(net(z)).mean().backward()",
        "net(z)"),
    "class-range": (
        "raised_target_range",
        DATA + "nn.CrossEntropyLoss()(nn.Linear(2, 3)(A), torch.full((6,), 3))", "torch.full"),
    "no-super": (
        "raised_super_init",
        "class Net(nn.Module):\n    def __init__(self):\n        self.a = nn.Linear(2, 1)\nNet()",
        "self.a"),
    "not-callable": ("raised_not_callable", "accuracy = 0.9\naccuracy(1, 2)", "accuracy(1, 2)"),
    "name": ("raised_name", "optimiser.step()", "optimiser.step()"),
    "numpy": (
        "raised_numpy_gradient", "torch.ones(2, requires_grad=True).numpy()", "numpy()"),
    "probabilities": (
        "raised_probabilities_needed", DATA + "nn.BCELoss()(A[:, 0] * 9, t)", "BCELoss"),
    "unknown": ("raised_other", "[1, 2][7]", "[1, 2][7]"),
}  # fmt: skip


@pytest.fixture(scope="module")
def lesson():
    return Lesson("01_moons", until=None)


@pytest.mark.parametrize("name", PROVOKED)
def test_an_error_is_explained(name, lesson, capsys):
    code, source, line = PROVOKED[name]
    assert lesson.run(source).error_in_exec is not None
    capsys.readouterr()
    autograder.checks.explain_error()
    said = capsys.readouterr().out
    meaning, step = say(code)
    assert f"Meaning: {meaning}" in said
    assert f"Next: {step}" in said
    pointed = next(text for text in said.splitlines() if text.startswith("Line "))
    assert line in pointed
    assert len(said.strip().splitlines()) == 4


def test_a_syntax_error_points_to_its_line(lesson, capsys):
    lesson.run("x = 1\nfor epoch in range(3)\n    pass")
    capsys.readouterr()
    autograder.checks.explain_error()
    assert "Line 2 of your cell: for epoch in range(3)" in capsys.readouterr().out


def test_a_nan_loss_is_explained_though_nothing_raised(capsys):
    fresh = Lesson("01_moons", until=None)
    fresh.run(
        "net = nn.Linear(2, 1)\nopt = torch.optim.SGD(net.parameters(), lr=1e30)\n"
        "for epoch in range(5):\n    loss = (net(torch.ones(4, 2) * 9) ** 2).mean()\n"
        "    opt.zero_grad()\n    loss.backward()\n    opt.step()\n    print('loss', loss.item())"
    )
    capsys.readouterr()
    autograder.checks.explain_error()
    assert say("raised_nan_loss")[0] in capsys.readouterr().out


def test_without_an_error_it_says_so_and_checks_are_no_errors(capsys):
    fresh = Lesson("01_moons", until=None)
    fresh.run("import autograder.checks")
    fresh.run('autograder.checks.check("check_moons_data_tensors", globals())')
    capsys.readouterr()
    autograder.checks.explain_error()
    assert say("no_error")[0] in capsys.readouterr().out
