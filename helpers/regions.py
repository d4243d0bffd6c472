"""Asks a model about every part of the plane, or a function about a line; knows no plots.

The pictures of a decision boundary and of an activation, and their descriptions in words, come
from here, so they cannot disagree.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from helpers.inputs import FloatArray, IntArray, as_array, points_and_labels
from helpers.predict import (
    Model,
    model_outputs,
    predicted_labels,
    predicted_probabilities,
    run_untouched,
)

STEPS = 240
MARGIN = 0.08
CURVE_STEPS = 401


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


def find_regions(model: Model, X: Any, y: Any, steps: int = STEPS) -> Regions:
    """Classify the points and a grid that covers them with a margin; the model is not changed.

    One output for each row means two classes, K outputs mean K classes.

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
    """Return ``(low, high)`` for each feature of points ``(N, 2)``, with a margin around them."""
    low, high = points.min(axis=0), points.max(axis=0)
    # A single point, or many in one place, still gets a frame around it.
    margin = MARGIN * (float((high - low).max()) or 1.0)
    (x1_low, x2_low), (x1_high, x2_high) = low - margin, high + margin
    return (float(x1_low), float(x1_high)), (float(x2_low), float(x2_high))


def sample_activation(
    function: Callable[[Tensor], Any],
    reference: Callable[[Tensor], Any],
    low: float,
    high: float,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return evenly spaced points and both functions' values there; nan and inf are kept.

    Each function gets a float32 tensor of its own, shape ``(401,)``; the arrays are float64.

    Raises:
        TypeError: If a function does not give numbers.
        ValueError: If it gives another shape, or ``low`` is not below ``high``.
    """
    if not (np.isfinite([low, high]).all() and low < high):
        raise ValueError(f"low is {low} and high is {high}: pass finite numbers, low below high.")
    # numpy's spacing meets 0 itself in the middle of -5 to 5; torch's misses it by a hair.
    x = torch.from_numpy(np.linspace(low, high, CURVE_STEPS)).float()
    return as_array(x, "x"), _values(function, x), _values(reference, x)


def name_of(function: object) -> str:
    """Return the name that a reader knows a function by: ``tanh``, ``ReLU``, or ``function``."""
    name = getattr(function, "__name__", type(function).__name__)
    return "function" if name in ("<lambda>", "partial") else name


def _values(function: Callable[[Tensor], Any], x: Tensor) -> FloatArray:
    answer = run_untouched(function, x)
    name = name_of(function)
    if not isinstance(answer, (Tensor, np.ndarray)):
        raise TypeError(
            f"{name} gave {type(answer).__name__} for a tensor of dtype {x.dtype}: "
            "return a tensor of the same shape."
        )
    values = as_array(answer, f"What {name} returns")
    if values.shape != tuple(x.shape):
        raise ValueError(
            f"For a tensor of shape {tuple(x.shape)}, {name} gave shape {values.shape}: "
            "return one value for each value in the tensor."
        )
    return values
