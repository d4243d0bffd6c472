"""How a model was trained, read from what the learner's objects and the recorder show."""

import copy
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.parameter import is_lazy

from autograder.checks.datasets import Dataset, split
from autograder.checks.evidence.describe import copy_of
from autograder.checks.judges.trials.training import (
    APART,
    CALLS,
    Training,
    Values,
    loss_at,
    start,
)
from autograder.checks.recorder.steps import StepRecord
from autograder.checks.recorder.watch import Names
from autograder.checks.table import Part, dataset_of

#: A first gradient that points where the recorded one does was worked out in the same way.
_SAME = 0.9999
#: Parameters that start this much wider or narrower than torch's usual ones were set by somebody.
_USUAL_SPREAD = (0.6, 1.7)
_MOST_PARAMETERS = 20_000


def training_of(
    part: Part, names: Names, records: list[StepRecord], kind: str
) -> tuple[Training, Values | None] | None:
    """The training that a session has seen, and the values from which it began.

    Where a learner has gone on with other settings, it is the training with the latest ones.

    Args:
        part: the exercise.
        names: the notebook's.
        records: of the optimizers that held the model, oldest first.
        kind: what its outputs are.

    Returns:
        None where it cannot be told or copied, such as a large model or an optimizer of one's own.
    """
    model, loss = names.get(part.model), names.get("loss_fn")
    record = records[-1] if records else None
    if record is None or record.kind is None or not isinstance(model, nn.Module):
        return None
    if any(map(is_lazy, model.parameters())) or not callable(loss):
        return None
    if sum(p.numel() for p in model.parameters()) > _MOST_PARAMETERS:
        return None
    trial = copy_of(model)
    if trial is None or not list(trial.parameters()):
        return None
    trial.cpu()
    X, y = _rows(dataset_of(part), names, next(trial.parameters()).dtype)
    latest = _with_latest_settings(records)
    training = Training(
        dataset=dataset_of(part),
        model=trial,
        loss=copy.deepcopy(loss).cpu() if isinstance(loss, nn.Module) else loss,
        call="fitting",
        X=X,
        y=y,
        optimizer=record.kind,
        options=record.options | ({"lr": record.top_rate} if record.top_rate else {}),
        steps=sum(each.steps for each in latest),
        kind=kind,
    )
    training = replace(training, apart=_apart(model, records))
    drawn, first = (_of_all(each, model, each.first_values) for each in (records[0], latest[0]))
    left = _of_all(record, model, record.last_values)  # what came after the loop is none of it
    if drawn is None or first is None:
        return training, None
    with torch.no_grad():  # what training made of them may be no numbers any more
        for parameter, value in zip(trial.parameters(), first, strict=True):
            parameter.copy_(value)
    training = replace(training, **_as_seen(training, first, latest[0].first_gradients))
    spreads = _spreads(training, drawn)
    ended = loss_at(training, left) if left is not None else None
    return replace(training, spreads=spreads, left=ended), first


def _of_all(record: StepRecord, model: nn.Module, kept: list[Any]) -> Values | None:
    """A record's kept values of all parameters of the model; None where some are missing."""
    values = record.values_for(model, kept)
    found = [values[id(p)].cpu() for p in model.parameters() if id(p) in values]
    return found if len(found) == len(list(model.parameters())) else None


def _with_latest_settings(records: list[StepRecord]) -> list[StepRecord]:
    """The last record and those before it with the same optimizer and options."""
    last = records[-1]
    others = (n for n, each in enumerate(records)
              if (each.kind, each.options) != (last.kind, last.options))  # fmt: skip
    return records[max(others, default=-1) + 1 :]


#: A rate that ends below this share of what it was has shrunk.
_FADED = 0.1


def _apart(model: nn.Module, records: list[StepRecord]) -> frozenset[str]:
    """What no copy of the training does: see `training.APART`."""
    first: dict[int, Any] = {}
    for record in records:
        first = record.values_for(model, record.first_values) | first
    still = (
        id(p) not in first or (not p.requires_grad and torch.equal(p.detach(), first[id(p)]))
        for p in model.parameters()
    )
    rate, last = records[-1].top_rate, records[-1].last_rate
    fading = None not in (rate, last) and float(last) < _FADED * float(rate)
    return frozenset(name for name, is_so in zip(APART, (any(still), fading), strict=True) if is_so)


def _rows(dataset: Dataset, names: Names, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """The learner's training rows, or the exercise's where theirs cannot be used."""
    X, y = names.get("X_train"), names.get("y_train")
    try:
        X, y = torch.as_tensor(X).detach().cpu(), torch.as_tensor(y).detach().cpu()
        if X.ndim == 2 and X.shape[1] == 2 and y.numel() == len(X) > 1:
            return X.to(dtype), y
    except Exception:  # not numbers
        pass
    wanted = split(dataset)
    return torch.from_numpy(wanted["X_train"]).to(dtype), torch.from_numpy(wanted["y_train"])


def _as_seen(training: Training, first: Values, gradients: list[Any]) -> dict[str, Any]:
    """The loss, and how it is called, that give the gradients of the first step, if any does.

    A batch of few rows or a dropout fits none; then it is not `alike`.
    """
    if not gradients or any(gradient is None for gradient in gradients):
        return {}
    seen = torch.cat([gradient.flatten().cpu() for gradient in gradients])
    names = [name for name, _ in training.model.named_parameters()]
    usual = (nn.BCEWithLogitsLoss(), nn.CrossEntropyLoss(), nn.BCELoss(), nn.MSELoss())
    losses: tuple[Callable[..., Tensor], ...] = (training.loss, *usual)
    for loss, call in product(losses, CALLS):
        tried = replace(training, loss=loss, call=call)
        try:
            own = [value.clone().requires_grad_() for value in first]
            given = dict(zip(names, own, strict=True))
            cost = tried.loss_of(functional_call(training.model, given, (training.X,)))
            again = torch.cat([g.flatten() for g in torch.autograd.grad(cost, own)])
        except Exception:  # this loss does not take these outputs
            continue
        if float(torch.cosine_similarity(seen, again, dim=0)) > _SAME:
            return {"loss": loss, "call": call, "alike": True}
    return {"alike": False}


def _spreads(training: Training, first: Values) -> tuple[tuple[float, float], ...]:
    """Mean and spread of each first value, if any weight is not as wide as torch draws it."""
    usual = start(training, 0)
    low, high = _USUAL_SPREAD
    odd = any(
        not low <= float(own.std() / other.std()) <= high
        for own, other in zip(first, usual, strict=True)
        if own.numel() > 15 and other.std() > 0
    )
    each = ((float(own.mean()), float(own.std(correction=0))) for own in first)
    return tuple(each) if odd else ()
