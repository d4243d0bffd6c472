"""Why a model falls short: what the session shows for certain, and what is likely.

A message says which of the two it is. Nothing here decides a mark: the model has failed already.
"""

import copy
import math
from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.parameter import is_lazy

from autograder.checks.datasets import RESCUE_SEED, SPLIT_SEED, Dataset, split
from autograder.checks.evidence.describe import Evidence, presence
from autograder.checks.recorder.steps import StepRecord
from autograder.checks.recorder.watch import Names, Run, Runs
from autograder.checks.table import Part, dataset_of
from autograder.checks.words.verdict import Verdict, not_yet

#: Fewer full-batch steps than this seldom pass; the solutions take 300 and 400.
FEW_STEPS = 100
#: Making a layer writes each parameter once or twice; a loop without an optimizer, at each step.
WRITES = 20
#: Learning rates outside these seldom work on these datasets.
USUAL_RATES = {"SGD": (0.02, 2.0), "other": (0.0005, 0.1)}


def collect_session(part: Part, names: Names, runs: Runs) -> Evidence:
    """What the recorder saw of the training, as counts and flags."""
    model = names.get(part.model)
    parameters = list(model.parameters()) if isinstance(model, nn.Module) else []
    found = presence(part, names, runs)
    training = [(run, record) for run in runs or [] for record in run.steps]
    mine = [record for _, record in training if record.holds(model)]
    # Another exercise's model is trained in other cells: look at this exercise's cell alone.
    own_runs = [run for run, r in training if run.exercise is not None and r not in mine]
    others = [r for run in own_runs for r in run.steps]
    last = mine[-1] if mine else (others[-1] if others else None)
    return {
        "recorder": runs is not None,
        "blank": found["blank"],
        "error": found["error"],
        "steps": sum(record.steps for record in mine),
        "other_steps": sum(record.steps for record in others),
        "made_anew": bool(not mine and others and _made_anew(part, own_runs, model)),
        "optimizer": last.optimizer if last else "",
        "learning_rate": last.learning_rate if last else 0.0,
        "without_gradient": bool(last and last.without_gradient == last.steps),
        "never_cleared": bool(last and last.never_cleared),
        "has_gradient": any(p.grad is not None for p in parameters),
        "changed_by_hand": any(part.model in run.changed for run in runs or [])
        or any(p.grad is not None or p._version > WRITES for p in parameters if not is_lazy(p)),
        "trained_on": _rows_of_first_step(part, names, mine[0]) if mine else "",
    }


def _made_anew(part: Part, own_runs: list[Run], model: Any) -> bool:
    """True if another object bore the model's name when the training had just ended."""
    before = own_runs[-1].models.get(part.model)
    return before is not None and before() is not model


def _rows_of_first_step(part: Part, names: Names, record: StepRecord) -> str:
    """Which rows the first gradient came from: "train", "test", "all" or "" for none of these.

    The gradient of the learner's own loss is worked out again at the values before the first
    step, for the rows of the exercise and for those of the rescue. Dropout or a batch of few rows
    fits none, and then nothing is claimed.
    """
    model, loss = names.get(part.model), names.get("loss_fn")
    if not record.first_values or not callable(loss) or not isinstance(model, nn.Module):
        return ""
    try:
        trial = copy.deepcopy(model).train()
        parameters = list(trial.parameters())
        with torch.no_grad():
            for parameter, value in zip(parameters, record.first_values, strict=True):
                parameter.copy_(value)
        seen = torch.cat([g.flatten() for g in record.first_gradients if g is not None])
        with torch.enable_grad():
            fits = {}
            sides = {"train": "_train", "test": "_test", "all": ""}
            for side, seed in product(sides, (SPLIT_SEED, RESCUE_SEED)):
                wanted = split(dataset_of(part), seed)
                X = torch.from_numpy(wanted[f"X{sides[side]}"]).to(parameters[0])
                y = torch.from_numpy(wanted[f"y{sides[side]}"]).to(parameters[0].device)
                outputs = trial(X)
                if outputs.ndim == 1 or outputs.shape[1] == 1:
                    y, outputs = y.to(outputs.dtype), outputs.reshape(y.shape)
                gradients = torch.autograd.grad(loss(outputs, y), parameters)
                again = torch.cat([g.flatten() for g in gradients])
                fits[side, seed] = float(torch.cosine_similarity(seen, again, dim=0))
    except Exception:  # an unusual model or loss: then no claim is made
        return ""
    best = max(fits, key=lambda rows: fits[rows])
    return best[0] if fits[best] > 0.9999 else ""


def cause(
    dataset: Dataset,
    session: Evidence,
    scores: Mapping[str, float],
    loss: float,
    facts: dict[str, str],
) -> Verdict:
    """The verdict for a model that does not reach the bar, with its surest cause."""
    facts = {
        **facts,
        "train": f"{scores['train']:.1%}",
        "loss": f"{loss:.3g}",
        "steps": str(session["steps"]),
        "rate": f"{session['learning_rate']:g}",
        "optimizer": session["optimizer"],
        "start": f"{math.log(dataset.classes):.3f}",
    }
    certain = _certain(session, scores, facts)
    return certain or not_yet(_likely(session, scores, loss), **facts)


def _certain(
    session: Evidence, scores: Mapping[str, float], facts: dict[str, str]
) -> Verdict | None:
    if session["recorder"] and not session["steps"]:
        if session["made_anew"]:
            return not_yet("train_model_made_anew", **facts)
        if session["other_steps"]:
            return not_yet("train_other_model", **facts)
        return not_yet("train_no_step" if session["has_gradient"] else "train_no_training", **facts)
    if session["without_gradient"]:
        return not_yet("train_no_backward", **facts)
    if scores["test"] < 0.15:
        return not_yet("train_labels_inverted", **facts)
    return None


def _likely(session: Evidence, scores: Mapping[str, float], loss: float) -> str:
    if not session["recorder"]:
        return "train_below"
    low, high = USUAL_RATES["SGD" if session["optimizer"] == "SGD" else "other"]
    if session["trained_on"] in ("test", "all"):
        return "train_on_test_rows"
    if session["learning_rate"] > high and (loss > 0.3 or scores["test"] < 0.9):
        return "train_rate_high"
    if session["never_cleared"]:
        return "train_no_zero_grad"
    if session["learning_rate"] < low:
        return "train_rate_low"
    if session["steps"] < FEW_STEPS:
        return "train_few_epochs"
    if np.isfinite(loss) and session["steps"] >= 2 * FEW_STEPS:
        return "train_stalled"
    return "train_below"
