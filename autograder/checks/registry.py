"""Every check by its id: how its evidence is collected, and how that is judged.

The same table serves a learner's check cell, which does both in one process, and a grader, which
collects in the learner's kernel and judges outside it. Only the seed of the fresh draws differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checks.datasets import Arrays, task_of
from autograder.checks.evidence import tanh as tanh_evidence
from autograder.checks.evidence.describe import Evidence, leaving_no_trace
from autograder.checks.judges import (
    data,
    loss,
    model,
    optimizer,
    outputs,
    plots,
    progress,
    tanh,
    training,
)
from autograder.checks.recorder.watch import Run
from autograder.checks.table import PART_OF
from autograder.checks.words.verdict import Verdict

Names = Mapping[str, Any]
Runs = list[Run] | None


@dataclass(frozen=True)
class Check:
    """`questions(seed)` are asked, `collect` answers with evidence, `judge` gives the verdict.

    A seed tells which labels belong to the fresh draws; so it never goes to `collect`.
    """

    collect: Callable[[Names, Runs, Arrays], Evidence]
    judge: Callable[[Evidence, int], Verdict]
    questions: Callable[[int], Arrays] = lambda seed: {}


def _classification(name: str) -> dict[str, Check]:
    """The checks that moons and spirals share."""
    task = task_of(name)

    def part(suffix: str) -> str:
        return f"{name}_{suffix}"

    def data_check(judge: Callable[..., Verdict]) -> Check:
        return Check(
            lambda names, runs, asked: data.collect(part("data"), names, runs),
            lambda evidence, seed: judge(task, evidence),
        )

    def model_check(judge: Callable[..., Verdict]) -> Check:
        return Check(
            lambda names, runs, asked: model.collect(part("model"), task, names, runs),
            lambda evidence, seed: judge(part("model"), task, evidence),
        )

    return {
        f"check_{name}_data_tensors": data_check(data.judge_tensors),
        f"check_{name}_data_split": data_check(data.judge_split),
        f"check_{name}_model_outputs": model_check(model.judge_outputs),
        f"check_{name}_model_nonlinear": model_check(model.judge_nonlinear),
        f"check_{name}_loss_optimizer_loss": Check(
            lambda names, runs, asked: loss.collect(
                part("loss_optimizer"), task, names, runs, asked
            ),
            lambda evidence, seed: loss.judge(task, evidence, seed),
            loss.loss_questions,
        ),
        f"check_{name}_loss_optimizer_optimizer": Check(
            lambda names, runs, asked: optimizer.collect(part("loss_optimizer"), task, names, runs),
            lambda evidence, seed: optimizer.judge(task, evidence),
        ),
        f"check_{name}_train_progress": Check(
            lambda names, runs, asked: progress.collect(part("train"), task, names, runs),
            lambda evidence, seed: progress.judge(part("train"), evidence),
        ),
        f"check_{name}_train_accuracy": Check(
            lambda names, runs, asked: training.collect(part("train"), task, names, runs, asked),
            lambda evidence, seed: training.judge(part("train"), task, evidence, seed),
            lambda seed: training.fresh_features(task, seed),
        ),
        f"check_{name}_plot": Check(
            lambda names, runs, asked: plots.collect(part("plot"), task, names, runs),
            lambda evidence, seed: plots.judge(part("plot"), task, evidence),
        ),
    }


def _tanh(judge: Callable[[Evidence, int], Verdict]) -> Check:
    return Check(tanh_evidence.collect, judge, tanh_evidence.questions)


CHECKS: Mapping[str, Check] = {
    **_classification("moons"),
    "check_moons_outputs": Check(
        lambda names, runs, asked: outputs.collect("moons_outputs", task_of("moons"), names, runs),
        lambda evidence, seed: outputs.judge(task_of("moons"), evidence),
    ),
    "check_tanh_values": _tanh(tanh.judge_values),
    "check_tanh_gradient": _tanh(tanh.judge_gradient),
    "check_tanh_pure": _tanh(tanh.judge_pure),
    "check_tanh_stable": _tanh(tanh.judge_stable),
    **_classification("spirals"),
}


def _named(check_id: str) -> Check:
    if check_id not in CHECKS:
        raise KeyError(f"no check {check_id!r}; the checks are {', '.join(PART_OF)}")
    return CHECKS[check_id]


def questions(check_id: str, seed: int) -> Arrays:
    """What a check asks the learner's objects anew: inputs by name, without the answers.

    Args:
        check_id: a check cell's `grade_id`, such as `check_moons_train_accuracy`.
        seed: of the fresh draws.

    Raises:
        KeyError: there is no such check; the message lists those of the course.
    """
    return _named(check_id).questions(seed)


def collect(check_id: str, names: Names, runs: Runs, asked: Arrays) -> Evidence:
    """The evidence of one check, from the learner's objects and the recorder.

    Args:
        check_id: a check cell's `grade_id`.
        names: the notebook's namespace; only the fixed names are read.
        runs: what the recorder saw, or None without one.
        asked: what `questions` gave.

    Raises:
        KeyError: there is no such check; the message lists those of the course.
    """
    with leaving_no_trace():
        return _named(check_id).collect(names, runs, asked)


def judge(check_id: str, evidence: Evidence, seed: int) -> Verdict:
    """The verdict on evidence that was collected with the questions of the same seed."""
    with np.errstate(all="ignore"):
        return _named(check_id).judge(evidence, seed)
