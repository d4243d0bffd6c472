"""What a session showed of a training: steps, gradients, and the rows that they came from."""

import copy
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from autograder.checks.datasets import RESCUE_SEED, SIX, SPLIT_SEED, split
from autograder.checks.evidence.describe import (
    Evidence,
    describe_array,
    presence,
)
from autograder.checks.recorder.steps import StepRecord
from autograder.checks.recorder.watch import Names, Run, Runs
from autograder.checks.table import Part, dataset_of

#: Making a layer writes each parameter once or twice; a loop without an optimizer, at each step.
WRITES = 20
#: Gradients of two sets of rows are not as alike as this; in float32, that of one set is.
SAME_GRADIENT = 1 - 1e-6


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
    in_turn = _in_turn(mine, training) if mine else []
    # What bore the model's name when the training had just ended.
    before = own_runs[-1].models.get(part.model) if own_runs else None
    # And what had borne it when the cell began, if the optimizer keeps its parameters.
    held = {id(p()) for run in own_runs for p in run.held.get(part.model, ())} - {id(None)}
    trained = {id(p()) for record in others for p in record.parameters}
    return {
        "recorder": runs is not None,
        "blank": found["blank"],
        "error": found["error"],
        "steps": sum(record.steps for record in mine),
        "other_steps": sum(record.steps for record in others),
        "models": len(in_turn),
        "all_steps": sum(record.steps for record in in_turn),
        "left_behind": bool(others) and all(r.without_gradient == r.steps for r in others),
        "made_anew": not mine
        and ((before is not None and before() is not model) or bool(held & trained)),
        "without_gradient": bool(last and last.without_gradient == last.steps),
        "without_slope": bool(mine and lost_slope(part, names, mine[-1])),
        "never_cleared": bool(last and last.never_cleared),
        "has_gradient": any(p.grad is not None for p in parameters),
        "changed_by_hand": any(part.model in run.changed for run in runs or [])
        or any(p.grad is not None or p._version > WRITES for p in parameters if not is_lazy(p)),
        "trained_on": _rows_of_steps(part, names, mine[0]) if mine else "",
    }


def _in_turn(mine: list[StepRecord], training: list[tuple[Run, StepRecord]]) -> list[StepRecord]:
    """The last record of a model, and those of the same cell that are of others like it."""
    last = mine[-1]
    run = next(run for run, record in training if record is last)
    others = (record for record in run.steps if record not in mine)
    return [*(r for r in others if len(r.parameters) == len(last.parameters)), last]


def lost_slope(part: Part, names: Names, record: StepRecord) -> bool:
    """True if all gradients were 0, and the loss of the outputs themselves has one that is not.

    A model may have none by itself: one whose last ReLU gives 0 for every row.
    """
    if not record.without_slope:
        return False
    trial, own = _model_with(part, names, record.first_values), split(dataset_of(part))
    loss = names.get("loss_fn")
    again = _gradient(trial, loss, own["X_train"], own["y_train"]) if trial and loss else None
    return again is not None and bool(again.any())


def _rows_of_steps(part: Part, names: Names, record: StepRecord) -> str:
    """Which rows the first gradients came from: "train", "test", "all" or "" for none of these.

    Training may go wrong in the second step of a loop alone, so both are looked at.
    """
    steps = ((record.first_values, record.first_gradients), record.second)
    sides = [_rows_of(part, names, *step) for step in steps]
    return next((side for side in sides if side in ("test", "all")), sides[0])


def _rows_of(part: Part, names: Names, values: list[Any], gradients: list[Any]) -> str:
    """Which rows a gradient came from, if it is just the one of these rows; else "".

    The gradient of the learner's own loss is worked out again at the values before the step, for
    the learner's own training rows first: what fits them is their gradient, whatever else it is
    like. Then come the other rows, as the learner has them, the exercise and the rescue. Dropout
    or a batch of few rows fits none, and then nothing is claimed.
    """
    loss, trial = names.get("loss_fn"), _model_with(part, names, values)
    if not callable(loss) or trial is None:
        return ""
    try:
        seen = torch.cat([g.flatten() for g in gradients if g is not None]).double()
    except Exception:  # an unusual model: then no claim is made
        return ""
    own = {name: describe_array(names.get(name))["values"] for name in SIX}
    draws = [own, *(split(dataset_of(part), seed) for seed in (SPLIT_SEED, RESCUE_SEED))]
    for side, end in (("train", "_train"), ("test", "_test"), ("all", "")):
        for draw in draws:
            again = _gradient(trial, loss, draw[f"X{end}"], draw[f"y{end}"])
            if again is None or again.shape != seen.shape:
                continue
            if float(torch.cosine_similarity(seen, again, dim=0)) > SAME_GRADIENT:
                return side
    return ""


def _model_with(part: Part, names: Names, values: list[Any]) -> nn.Module | None:
    """A copy of the learner's model with other values; None where there is none."""
    model = names.get(part.model)
    if not values or not isinstance(model, nn.Module):
        return None
    try:
        trial = copy.deepcopy(model).train()
        with torch.no_grad():
            for parameter, value in zip(trial.parameters(), values, strict=True):
                parameter.copy_(value)
    except Exception:  # an unusual model: then no claim is made
        return None
    return trial


def _gradient(model: nn.Module, loss: Any, X: Any, y: Any) -> Tensor | None:
    """The loss's gradient on some rows, as one row of numbers; None where there is none."""
    parameters = list(model.parameters())
    try:
        with torch.enable_grad():
            outputs = model(torch.from_numpy(X).to(parameters[0]))
            labels = torch.from_numpy(y).to(parameters[0].device).reshape(-1)
            if outputs.ndim == 1 or outputs.shape[1] == 1:
                labels, outputs = labels.to(outputs.dtype), outputs.reshape(-1)
            else:
                labels = labels.long()
            gradients = torch.autograd.grad(loss(outputs, labels), parameters)
    except Exception:  # an unusual model or loss, or no such rows
        return None
    return torch.cat([each.flatten() for each in gradients]).double()
