"""Says in words what the plots show, for readers who do not see them; knows no matplotlib.

Every function returns one to three plain sentences, from the same numbers that its neighbour in
``helpers.plotting`` draws. It takes the same arguments, and raises the same errors.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from helpers.inputs import FloatArray, History, history_columns, points_and_labels
from helpers.predict import Model
from helpers.regions import find_regions, limits, name_of, sample_activation

PARTS = ("train", "test")
CLOSE = 1e-5
RISEN = 1.1


def describe_dataset(X: Any, y: Any) -> str:
    """Say how many points there are of each class and where they lie; see ``plot_dataset``."""
    points, labels = points_and_labels(X, y)
    classes = [int(label) for label in np.unique(labels)]
    counts = [f"{np.sum(labels == label)} of class {label}" for label in classes]
    (x1_low, x2_low), (x1_high, x2_high) = points.min(axis=0), points.max(axis=0)
    centres = [
        f"class {label} at ({x1:.2f}, {x2:.2f})"
        for label in classes
        for x1, x2 in [points[labels == label].mean(axis=0)]
    ]
    return (
        f"{count(len(points), 'point')}: {listed(counts)}. "
        f"Feature 1 runs from {x1_low:.2f} to {x1_high:.2f}, "
        f"feature 2 from {x2_low:.2f} to {x2_high:.2f}. "
        f"On average, the points lie here: {listed(centres)}."
    )


def describe_decision_boundary(model: Model, X: Any, y: Any) -> str:
    """Say how a model divides the plane, how accurate it is, and where it is wrong.

    See ``plot_decision_boundary``.
    """
    regions = find_regions(model, X, y)
    sizes = np.bincount(regions.grid.ravel(), minlength=regions.n_classes)
    areas = enumerate(sizes / regions.grid.size)
    shares = [f"{share:.1%} to class {label}" for label, share in areas]
    wrong = regions.predicted != regions.labels
    mistakes = []
    for label in map(int, np.unique(regions.labels[wrong])):
        own = regions.labels == label
        where = place(regions.points[own & wrong], regions.points)
        mistakes.append(f"{np.sum(own & wrong)} of {np.sum(own)} in class {label}, {where}")
    return (
        f"Of the area shown, the model gives {listed(shares)}. "
        f"It is right on {1 - wrong.mean():.1%} of {count(len(wrong), 'point')}. "
        + (
            f"On the wrong side: {'; '.join(mistakes)}."
            if mistakes
            else "None is on the wrong side."
        )
    )


def describe_learning_curves(history: History) -> str:
    """Say how loss and accuracy went, and whether training diverged or began to overfit.

    See ``plot_learning_curves``.
    """
    columns = history_columns(history)
    courses = [
        listed([_course(columns[f"{part}_{metric}"], f"{part} {metric}", form) for part in PARTS])
        for metric, form in (("loss", "{:.4f}"), ("accuracy", "{:.1%}"))
    ]
    return (
        f"{count(len(columns['epoch']), 'epoch')}: {courses[0]}. "
        f"{courses[1].capitalize()}. {_outlook(columns)}"
    )


def describe_activation(
    function: Callable[[Tensor], Any],
    reference: Callable[[Tensor], Any] = torch.tanh,
    low: float = -5,
    high: float = 5,
) -> str:
    """Say how closely an activation function follows a reference, and where they differ most.

    See ``plot_activation``.
    """
    x, yours, expected = sample_activation(function, reference, low, high)
    name, span = name_of(reference), f"{len(x)} inputs from {low:g} to {high:g}"
    same = yours == expected
    seen = np.isfinite(yours) & np.isfinite(expected)
    bad = np.flatnonzero(~seen & ~same)
    gap = np.where(seen, np.abs(np.where(seen, yours - expected, 0.0)), -1.0)
    worst = int(gap.argmax())
    sentences = []
    if bad.size:
        sentences.append(
            f"{bad.size} of {span} give nan or infinity and {name} does not, "
            f"first at {x[bad[0]]:.4g}."
        )
    if same.all():
        sentences.append(f"Yours equals {name} exactly on {span}.")
    elif seen.any():
        where = "those left" if bad.size else span
        word = "follows" if gap[worst] <= CLOSE else "differs from"
        sentences.append(
            f"Yours {word} {name} on {where}: the largest difference is {gap[worst]:.2g}, "
            f"at {x[worst]:.4g}."
        )
    if seen.any():
        sentences.append(
            f"Yours runs from {yours[seen].min():.4g} to {yours[seen].max():.4g}, "
            f"{name} from {expected[seen].min():.4g} to {expected[seen].max():.4g}."
        )
    return " ".join(sentences)


def _outlook(columns: dict[str, FloatArray]) -> str:
    """The one thing that a reader of the curves should notice."""
    epochs = columns["epoch"].astype(int)
    for part in PARTS:
        broken = epochs[~np.isfinite(columns[f"{part}_loss"])]
        if broken.size:
            return (
                f"The {part} loss is not a finite number from epoch {broken[0]} on: "
                "training has diverged."
            )
    loss = columns["test_loss"]
    best = int(loss.argmin())
    if best == len(loss) - 1:
        return "The test loss was lowest at the end."
    risen = ", and has clearly risen since" if loss[-1] > RISEN * loss[best] else ""
    return f"The test loss was lowest at epoch {epochs[best]}, at {loss[best]:.4f}{risen}."


def _course(column: FloatArray, name: str, form: str) -> str:
    first, last = (form.format(v) if np.isfinite(v) else "not finite" for v in column[[0, -1]])
    return f"{name} is {first}" if len(column) == 1 else f"{name} goes from {first} to {last}"


def count(number: int, thing: str) -> str:
    """Return a number and what it counts: ``1 point``, ``200 points``."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def listed(parts: Sequence[str]) -> str:
    """Return the parts as one list: ``a``, ``a and b``, or ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def place(some: FloatArray, points: FloatArray) -> str:
    """Return which ninth of a picture of points ``(N, 2)`` holds most of some, ``(M, 2)``.

    For example ``in the upper left``, or ``mostly in the middle`` if others lie elsewhere.
    """
    low, high = np.array(limits(points)).T
    thirds = (3 * (some - low) / (high - low)).astype(int)
    cells, sizes = np.unique(thirds, axis=0, return_counts=True)
    across, up = cells[sizes.argmax()]
    row, column = ("lower", "middle", "upper")[up], ("left", "middle", "right")[across]
    name = "middle" if row == column else f"{row} {column}"
    return f"in the {name}" if len(cells) == 1 else f"mostly in the {name}"
