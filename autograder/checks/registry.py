"""How each kind of check is collected and judged: one entry for each.

The same table serves a learner's check cell, which does both in one process, and a grader, which
collects in the learner's kernel and judges outside it. Only the seed of the fresh draws differs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from autograder.checks.datasets import Arrays
from autograder.checks.evidence.describe import Evidence, leaving_no_trace, presence
from autograder.checks.judges import (
    data,
    loss_optimizer,
    model,
    outputs,
    plots,
    progress,
    tanh,
    training,
)
from autograder.checks.recorder.watch import Names, Runs
from autograder.checks.rescue_objects import calls_of
from autograder.checks.table import CHECKS, PART_OF, Part
from autograder.checks.words.verdict import Verdict, absent


@dataclass(frozen=True)
class Kind:
    """`questions(part, seed)` are asked, `collect` answers with evidence, `judge` says its verdict.

    A seed tells which labels belong to the fresh draws; so it never goes to `collect`. Of the
    part's names, it `uses` those without which there is nothing to judge; none for all of them.
    """

    collect: Callable[[Part, Names, Runs, Arrays], Evidence]
    judge: Callable[[Part, Evidence, int], Verdict]
    questions: Callable[[Part, int], Arrays] = lambda part, seed: {}
    uses: tuple[str, ...] = ()


KINDS: Mapping[str, Kind] = {
    "data_tensors": Kind(data.collect, data.judge_tensors),
    "data_split": Kind(data.collect, data.judge_split, uses=data.PARTS),
    "model_outputs": Kind(model.collect, model.judge_outputs),
    "model_nonlinear": Kind(model.collect, model.judge_nonlinear),
    "loss": Kind(
        loss_optimizer.collect_loss,
        loss_optimizer.judge_loss,
        loss_optimizer.questions,
        uses=("loss_fn",),
    ),
    "optimizer": Kind(
        loss_optimizer.collect_optimizer, loss_optimizer.judge_optimizer, uses=("optimizer",)
    ),
    "outputs": Kind(outputs.collect, outputs.judge),
    "train_progress": Kind(progress.collect, progress.judge),
    "train_accuracy": Kind(training.collect, training.judge, training.questions),
    "plot": Kind(plots.collect, plots.judge),
    "tanh_values": Kind(tanh.collect, tanh.judge_values, tanh.questions),
    "tanh_gradient": Kind(tanh.collect, tanh.judge_gradient, tanh.questions),
    "tanh_pure": Kind(tanh.collect, tanh.judge_pure, tanh.questions),
    "tanh_stable": Kind(tanh.collect, tanh.judge_stable, tanh.questions),
}


def _named(check_id: str) -> tuple[Part, Kind]:
    """Its entry and its kind; a KeyError lists the course's checks where there is none such."""
    if check_id not in CHECKS:
        raise KeyError(f"no check {check_id!r}; the checks are {', '.join(CHECKS)}")
    return PART_OF[check_id], KINDS[CHECKS[check_id].kind]


def questions(check_id: str, seed: int) -> Arrays:
    """What a check asks the learner's objects anew: inputs by name, without the answers."""
    part, kind = _named(check_id)
    return kind.questions(part, seed)


def collect(check_id: str, names: Names, runs: Runs, asked: Arrays) -> Evidence:
    """The evidence of one check: what the learner's objects answer to what `questions` gave.

    Of the notebook's namespace, only the fixed names are read.
    """
    part, kind = _named(check_id)
    with leaving_no_trace():
        found, before = presence(part, names, runs), calls_of(part.rescue)
        evidence = kind.collect(part, names, runs, asked)
        if calls_of(part.rescue) > before:  # inside an answer that does not look like one
            found["rescued"] += kind.uses or part.names
        return {"presence": found, **evidence}


def judge(check_id: str, evidence: Evidence, seed: int) -> Verdict:
    """The verdict on evidence that was collected with the questions of the same seed."""
    part, kind = _named(check_id)
    with np.errstate(all="ignore"):
        return absent(part, evidence["presence"], kind.uses) or kind.judge(part, evidence, seed)
