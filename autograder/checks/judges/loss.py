"""Exercises 3 and 7c: does the loss fit the model's outputs?

A loss is known by what it does: its values on fresh logits, probabilities and labels are compared
with those of the losses that beginners meet. One that matches none of them (weights, smoothing,
a function of the learner's own) is accepted if its gradient pushes every output the right way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.checks.datasets import MOONS, Arrays, Task
from autograder.checks.evidence.describe import Evidence, error_of, kind_of, presence
from autograder.checks.evidence.models import describe_model
from autograder.checks.judges.model import kind_of_outputs, output_count, questions
from autograder.checks.recorder.watch import Run
from autograder.checks.words.preconditions import absent_one
from autograder.checks.words.verdict import Verdict, correct, not_yet, with_remark

Cases = Mapping[str, tuple[Tensor, Tensor]]
#: The losses that are known by their values, and the question that tells each.
_KNOWN: dict[str, tuple[str, Callable[..., Tensor]]] = {
    "bce_with_logits": ("logits", F.binary_cross_entropy_with_logits),
    "bce": ("probabilities", F.binary_cross_entropy),
    "mse": ("logits", F.mse_loss),
    "l1": ("logits", F.l1_loss),
    "cross_entropy": ("rows", F.cross_entropy),
    "nll": ("rows", F.nll_loss),
}


def loss_questions(seed: int) -> Arrays:
    """What a loss is asked: `logits` and `targets` `(N,)`, `rows` `(M, 3)` and `classes` `(M,)`.

    All of them stay near zero: no row's answer is settled, so that label smoothing changes no
    sign of a gradient.
    """
    random = np.random.default_rng(seed)
    count, rows = random.integers(8, 25, 2)
    signs = random.permutation(np.resize([1.0, -1.0], count))
    return {
        "logits": (signs * random.uniform(0.2, 2, count)).astype(np.float32),
        "targets": random.permutation(np.resize([0, 1], count)).astype(np.float32),
        "rows": random.uniform(-0.7, 0.7, (rows, 3)).astype(np.float32),
        "classes": random.permutation(np.resize([0, 1, 2], rows)),
    }


def _cases(asked: Arrays) -> dict[str, tuple[Tensor, Tensor]]:
    """Inputs and targets by name of the question."""
    logits, targets, rows, classes = (
        torch.from_numpy(asked[name]) for name in ("logits", "targets", "rows", "classes")
    )
    return {
        "logits": (logits, targets),
        "probabilities": (torch.sigmoid(logits), targets),
        "rows": (rows, classes),
        "two_columns": (rows[:, :2].contiguous(), classes.clamp(max=1)),
    }


def collect(
    part_id: str, task: Task, names: Mapping[str, Any], runs: list[Run] | None, asked: Arrays
) -> Evidence:
    """The loss's value, gradient or error for each question, and the model's answers."""
    return {
        "presence": presence(part_id, names, runs),
        "kind": kind_of(names.get("loss_fn")),
        "is_class": isinstance(names.get("loss_fn"), type),
        "callable": callable(names.get("loss_fn")),
        "answers": {name: _ask(names.get("loss_fn"), *c) for name, c in _cases(asked).items()},
        "model": describe_model(names.get(task.model_name), questions()),
    }


def _ask(loss: Any, outputs: Tensor, targets: Tensor) -> Evidence:
    """The loss's answer; a loss of the learner's own may want one logit in a column, `(N, 1)`."""
    answer = _ask_once(loss, outputs, targets)
    for column in (targets, targets.unsqueeze(1)):
        if answer["error"] and outputs.ndim == 1:
            answer = _ask_once(loss, outputs.unsqueeze(1), column)
    return answer


def _ask_once(loss: Any, outputs: Tensor, targets: Tensor) -> Evidence:
    outputs, targets = outputs.clone().requires_grad_(), targets.clone()
    try:
        with torch.enable_grad():
            own = next(loss.parameters(), None) if isinstance(loss, nn.Module) else None
            buffers = list(loss.buffers()) if isinstance(loss, nn.Module) else []
            place = own if own is not None else (buffers[0] if buffers else outputs)
            value = loss(outputs.to(place.device), targets.to(place.device)).sum()
            (gradient,) = torch.autograd.grad(value, outputs)
        if gradient.shape[1:] == (1,):
            gradient = gradient.squeeze(1)
        return {"value": float(value.detach()), "gradient": gradient.cpu().numpy(), "error": None}
    except (Exception, SystemExit) as error:
        return {"value": None, "gradient": None, "error": error_of(error)}


def _names_of_loss(answers: Evidence, cases: Cases) -> set[str]:
    found = set()
    for name, (question, reference) in _KNOWN.items():
        value = answers[question]["value"]
        for reduction in ("mean", "sum"):
            right = float(reference(*cases[question], reduction=reduction))
            if value is not None and np.isclose(value, right, rtol=1e-4, atol=1e-6):
                found.add(name)
    return found


def _pushes_the_right_way(answers: Evidence, question: str, cases: Cases) -> bool:
    gradient = answers[question]["gradient"]
    if gradient is None or not np.isfinite(gradient).all():
        return False
    _, targets = cases[question]
    if gradient.ndim == 1:
        # Gradient descent must raise the output of a 1 and lower that of a 0.
        return bool((np.sign(gradient) == 1 - 2 * targets.numpy()).all())
    own = gradient[np.arange(len(gradient)), targets.numpy()]
    return bool((own < 0).all())


def judge(task: Task, evidence: Evidence, seed: int) -> Verdict:
    """A loss for classes, that expects just what this model gives."""
    if missing := absent_one(evidence, "loss_fn"):
        return missing
    if evidence["is_class"]:
        return not_yet("loss_is_class", kind=evidence["kind"])
    if not evidence["callable"]:
        return not_yet("loss_not_callable", kind=evidence["kind"])
    answers, kind = evidence["answers"], kind_of_outputs(evidence["model"])
    count = output_count(evidence["model"])
    cases = _cases(loss_questions(seed))
    names = _names_of_loss(answers, cases)
    if names & {"mse", "l1"}:
        return not_yet("loss_mse", kind=evidence["kind"])
    judge = _binary if count <= 1 and task is MOONS else _many
    return judge(task, kind, count, names, answers, cases)


def _binary(
    task: Task, kind: str, count: int, names: set[str], answers: Evidence, cases: Cases
) -> Verdict:
    if "bce_with_logits" in names:
        if kind == "probabilities":
            return not_yet("loss_sigmoid_twice")
        return correct("loss_right")
    if "bce" in names:
        return not_yet("loss_bce_on_logits") if kind == "logits" else correct("loss_right")
    question = "probabilities" if kind == "probabilities" else "logits"
    if _pushes_the_right_way(answers, question, cases):
        return correct("loss_right")
    if names & {"cross_entropy", "nll"}:
        return not_yet("loss_cross_entropy_one_logit")
    return not_yet("loss_pushes_wrong_way")


def _many(
    task: Task, kind: str, count: int, names: set[str], answers: Evidence, cases: Cases
) -> Verdict:
    if "cross_entropy" in names:
        if kind == "probabilities":
            return not_yet("loss_softmax_twice")
        return correct("loss_right")
    if "nll" in names:
        # nll_loss's gradient is right for anything: it is the value that needs log-probabilities.
        return correct("loss_right") if kind == "log_probabilities" else not_yet("loss_nll")
    if names & {"bce_with_logits", "bce"}:
        if task is MOONS:
            return with_remark(correct("loss_right"), "loss_one_hot_needed", count=count)
        return not_yet("loss_binary_for_many")
    question = "two_columns" if count == 2 else "rows"
    if _pushes_the_right_way(answers, question, cases):
        return correct("loss_right")
    return not_yet("loss_pushes_wrong_way")
