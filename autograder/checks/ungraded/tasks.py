"""Tasks that earn no points, practice and stretch: looks at what the learner left, and says so.

The same four outcomes as for exercises, but a verdict is only shown and never raised: an unsolved
task must not stop "Run all", and no grader reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from autograder.checks.datasets import PUBLIC_SEED
from autograder.checks.evidence.describe import Evidence, error_of, leaving_no_trace
from autograder.checks.evidence.tanh import is_stub
from autograder.checks.recorder.watch import recorded
from autograder.checks.ungraded import (
    practice,
    sgd_step,
    small_model,
    spiral_features,
    stable_bce,
)
from autograder.checks.words.display import show_ungraded
from autograder.checks.words.errors import VERDICT_ERRORS
from autograder.checks.words.preconditions import raised_where
from autograder.checks.words.verdict import Verdict, not_started


@dataclass(frozen=True)
class UngradedTask:
    """One task.

    Attributes:
        title: its kind and what it asks for, in a few words.
        name: what must exist in the notebook once its cell has run.
        collect: evidence from the object of that name and the seed.
        judge: the verdict on that evidence, with the same seed.
    """

    title: str
    name: str
    collect: Callable[[Any, int], Evidence]
    judge: Callable[[Evidence, int], Verdict]


TASKS: Mapping[str, UngradedTask] = {
    "practice": UngradedTask(
        "practice, double three numbers", "doubled", practice.collect, practice.judge
    ),
    "fewest_parameters": UngradedTask(
        "stretch, the fewest parameters", "small_model", small_model.collect, small_model.judge
    ),
    "sgd_step": UngradedTask(
        "stretch, a step of SGD", "sgd_step", sgd_step.collect, sgd_step.judge
    ),
    "stable_bce": UngradedTask(
        "stretch, a stable loss", "stable_bce", stable_bce.collect, stable_bce.judge
    ),
    "spiral_features": UngradedTask(
        "stretch, features by hand", "spiral_features",
        spiral_features.collect, spiral_features.judge,
    ),
}  # fmt: skip


def check_task(task_id: str, names: Mapping[str, Any]) -> None:
    """See `autograder.checks.check_ungraded`."""
    if task_id not in TASKS:
        raise KeyError(f"no task {task_id!r}; the tasks are {', '.join(TASKS)}")
    show_ungraded(TASKS[task_id].title, verdict_on(TASKS[task_id], names))


def verdict_on(task: UngradedTask, names: Mapping[str, Any]) -> Verdict:
    """Collect and judge in one step; what a learner's odd object raises becomes a verdict."""
    # Entering enable_grad keeps what it was before, should a learner's function switch it off.
    with leaving_no_trace(), np.errstate(all="ignore"), torch.enable_grad():
        try:
            if task.name not in names:
                return _missing(task)
            if is_stub(names[task.name]):
                return not_started("task_empty", name=task.name)
            return task.judge(task.collect(names[task.name], PUBLIC_SEED), PUBLIC_SEED)
        except (Exception, SystemExit) as error:
            return raised_where(error_of(error), f"when the check looked at `{task.name}`")


def _missing(task: UngradedTask) -> Verdict:
    # The cell before this one is most likely the task's own.
    last = next(reversed(recorded() or []), None)
    if last and last.error and last.error["type"] not in VERDICT_ERRORS:
        return raised_where(last.error, "when the last cell ran")
    return not_started("task_missing", name=task.name)
