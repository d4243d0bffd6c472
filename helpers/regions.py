"""Asks a model which class it gives to every part of the plane; knows models and no plots.

The picture of a decision boundary and its description in words both come from here, so they
cannot disagree.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from helpers.inputs import FloatArray, IntArray, points_and_labels
from helpers.predict import model_outputs, predicted_labels, predicted_probabilities
from helpers.untouched import Model

STEPS = 240
MARGIN = 0.08


class Regions(NamedTuple):
    """What a model says about some points and about the plane around them.

    Attributes:
        points: The points' features, shape ``(N, 2)``, float64.
        labels: The points' true labels, shape ``(N,)``, int64.
        predicted: The labels that the model gives to the points, shape ``(N,)``, int64.
        x1: Where the grid stands along feature 1, shape ``(G,)``, float64.
        x2: Where it stands along feature 2, shape ``(G,)``, float64.
        grid: The labels that the model gives to the grid, shape ``(G, G)``, int64; row ``i``,
            column ``j`` is the point ``(x1[j], x2[i])``.
        confidence: The probability that the model gives to the class in ``grid``, shape
            ``(G, G)``, float64.
        n_classes: How many classes the model's outputs can tell apart.
    """

    points: FloatArray
    labels: IntArray
    predicted: IntArray
    x1: FloatArray
    x2: FloatArray
    grid: IntArray
    confidence: FloatArray
    n_classes: int

    @property
    def shares(self) -> FloatArray:
        """The fraction of the area that each class takes, shape ``(n_classes,)``, float64."""
        return np.bincount(self.grid.ravel(), minlength=self.n_classes) / self.grid.size


def find_regions(model: Model, X: Any, y: Any, steps: int = STEPS) -> Regions:
    """Classify the points and a grid that covers them with a margin.

    Args:
        model: An ``nn.Module`` or any function from features ``(N, 2)`` to outputs. One output
            for each row means two classes, K outputs mean K classes.
        X: Features, shape ``(N, 2)``.
        y: Labels, shape ``(N,)`` or ``(N, 1)``.
        steps: Of the grid in each direction.

    Returns:
        The regions. Nothing of the model's is changed.

    Raises:
        TypeError: If ``X`` or ``y`` is not numbers, or the model gives no tensor.
        ValueError: If shapes do not fit, an output is nan, or ``y`` holds a class that the model
            has no output for.
    """
    points, labels = points_and_labels(X, y)
    (x1_low, x1_high), (x2_low, x2_high) = limits(points)
    x1, x2 = np.linspace(x1_low, x1_high, steps), np.linspace(x2_low, x2_high, steps)
    grid = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)
    # One call for both: whether outputs are logits or probabilities shows only in all of them.
    outputs = model_outputs(model, np.concatenate([points, grid]))
    n_classes = 2 if outputs.ndim == 1 else outputs.shape[1]
    if labels.max() >= n_classes:
        shape = "(N,)" if outputs.ndim == 1 else f"(N, {n_classes})"
        raise ValueError(
            f"y holds class {labels.max()}, but the model's outputs of shape {shape} only tell "
            f"classes 0 to {n_classes - 1} apart: give the model one output for each class."
        )
    given = predicted_labels(outputs).numpy()
    predicted, on_grid = given[: len(points)], given[len(points) :].reshape(steps, steps)
    probabilities = predicted_probabilities(outputs).max(dim=1).values.double().numpy()
    confidence = probabilities[len(points) :].reshape(steps, steps)
    return Regions(points, labels, predicted, x1, x2, on_grid, confidence, n_classes)


def limits(points: FloatArray) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the lowest and highest value to show of each feature: the points and a margin.

    Args:
        points: Features, shape ``(N, 2)``, N of 1 or more.

    Returns:
        ``(low, high)`` for feature 1, then for feature 2. The margin is the same for both.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    # A single point, or many in one place, still gets a frame around it.
    margin = MARGIN * (float((high - low).max()) or 1.0)
    (x1_low, x2_low), (x1_high, x2_high) = low - margin, high + margin
    return (float(x1_low), float(x1_high)), (float(x2_low), float(x2_high))
