"""Does a model look its answers up? A network's change bit by bit, and what is looked up jumps.

Along the way from the first parameters of a training to the last, and from one row to another, a
network's answers go from one to the other without a gap. A gate that opens once a small network
knows enough has one on the first way, and the nearest of stored rows has one on the second.
"""

from typing import Any

import numpy as np
import torch

from autograder.checks.judges.before import before_training
from autograder.checks.recorder.watch import Runs
from helpers.predict import model_outputs, predicted_labels

#: A way is halved so often. What changes on what is left of it by this share of all is a jump:
#: more than a thousand times as steep as the way.
_HALVINGS, _JUMP = 16, 0.03
#: Pairs of rows that are looked at; so large a share of them has to jump.
_PAIRS, _MOST = 32, 0.5


def jumps(model: Any, runs: Runs, features: np.ndarray) -> bool:
    """Whether a model's answers to some features jump on one of the two ways.

    False where it cannot be said.
    """
    try:
        with torch.no_grad():
            return _by_parameters(model, runs, features) or _by_rows(model, features)
    except Exception:  # an unusual model: then no claim is made
        return False


def _by_parameters(model: Any, runs: Runs, features: np.ndarray) -> bool:
    trial = before_training(model, runs)
    if trial is None:
        return False
    first = [p.detach().clone() for p in trial.parameters()]
    last = [p.detach() for p in model.parameters()]

    def answers(share: float) -> np.ndarray:
        for p, begun, ended in zip(trial.parameters(), first, last, strict=True):
            p.copy_(begun + share * (ended - begun))
        return _of(trial, features)

    low, high = 0.0, 1.0
    below, above = answers(low), answers(high)
    whole = _apart(below, above).max()
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        between = answers(middle)
        if _apart(below, between).max() > _apart(between, above).max():
            high, above = middle, between
        else:
            low, below = middle, between
    return bool(_apart(below, above).max() > _JUMP * whole)


def _by_rows(model: Any, features: np.ndarray) -> bool:
    found = model_outputs(model, features)
    labels = predicted_labels(found).numpy()
    one, other = (np.flatnonzero(labels == each)[:_PAIRS] for each in np.unique(labels)[:2])
    count = min(len(one), len(other))
    low, high = features[one[:count]].astype(np.float64), features[other[:count]].astype(np.float64)
    below, above = _of(model, low), _of(model, high)
    whole, first = _apart(below, above), labels[one[0]]
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        outputs = model_outputs(model, middle.astype(np.float32))
        between = outputs.to(torch.float64).numpy()
        same = predicted_labels(outputs).numpy() == first
        column = same[:, None]
        low, high = np.where(column, middle, low), np.where(column, high, middle)
        column = same.reshape(-1, *[1] * (between.ndim - 1))
        below, above = np.where(column, between, below), np.where(column, above, between)
    return bool(np.mean(_apart(below, above) > _JUMP * whole) > _MOST)


def _of(model: Any, features: np.ndarray) -> np.ndarray:
    answers = model_outputs(model, features.astype(np.float32))
    return np.asarray(answers.to(torch.float64).numpy())


def _apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """How far two sets of answers lie apart, for each row."""
    return np.abs(one - other).reshape(len(one), -1).max(axis=1)
