"""`explain_error()`: each error is provoked for real, in a cell, and then explained."""

from __future__ import annotations

import pytest

import autograder.checks
from autograder.checks.words.messages import say
from tests.support.lesson import Lesson

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
    "not-scalar": (
        "raised_not_scalar",
        DATA + LINE + "nn.MSELoss(reduction='none')(net(A)[:, 0], t).backward()", "backward"),
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
    "not-callable": ("raised_not_callable", "measure = 0.9\nmeasure(1, 2)", "measure(1, 2)"),
    "name": ("raised_name", "optimiser.step()", "optimiser.step()"),
    "numpy": (
        "raised_numpy_gradient", "torch.ones(2, requires_grad=True).numpy()", "numpy()"),
    "probabilities": (
        "raised_probabilities_needed", DATA + "nn.BCELoss()(A[:, 0] * 9, t)", "BCELoss"),
    "rows": (
        "raised_target_rows", DATA + LINE + "nn.BCEWithLogitsLoss()(net(A)[:, 0], t[:4])", "t[:4]"),
    "rows-of-classes": (
        "raised_target_rows",
        DATA + "nn.CrossEntropyLoss()(nn.Linear(2, 3)(A), t[:4].long())", "t[:4]"),
    "squeezed-twice": (
        "raised_dimension", DATA + LINE + "net(A).squeeze(dim=1).squeeze(dim=1)", "squeeze(dim=1)"),
    "argmax-before-loss": (
        "raised_float_labels",
        DATA + "nn.CrossEntropyLoss()(nn.Linear(2, 3)(A).argmax(dim=1), t.long())", "argmax"),
    "all-axes": (
        "raised_array_of_axes",
        "figure, axes = plt.subplots(1, 2)\naxes.set(title='both')", "axes.set"),
    "misspelt": ("raised_attribute", "nn.Relu()", "nn.Relu"),
    "arguments": ("raised_arguments", "accuracy(torch.ones(3))", "accuracy(torch.ones(3))"),
    "layer-as-input": (
        "raised_layer_as_input",
        DATA + "h = nn.ReLU()\nnn.Linear(2, 1)(h)", "nn.Linear(2, 1)(h)"),
    "input-in-the-wrong-brackets": (
        "raised_layer_as_input", DATA + "out = nn.Sequential(nn.ReLU(A))(A)", "nn.ReLU(A)"),
    "none-as-input": (
        "raised_none_as_input",
        DATA + "def forward(x):\n    x + 1\nnn.Linear(2, 1)(forward(A))", "forward(A)"),
    "none-squeezed": (
        "raised_none_as_input",
        DATA + "def forward(x):\n    x + 1\nforward(A).squeeze(dim=1)", "squeeze"),
    "brackets-forgotten": (
        "raised_method_not_called",
        LINE + "torch.optim.SGD(net.parameters, lr=0.1)", "net.parameters"),
    "helper": (
        "raised_by_helper", DATA + "accuracy(A, t)", "accuracy(A, t)"),
    "helper-with-logits": (
        "raised_by_helper", DATA + "accuracy(A[:, 0], t)", "accuracy(A[:, 0], t)"),
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


def test_a_check_that_meets_exit_lives_on():
    """`sys.exit()` inside an answer must not end the check, and with it the cell."""
    fresh = Lesson("02_tanh", tanh="import sys\n\ndef tanh(x):\n    sys.exit()")
    assert fresh.verdict("check_tanh_values").outcome == "raised"


def test_labels_may_be_true_and_false():
    fresh = Lesson("01_moons", until="moons_outputs", moons_outputs=(
        "y_logits = moon_model(X_train[:10]).squeeze(1)\n"
        "y_probs = torch.sigmoid(y_logits)\ny_labels = y_probs > 0.5"))  # fmt: skip
    assert fresh.verdict("check_moons_outputs").passed


def test_a_guard_that_looks_at_a_number_is_pure():
    fresh = Lesson("02_tanh", tanh=(
        "def tanh(x):\n    if x.abs().max().item() > 1e9:\n        raise ValueError('too large')\n"
        "    s = torch.exp(-2 * x.abs())\n    return x.sign() * (1 - s) / (1 + s)"))  # fmt: skip
    assert fresh.verdict("check_tanh_pure").passed


def test_two_pictures_in_two_cells_count():
    fresh = Lesson("01_moons", moons_plot="plot_decision_boundary(moon_model, X_train, y_train)")
    assert fresh.verdict("check_moons_plot").code == "plot_set_missing"
    fresh.run("plot_decision_boundary(moon_model, X_test, y_test)")
    assert fresh.verdict("check_moons_plot").passed


def test_a_syntax_error_points_to_its_line(capsys):
    fresh = Lesson("01_moons", until=None)
    fresh.run("x = 1\nfor epoch in range(3)\n    pass")
    capsys.readouterr()
    autograder.checks.explain_error()
    said = capsys.readouterr().out
    assert "Line 2 of your cell: for epoch in range(3)" in said
    assert say("raised_syntax")[0] in said


def test_it_says_that_an_error_may_be_an_old_one(capsys):
    fresh = Lesson("01_moons", until=None)
    fresh.run("1 / 0")
    fresh.run("x = 1")
    capsys.readouterr()
    autograder.checks.explain_error()
    first = capsys.readouterr().out.splitlines()[0]
    assert first == "The last error of this session: ZeroDivisionError: division by zero"


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
