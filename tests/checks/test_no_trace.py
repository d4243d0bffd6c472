"""Checks look and leave everything as it was: a run with them and one without end the same."""

from __future__ import annotations

import copy
import subprocess
import sys
from typing import Any

import pytest
import torch

from autograder.checks.recorder import watch as recorder
from autograder.checks.table import CHECKS, PARTS
from tests.support.lesson import Lesson
from tests.support.playing import loop, notebook_of, play, spiral_loop
from tests.support.state import state

NOISY = """
import sys, warnings
class Noisy(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, 16), nn.BatchNorm1d(16), nn.ReLU(),
                                    nn.Dropout(0.1), nn.Linear(16, 1))
    def forward(self, x):
        print("seen", x.shape)
        print("on stderr", file=sys.stderr)
        warnings.warn("a warning")
        torch.rand(1), np.random.rand(), random.random()
        return self.layers(x)
import random
import numpy as np
torch.manual_seed(1)
moon_model = Noisy()
"""


def ids_of(notebook: str) -> list[str]:
    return [check for check in CHECKS if notebook_of(check) == notebook]


@pytest.fixture(scope="module")
def noisy_moons() -> Lesson:
    """A session whose model prints, warns and draws random numbers, left in train mode."""
    training = loop(epochs=21).replace("moon_model.eval()", "pass")
    return play("01_moons", moons_model=NOISY, moons_train=training)


@pytest.mark.parametrize("check", ids_of("01_moons"))
def test_moons_checks_leave_no_trace(check: str, noisy_moons: Lesson, capsys: Any) -> None:
    lesson = noisy_moons
    assert lesson.names["moon_model"].training
    capsys.readouterr()
    before = state(lesson)
    lesson.verdict(check)
    assert state(lesson) == before
    assert capsys.readouterr() == ("", ""), "a line on stderr costs a point under nbgrader"


@pytest.mark.parametrize("notebook", ["02_tanh", "03_spirals"])
def test_other_checks_leave_no_trace(notebook: str, capsys: Any) -> None:
    lesson = play(
        notebook,
        tanh="def tanh(x):\n    torch.rand(1)\n    print('seen')\n"
        "    return 2 * torch.sigmoid(2 * x) - 1",
        spirals_train=spiral_loop(epochs=5),
    )
    capsys.readouterr()
    for check in ids_of(notebook):
        before = state(lesson)
        lesson.verdict(check)
        assert state(lesson) == before, check
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("mode", ["dropout", "batch norm", "random loop"])
def test_a_run_with_checks_ends_as_one_without(mode: str) -> None:
    layer = {"dropout": "nn.Dropout(0.2)", "batch norm": "nn.BatchNorm1d(16)"}.get(
        mode, "nn.ReLU()"
    )
    model = f"""torch.manual_seed(3)
moon_model = nn.Sequential(nn.Linear(2, 16), {layer}, nn.ReLU(), nn.Linear(16, 1))"""
    training = loop(epochs=11).replace("moon_model.eval()", "pass")
    if mode == "random loop":
        training = training.replace("X_train)", "X_train + 0.01 * torch.randn(800, 2))")

    def ends(checked: bool) -> list[torch.Tensor]:
        def ask(lesson: Lesson, part: str) -> None:
            for check in PARTS[part].checks if checked else ():
                lesson.verdict(check)

        lesson = play("01_moons", until="moons_train", after=ask, moons_model=model,
                      moons_train=training)  # fmt: skip
        if checked:
            for check in ids_of("01_moons"):
                lesson.verdict(check)
        lesson.run(training)  # training goes on after the checks
        values = copy.deepcopy(lesson.names["moon_model"].state_dict())
        return [*values.values(), torch.get_rng_state()]

    assert all(torch.equal(a, b) for a, b in zip(ends(False), ends(True), strict=True))


def test_a_recorded_run_ends_as_one_without_a_recorder() -> None:
    def ends(records: bool) -> list[torch.Tensor]:
        lesson = play("01_moons", until="moons_train", records=records, moons_train=loop(epochs=11))
        return [*lesson.names["moon_model"].state_dict().values(), torch.get_rng_state()]

    assert all(torch.equal(a, b) for a, b in zip(ends(False), ends(True), strict=True))


def test_the_recorder_installed_twice_registers_once() -> None:
    lesson = play("02_tanh", until=None, records=False)
    assert recorder.recorded() is None
    assert recorder.install()
    assert recorder.install()
    lesson.run("print('once')")
    runs = recorder.recorded()
    assert runs is not None
    assert [run.text for run in runs] == ["once\n"]
    lesson.run("import autograder.checks as c\nc.start()\nc.start()")
    assert len(runs) == 2


def test_a_cell_that_replaces_stdout_keeps_its_own(monkeypatch: Any) -> None:
    monkeypatch.setattr(sys, "stdout", sys.stdout)  # put back when the test ends
    lesson = play("02_tanh", until=None)
    lesson.run("import io, sys\nmine, sys.stdout = sys.stdout, io.StringIO()")
    assert type(lesson.names["sys"].stdout).__name__ == "StringIO"
    lesson.run("sys.stdout = mine")
    lesson.run("print('still seen')")
    assert recorder.RECORDER.runs[-1].text == "still seen\n"


LIGHT = """
import sys
import autograder.checks
from autograder.checks import registry
from autograder.checks.recorder import watch as recorder
from autograder.checks.words import display
from autograder.checks.words import messages
from autograder.checks import rescue_kit
from autograder.checks.ungraded import tasks as ungraded
heavy = {"nbgrader", "jupyter_client", "sklearn", "matplotlib.pyplot", "pandas", "nbformat"}
print(sorted(heavy & set(sys.modules)))
"""


def test_importing_the_checks_is_light() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIGHT], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""


def test_a_model_that_logs_to_the_real_stderr_stays_silent(capfd):
    """A handler made in an earlier cell holds the stream itself, so redirecting cannot reach it."""
    import logging
    import sys

    lesson = Lesson("01_moons", until="moons_outputs", moons_model=(
        "class Chatty(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.body = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))\n"
        "    def forward(self, x):\n"
        "        chatty.warning('forward on %d rows', len(x))\n"
        "        return self.body(x)\n"
        "moon_model = Chatty()\n"
    ), moons_data=(
        "import logging\n"
        "chatty = logging.getLogger('chatty')\n"
        "chatty.addHandler(logging.StreamHandler(sys.__stderr__))\n"
        + next(c.source for c in Lesson("01_moons", None).notebook.cells if c.id == "moons_data")
    ))  # fmt: skip
    capfd.readouterr()
    assert lesson.verdict("check_moons_outputs").passed
    sys.stderr.flush()
    assert capfd.readouterr().err == ""
    assert logging.root.manager.disable == logging.NOTSET
