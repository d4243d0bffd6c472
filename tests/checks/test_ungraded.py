"""Practice and stretch: right answers in several forms, each misconception, and no trace left."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from torch import nn

import autograder.checks
from autograder.checks.ungraded.tasks import TASKS, classifiers, sgd_step, stable_bce, verdict_on
from autograder.checks.words.messages import catalogue
from tests.support.playing import play
from tests.support.state import state
from tests.support.ungraded_answers import (
    BCE,
    FEATURES,
    GIVEN,
    NAIVE,
    POLAR,
    RIGHT,
    TANH,
    TRAIN,
    WRONG,
)


def names_after(source: str) -> dict[str, Any]:
    """The namespace that a learner's cell leaves."""
    names: dict[str, Any] = {}
    exec(GIVEN + source, names)
    return names


def verdict(task: str, source: str) -> Any:
    return verdict_on(TASKS[task], names_after(source))


@pytest.mark.parametrize("task", RIGHT)
def test_right_answers(task: str) -> None:
    for code, source in RIGHT[task]:
        found = verdict(task, source)
        assert (found.outcome, found.code) == ("correct", code), (source, found)
        assert found.next_step == ""


@pytest.mark.parametrize("task", WRONG)
def test_misconceptions(task: str) -> None:
    said = [(verdict(task, source), *row, source) for *row, source in WRONG[task]]
    assert [row for row in said if [row[0].outcome, row[0].code] != [row[1], row[2]]] == []
    assert all(found.next_step for found, *_ in said)


def test_every_message_of_these_tasks_is_met() -> None:
    met = {row[-2] for table in (RIGHT, WRONG) for entries in table.values() for row in entries}
    own = ("task_", "practice_", "small_", "sgd_", "bce_", "features_")
    assert {code for code in catalogue() if code.startswith(own)} - met == set()


def test_messages_name_numbers() -> None:
    assert "13 parameters" in verdict("fewest_parameters", RIGHT["fewest_parameters"][0][1]).message
    assert "2 features" in verdict("spiral_features", RIGHT["spiral_features"][0][1]).message
    far = verdict("stable_bce", BCE + NAIVE + "    return rows.mean()").message
    assert "expected 100.0000" in far
    centre = verdict("spiral_features", POLAR + "    return X / radius.unsqueeze(1)").message
    assert "(0, 0)" in centre


# --- the references that the checks compare with ---------------------------------------------
def test_the_steps_are_those_of_torch_optim_sgd() -> None:
    def reference(parameters: Any, lr: float) -> None:
        torch.optim.SGD(parameters, lr=lr).step()

    unused = nn.Parameter(torch.ones(2))
    for give in (list, iter, lambda own: [unused, *own]):
        steps = sgd_step.trial(reference, give)["steps"]
        assert len(steps) == len(sgd_step.RATES)
        for rate, before, gradients, after in steps:
            np.testing.assert_allclose(after, before - rate * gradients, atol=1e-6)
            assert np.abs(gradients).max() > 0.1


def test_the_losses_are_torchs_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def reference(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        return nn.functional.binary_cross_entropy_with_logits(logits, targets)

    monkeypatch.setattr(stable_bce, "LIBRARY", frozenset())
    assert stable_bce.judge(reference).code == "bce_right"


@pytest.mark.parametrize("seed", range(5))
def test_the_fewest_parameters_are_reachable_from_other_seeds(seed: int) -> None:
    source = TANH.format(3).replace("42", str(seed)) + TRAIN.format(epochs=1000)
    found = verdict("fewest_parameters", source)
    assert found.code == "small_right_fewest"
    assert sum(p.numel() for p in names_after(TANH.format(3))["small_model"].parameters()) == (
        classifiers.FEWEST_PARAMETERS
    )


# --- how it looks, and what it leaves --------------------------------------------------------
CALL = "import autograder.checks\nautograder.checks.check_ungraded({!r}, globals())"
SHOWN = {
    "correct": ("doubled = numbers * 2", "Correct"),
    "not_yet": ("doubled = numbers + 2", "Not yet"),
    "not_started": ("pass", "Not started"),
    "raised": ("doubled = nmbers * 2", "Your code raised an error"),
}


@pytest.mark.parametrize("outcome", SHOWN)
def test_a_verdict_is_shown_and_never_raised(outcome: str, capsys: Any) -> None:
    source, heading = SHOWN[outcome]
    lesson = play("01_moons", until=None)
    lesson.run("numbers = torch.tensor([1.0, 2.0, 3.0])")
    lesson.run(source)
    capsys.readouterr()
    with capture_output() as captured:
        result = lesson.run(CALL.format("practice"))
    assert result.success
    assert result.result is None
    assert (captured.stdout, captured.stderr) == ("", "")
    (shown,) = captured.outputs
    plain = shown.data["text/plain"]
    first = f"{heading} - practice, double three numbers (no points)"
    assert re.split(": |\n", plain)[0] == first
    assert ("\nNext: " in plain) == (outcome != "correct")
    assert first in shown.data["text/html"]
    assert not shown.metadata, "a grader reads graded checks alone"


def test_the_heading_of_a_stretch(capsys: Any) -> None:
    InteractiveShell.clear_instance()
    source = RIGHT["stable_bce"][0][1]
    autograder.checks.check_ungraded("stable_bce", names_after(source))
    out, err = capsys.readouterr()
    assert out.startswith("Correct - stretch, a stable loss (no points): ")
    assert out.count("\n") == 1
    assert err == ""


def test_a_checks_own_message_is_no_error_of_the_learners() -> None:
    lesson = play("01_moons", until=None)
    lesson.run('import autograder.checks as c\nc.check("check_moons_plot", globals())')
    assert verdict_on(TASKS["practice"], lesson.names).code == "task_missing"


def test_an_unknown_task_names_those_that_exist() -> None:
    with pytest.raises(KeyError, match=r"no task 'practise'; the tasks are practice, fewest_"):
        autograder.checks.check_ungraded("practise", {})


ODD = """
class Odd:
    def __getattr__(self, name): raise RuntimeError("odd")
    def __call__(self, *args, **kwargs): return Odd()
    def __eq__(self, other): raise RuntimeError("odd")
    def __len__(self): raise RuntimeError("odd")
    def __iter__(self): raise RuntimeError("odd")
class OddModel(nn.Module):
    def parameters(self, recurse=True): raise SystemExit(2)
async def later(*args): return 1
def grows(*args): return grows
def shrinks(parameters, lr=0):
    for p in parameters: p.data = p.data[:1]
odd = {}
"""


@pytest.mark.parametrize("odd", [
    "Odd()", "Odd", "OddModel()", "later", "grows", "shrinks", "lambda *a: Odd()", "print", "len",
    "object()", "float('nan')", "'text'", "[[], [1]]", "{1: 2}", "torch", "nn.Identity()", "max",
    "torch.empty(0)", "torch.zeros(3, 2).to_sparse()", "np.array([1, 'a'], dtype=object)",
    "lambda *a: torch.zeros(0, 0)", "lambda *a: (_ for _ in ())", "lambda *a, **k: None",
])  # fmt: skip
def test_odd_objects_raise_nothing(odd: str, capsys: Any) -> None:
    InteractiveShell.clear_instance()
    names = names_after(ODD.format(odd))
    for task in TASKS.values():
        names[task.name] = eval(odd, names)
    for task_id in TASKS:
        autograder.checks.check_ungraded(task_id, names)
        out, err = capsys.readouterr()
        assert "(no points)" in out
        assert "Correct" not in out
        assert err == ""


@pytest.mark.parametrize("task", TASKS)
def test_ungraded_checks_leave_no_trace(task: str, capsys: Any) -> None:
    noisy = (
        "print('seen')\n    print('err', file=sys.stderr)\n    torch.rand(1)\n    random.random()"
    )
    lesson = play("01_moons", moons_train="pass")
    lesson.run(GIVEN)
    lesson.run(RIGHT[task][0][1])
    lesson.run(f"right = {TASKS[task].name}")
    if TASKS[task].name == task:  # a function
        lesson.run(
            f"def {task}(*args):\n    {noisy}\n    np.random.rand()\n    return right(*args)"
        )
    lesson.run("import autograder.checks")
    capsys.readouterr()
    before = state(lesson)
    with capture_output() as captured:
        autograder.checks.check_ungraded(task, lesson.names)
    assert state(lesson) == before
    assert (captured.stdout, captured.stderr) == ("", "")
    assert captured.outputs[0].data["text/plain"].startswith("Correct")


def test_gradients_stay_on_where_a_function_switches_them_off() -> None:
    off = "    torch.set_grad_enabled(False)\n    return X"
    assert verdict("spiral_features", FEATURES + off).code == "features_same"
    assert torch.is_grad_enabled()


@pytest.mark.parametrize("task", ["stable_bce", "spiral_features", "sgd_step"])
def test_a_function_sees_copies_and_no_labels(task: str) -> None:
    seen: list[tuple[Any, ...]] = []

    def look(*args: Any) -> None:
        seen.append(args)

    verdict_on(TASKS[task], {task: look})
    assert seen
    if task == "spiral_features":
        assert all(len(args) == 1 and args[0].shape[1] == 2 for args in seen)
        assert len({args[0].data_ptr() for args in seen}) == len(seen)
