"""Are points in a picture given rows, and its regions a model's answers? Says no verdict."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from torch import nn

from autograder.checks.evidence.describe import Evidence
from autograder.checks.judges.outputs import MOODY
from helpers.predict import model_outputs, predicted_labels

#: Share of the points that must lie on rows; a learner may have marked some anew.
MOST = 0.9
#: Places nearer to the boundary than this are left out, because a coarse grid is honest: a share
#: of the picture's size. So many have to be left.
_NEAR, _LEAST = 0.04, 50
#: What is painted alike is told by the answers at so many places, or more that look the same.
_ALIKE = 7


def placing(places: Any, rows: np.ndarray | None) -> np.ndarray | None:
    """How points of a picture lie on rows `(N, 2)`, whichever feature is drawn to the right.

    Each feature may have been scaled and shifted for the picture.

    Returns:
        For each feature: the axis it is drawn along, its slope and its start, `(2, 3)`; None
        where the points are not these rows.
    """
    if places is None or rows is None or np.shape(places) != rows.shape or rows.shape[1:] != (2,):
        return None
    found = np.asarray(places, dtype=np.float64)
    for order in ((0, 1), (1, 0)):
        first, second = (_line(found[:, axis], rows[:, n]) for n, axis in enumerate(order))
        if first and second:
            return np.array([(order[0], *first), (order[1], *second)])
    return None


def _line(found: np.ndarray, wanted: np.ndarray) -> tuple[float, float] | None:
    """The straight line on which a feature's sorted values lie over the wanted ones."""
    one, other = np.sort(found), np.sort(wanted)
    if not (np.isfinite(one).all() and np.isfinite(other).all() and np.ptp(one) and np.ptp(other)):
        return None
    slope, start = np.polyfit(other, one, 1)
    fits = np.mean(np.abs(slope * other + start - one) < 1e-3 * np.ptp(one))
    return (float(slope), float(start)) if fits > MOST else None


def fit_of_regions(model: Any, ax: Evidence, rows: Iterable[np.ndarray]) -> Evidence | None:
    """How well the paint of an axes with some of these rows tells what the model answers there.

    Returns:
        `told`: the share of places where their colour tells the answer; `told_where_painted`: the
        same without bare places; `painted`: the share of the others. None where it cannot be said.
    """
    module = isinstance(model, nn.Module)
    if not module or MOODY & {type(layer).__name__ for layer in model.modules()}:
        return None
    lies = next(
        (each for each in (placing(ax["places"], r) for r in rows) if each is not None), None
    )
    if lies is None:
        return None
    near = _NEAR * np.ptp(ax["grid"], axis=0)
    around = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))
    points = np.concatenate([ax["grid"] + np.multiply(way, near) for way in around])
    drawn = points[:, lies[:, 0].astype(int)]
    rescaled = (drawn - lies[:, 2]) / lies[:, 1]
    # The picture may be drawn in the model's own units, and the rows kept in others.
    units = [rescaled] if np.allclose(rescaled, drawn, atol=near.min()) else [rescaled, drawn]
    found = [_told(model, each, ax["paint"]) for each in units]
    return max((each for each in found if each), key=lambda each: float(each["told"]), default=None)


def _told(model: Any, features: np.ndarray, paint: np.ndarray) -> Evidence | None:
    try:
        labels = predicted_labels(model_outputs(model, features.astype(np.float32))).numpy()
    except (Exception, SystemExit):
        return None
    labels = labels.reshape(-1, len(paint))
    clear = (labels == labels[0]).all(axis=0)
    if clear.sum() < _LEAST:
        return None
    answers, paint = labels[0, clear], paint[clear]
    painted = (paint >= 0).any(axis=1)
    return {
        "told": _share_told(paint, answers),
        "told_where_painted": _share_told(paint[painted], answers[painted]),
        "painted": float(painted.mean()),
    }


def _share_told(paint: np.ndarray, answers: np.ndarray) -> float:
    """How often most of the other places that look alike have a place's answer."""
    if len(paint) <= _ALIKE:
        return 0.0
    apart = np.zeros((len(paint), len(paint)), dtype=np.float32)
    for column in paint.T:
        apart += np.abs(column[:, None] - column)
    np.fill_diagonal(apart, np.inf)
    alike = apart <= np.partition(apart, _ALIKE - 1, axis=1)[:, _ALIKE - 1 : _ALIKE]
    votes = alike.astype(np.float32) @ (answers[:, None] == np.unique(answers))
    return float(np.mean(np.unique(answers)[votes.argmax(axis=1)] == answers))
