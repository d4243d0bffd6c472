"""Tasks that earn no points, practice and stretch: looks at what the learner left, and says so.

The same four outcomes as for exercises, but a verdict is only shown and never raised: an unsolved
task must not stop "Run all", and no grader reads it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from autograder.checks.evidence.arguments import unused_arguments
from autograder.checks.evidence.describe import describe_array, error_of, leaving_no_trace
from autograder.checks.judges.tanh import is_stub
from autograder.checks.recorder.watch import recorded
from autograder.checks.ungraded import classifiers, sgd_step, stable_bce
from autograder.checks.words.errors import VERDICT_ERRORS
from autograder.checks.words.verdict import (
    NOT_YET,
    Verdict,
    correct,
    not_started,
    not_yet,
    raised_by,
)

_GIVEN = np.array([1.0, 2.0, 3.0])
#: What learners make of the practice task by mistake, by the code of its message.
_WRONG_DOUBLED = {
    "practice_plus_two": _GIVEN + 2,
    "practice_squared": _GIVEN**2,
    "practice_unchanged": _GIVEN,
}


@dataclass(frozen=True)
class UngradedTask:
    """One task.

    Attributes:
        title: its kind and what it asks for, in a few words.
        name: what must exist in the notebook once its cell has run.
        judge: the verdict on the object of that name; nothing of it is kept as evidence.
        function: it has to be one.
    """

    title: str
    name: str
    judge: Callable[[Any], Verdict]
    function: bool = False


def _judge_practice(doubled: Any) -> Verdict:
    """A tensor of shape (3,) that holds 2, 4 and 6."""
    evidence = describe_array(doubled)
    values, kind = evidence["values"], evidence["kind"]
    if kind != "tensor":
        right = values is not None and np.array_equal(values, 2 * _GIVEN)
        return not_yet("practice_list" if right else "practice_not_tensor", kind=kind)
    if tuple(evidence["shape"]) != _GIVEN.shape:
        return not_yet("practice_shape", shape=tuple(evidence["shape"]))
    if values is None:
        return not_yet("practice_not_tensor", kind=f"tensor of {evidence['dtype']}")
    if np.array_equal(values, 2 * _GIVEN):
        return correct("practice_right")
    for code, wrong in _WRONG_DOUBLED.items():
        if np.array_equal(values, wrong):
            return not_yet(code)
    return not_yet("practice_values", found=", ".join(f"{value:g}" for value in values))


TASKS: Mapping[str, UngradedTask] = {
    "practice": UngradedTask("practice, double three numbers", "doubled", _judge_practice),
    "fewest_parameters": UngradedTask(
        "stretch, the fewest parameters", classifiers.MODEL, classifiers.judge_model
    ),
    "sgd_step": UngradedTask("stretch, a step of SGD", "sgd_step", sgd_step.judge, function=True),
    "stable_bce": UngradedTask(
        "stretch, a stable loss", "stable_bce", stable_bce.judge, function=True
    ),
    "spiral_features": UngradedTask(
        "stretch, features by hand", classifiers.FEATURES, classifiers.judge_features, function=True
    ),
}


def verdict_on(task: UngradedTask, names: Mapping[str, Any]) -> Verdict:
    """The verdict on a task; what a learner's odd object raises becomes a verdict."""
    # Entering enable_grad keeps what it was before, should a learner's function switch it off.
    with leaving_no_trace(), np.errstate(all="ignore"), torch.enable_grad():
        try:
            if task.name not in names:
                return _missing(task)
            value = names[task.name]
            if is_stub(value):
                return not_started("task_empty", name=task.name)
            if task.function and not callable(value):
                return not_yet("task_not_function", name=task.name, kind=type(value).__name__)
            verdict, unused = task.judge(value), unused_arguments(value) if task.function else []
            if unused and verdict.outcome == NOT_YET:
                return not_yet("argument_unused", function=task.name, argument=unused[0])
            return verdict
        except (Exception, SystemExit) as error:
            return raised_by(error_of(error), f"when the check looked at `{task.name}`")


def _missing(task: UngradedTask) -> Verdict:
    # The cell before this one is most likely the task's own.
    last = next(reversed(recorded() or []), None)
    if last and last.error and last.error["type"] not in VERDICT_ERRORS:
        return raised_by(last.error, "when the last cell ran")
    return not_started("task_missing", name=task.name)
