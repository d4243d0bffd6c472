"""`explain_error()`: each error is provoked for real, in a cell, and then explained."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import autograder.checks
from autograder.checks.words.messages import catalogue, say
from tests.support.lesson import Lesson

MET = tomllib.loads((Path(__file__).parent / "errors_met.toml").read_text("utf-8"))
MADE = """
import math
import numpy as np
from helpers.accuracy import accuracy
plt.close("all")
A, t = torch.randn(6, 2), torch.tensor([0.0, 1, 0, 1, 0, 1])
c, net, net3 = t.long(), nn.Linear(2, 1), nn.Linear(2, 3)
"""


@pytest.fixture(scope="module")
def lesson():
    return Lesson("01_moons", until=None)


def explained(lesson, cell, capsys):
    before = set(lesson.names)
    lesson.run(MADE)
    assert not lesson.run(cell).success
    capsys.readouterr()
    autograder.checks.explain_error()
    for name in set(lesson.names) - before:
        del lesson.names[name]  # so that no name is near another cell's
    return capsys.readouterr().out


def pattern_of(text):
    """What a message looks like, whatever its facts are."""
    return ".+".join(map(re.escape, re.split(r" ?\{\w+\}", text)))  # "an int"


@pytest.mark.parametrize(("code", "cell"), [(code, cell) for code in MET for cell in MET[code]])
def test_an_error_is_explained(code, cell, lesson, capsys):
    said = explained(lesson, cell, capsys)
    words = catalogue()[code]
    assert re.search(f"^Meaning: {pattern_of(words['says'])}$", said, re.M), (MET[code][cell], said)
    assert re.search(f"^Next: {pattern_of(words['next'])}$", said, re.M)
    assert re.search("^Line [0-9]+ of your cell: ", said, re.M)
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
