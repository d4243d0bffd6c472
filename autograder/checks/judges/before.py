"""What a model knew before its first step, and after its last: what came otherwise is told.

Training that changed no answer taught nothing here, and a report of it that tells of progress is
made up.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn

from autograder.checks.datasets import Arrays, Dataset, fresh, split
from autograder.checks.evidence.describe import copy_of
from autograder.checks.judges.scores import accuracy_of
from autograder.checks.recorder.steps import StepRecord, content_of
from autograder.checks.recorder.watch import Runs
from helpers.predict import model_outputs

#: The last report, and what is printed when all is done.
_LAST_MOMENTS = 2
#: Of so many moments accuracies are worked out: enough to see whether most reports are true.
_SOME = 30
#: Answers that moved by less, as a share of their own size, have not changed.
_NOTHING = 1e-3


def outputs_before(model: Any, runs: Runs, asked: Arrays) -> Arrays | None:
    """What the model would have answered before it first took a step in this session.

    None where no optimizer was seen, or where that cannot be worked out.
    """
    return _outputs(before_training(model, runs), asked)


def before_training(model: Any, runs: Runs) -> nn.Module | None:
    """A copy of the model as it was before its first step in this session; None as above."""
    before: dict[int, Any] = {}
    for record in _steps_of(model, runs):
        before = record.values_for(model, record.first_values) | before
    return _copy_with(model, before)


def outputs_of_last_step(model: Any, runs: Runs, asked: Arrays) -> Arrays | None:
    """What the model would answer as its last step left it; None where it is still so."""
    steps = [record for record in _steps_of(model, runs) if record.states]
    now = content_of(model.parameters()) if steps else None
    if now is None or any(now in record.states for record in steps):
        return None
    return _outputs(_copy_with(model, steps[-1].values_for(model, steps[-1].last_values)), asked)


def outputs_when_told(model: Any, runs: Runs, asked: Arrays) -> list[Arrays]:
    """What the model would answer as it was when the last training printed something.

    Latest first; for each such moment as its latest step left it, and as it was before that.
    """
    moments = _told(model, runs)[-_LAST_MOMENTS:]
    found = [_outputs(each, asked) for pair in reversed(moments) for each in reversed(pair())]
    return [outputs for outputs in found if outputs is not None]


def accuracies_when_told(model: Any, runs: Runs, dataset: Dataset, kind: str) -> Arrays:
    """What the model got right as it was whenever the last training printed something.

    Returns:
        `count`, `()`, how many such moments there were; of some of them `at`, `(some,)`, their
        numbers, and `had`, `(some, 2, 2)`: before its latest step then and after it, on training
        and test rows. Moments where that cannot be worked out are left out.
    """
    moments, own = _told(model, runs), split(dataset)
    asked = {name: own[f"X_{name}"] for name in ("train", "test")}
    at, had = [], []
    for number in np.unique(np.linspace(0, max(0, len(moments) - 1), _SOME).astype(int)):
        pair = moments[number]() if moments else []
        outputs = [each for copied in pair if (each := _outputs(copied, asked)) is not None]
        if len(outputs) == 2:
            at.append(number)
            had.append([[accuracy_of(each[n], own[f"y_{n}"], kind) for n in asked]
                        for each in outputs])  # fmt: skip
    return {
        "count": np.array(len(moments)),
        "at": np.array(at, dtype=np.int64),
        "had": np.array(had, dtype=np.float64).reshape(-1, 2, 2),
    }


def _told(model: Any, runs: Runs) -> list[Callable[[], list[nn.Module | None]]]:
    """For each moment when the last training printed something, what makes the two models."""
    steps = [record for record in _steps_of(model, runs) if record.told][-1:]

    def both(record: StepRecord, pair: tuple[list[Any], list[Any]]) -> list[nn.Module | None]:
        return [_copy_with(model, record.values_for(model, values)) for values in pair]

    return [partial(both, record, pair) for record in steps for pair in record.told]


def _steps_of(model: Any, runs: Runs) -> list[StepRecord]:
    return [record for run in runs or [] for record in run.steps if record.holds(model)]


def _copy_with(model: Any, values: Mapping[int, Any]) -> nn.Module | None:
    trial = copy_of(model) if values else None
    if trial is None:
        return None
    try:
        with torch.no_grad():
            # Parameters that no optimizer held are as they are now.
            for parameter, copied in zip(model.parameters(), trial.parameters(), strict=True):
                copied.copy_(values.get(id(parameter), parameter))
    except Exception:  # an unusual model: then no claim is made
        return None
    return trial


def _outputs(model: nn.Module | None, asked: Arrays) -> Arrays | None:
    if model is None:
        return None
    try:
        return {
            name: model_outputs(model, rows).to(torch.float64).numpy()
            for name, rows in asked.items()
        }
    except Exception:
        return None


def passes(dataset: Dataset, outputs: Any, kind: str, seed: int) -> bool:
    """True if outputs know the answers to the test rows and to fresh draws."""
    if not isinstance(outputs, Mapping):
        return False
    labels = {"test": split(dataset)["y_test"], "fresh": fresh(dataset, seed)[1]}
    bars = {"test": dataset.pass_above, "fresh": dataset.fresh_bar}
    return all(accuracy_of(outputs[name], labels[name], kind) >= bars[name] for name in bars)


def changed_nothing(first: Any, last: Mapping[str, Any]) -> bool:
    """True if all answers are what they were before the first step."""
    if not isinstance(first, Mapping):
        return False
    return all(
        first[name].shape == last[name].shape
        and np.abs(first[name] - last[name]).max() <= _NOTHING * np.abs(last[name]).mean()
        for name in first
    )
