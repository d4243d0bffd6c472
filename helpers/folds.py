"""Shows the lines along which a network's first layer bends the plane, as a picture and in words.

A neuron of the first layer computes ``w1 * x1 + w2 * x2 + b``. Where this is 0, a ReLU switches
on: the plane is folded along that straight line. Later layers join the folds to one boundary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from helpers.describe import count
from helpers.inputs import FloatArray, as_array, points_and_labels
from helpers.plotting import plot_decision_boundary
from helpers.predict import Model, model_outputs
from helpers.regions import limits
from helpers.style import DARK

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def fold_lines(model: Model, X: Any) -> FloatArray:
    """Return the fold line of each neuron in a model's first layer.

    A layer counts if it is an ``nn.Linear`` with 2 inputs that gets the features ``(N, 2)`` as
    they are. What comes is ``w1``, ``w2`` and ``b`` of each line ``w1 * x1 + w2 * x2 + b = 0``:
    shape ``(H, 3)``, float64. H is 0 if there is no such layer, and neurons whose weights are 0
    are left out.
    """
    layers = [] if not isinstance(model, nn.Module) else list(model.modules())
    layers = [layer for layer in layers if isinstance(layer, nn.Linear) and layer.in_features == 2]
    features, seen = as_array(X, "X"), []

    def watch(layer: nn.Module, inputs: tuple[Any, ...]) -> None:
        seen.append((layer, as_array(inputs[0], "inputs")))

    handles = [layer.register_forward_pre_hook(watch) for layer in layers]
    try:
        model_outputs(model, X)
    finally:
        for handle in handles:
            handle.remove()
    for layer, inputs in seen:
        if inputs.shape == features.shape and np.allclose(inputs, features, atol=1e-5):
            weights = as_array(layer.weight, "weight")
            bias = layer.bias if layer.bias is not None else torch.zeros(len(weights))
            lines = np.column_stack([weights, as_array(bias, "bias")])
            return lines[np.hypot(lines[:, 0], lines[:, 1]) > 1e-12]
    return np.zeros((0, 3))


def plot_fold_lines(
    model: Model, X: Any, y: Any, ax: Axes | None = None, title: str = "Fold lines"
) -> Axes:
    """Draw a model's decision boundary, and the fold line of each first-layer neuron over it.

    It takes, returns and raises what ``plot_decision_boundary`` does. The fold lines are dashed; a
    model without a first linear layer gets its boundary alone.
    """
    ax = plot_decision_boundary(model, X, y, ax=ax, title=title)
    for w1, w2, b in fold_lines(model, X):
        # The line's point nearest to the origin, and one a step along it.
        x1, x2 = np.array([w1, w2]) * (-b / (w1 * w1 + w2 * w2))
        ax.axline((x1, x2), (x1 - w2, x2 + w1), color=DARK, linestyle="--", linewidth=1, zorder=2)
    return ax


def describe_fold_lines(model: Model, X: Any, y: Any) -> str:
    """Say how many neurons the first layer has, and how many of their fold lines can be seen.

    It takes what ``plot_fold_lines`` draws, and raises the same errors.
    """
    points, _ = points_and_labels(X, y)
    lines = fold_lines(model, X)
    if not len(lines):
        return "The model has no first linear layer that takes the two features as they are."
    corners = np.array([(x1, x2, 1.0) for x1 in limits(points)[0] for x2 in limits(points)[1]])
    # A line crosses the picture if it has corners on both sides.
    sides = np.sign(corners @ lines.T)
    seen = int(np.sum((sides.min(axis=0) < 0) & (sides.max(axis=0) > 0)))
    return (
        f"The first layer has {count(len(lines), 'neuron')}. "
        f"{seen} of their fold lines {'crosses' if seen == 1 else 'cross'} the picture."
    )
