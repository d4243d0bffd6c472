"""Draws data, decision boundaries, learning curves and activations; knows no training or grading.

Every function draws on ``ax`` and returns the axes. Without ``ax`` it takes pyplot's current axes
while they are empty, as after ``plt.subplot(1, 2, 1)``, and else a new figure. A title that is
there is kept, unless another one is passed. None of them shows, saves or closes a figure, or
changes a model. ``helpers.describe`` says the same in words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from helpers.inputs import History, history_columns, points_and_labels
from helpers.predict import Model
from helpers.regions import STEPS, find_regions, name_of, sample_activation
from helpers.style import (
    BLUE,
    DARK,
    VERMILION,
    draw_points,
    draw_region,
    empty_axes,
    lines_limits,
    set_up_plane,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_dataset(X: Any, y: Any, ax: Axes | None = None, title: str | None = None) -> Axes:
    """Draw points with one colour and one marker for each class.

    Args:
        X: Features, shape ``(N, 2)``; a tensor on any device, or an array.
        y: Labels from 0 up, shape ``(N,)`` or ``(N, 1)``, of any dtype.
        ax: Where to draw.
        title: The title above the axes; "Dataset" if there is none.

    Returns:
        The axes.

    Raises:
        TypeError: If ``X`` or ``y`` is not numbers.
        ValueError: If the shapes do not fit, or ``y`` does not hold labels.
    """
    points, labels = points_and_labels(X, y)
    ax = set_up_plane(ax, points, title, "Dataset")
    draw_points(ax, points, labels)
    ax.legend(loc="upper right")
    return ax


def plot_decision_boundary(
    model: Model,
    X: Any,
    y: Any,
    ax: Axes | None = None,
    title: str | None = None,
    steps: int = STEPS,
) -> Axes:
    """Paint the region that a model gives to each class, and draw the points on top.

    The number of classes is read from the model's outputs: two for one output per row, K for K.

    Args:
        model: An ``nn.Module`` or any function from ``(N, 2)`` to logits or probabilities.
        X: Features, shape ``(N, 2)``; a tensor on any device, or an array.
        y: True labels from 0 up, shape ``(N,)`` or ``(N, 1)``, of any dtype.
        ax: Where to draw.
        title: The title above the axes; "Decision boundary" if there is none.
        steps: Points of the grid in each direction: fewer are faster and coarser.

    Returns:
        The axes.

    Raises:
        TypeError: If ``X`` or ``y`` is not numbers, or the model gives no tensor.
        ValueError: If the shapes do not fit, an output is nan, or ``y`` holds a class that the
            model has no output for.
    """
    regions = find_regions(model, X, y, steps)
    ax = set_up_plane(ax, regions.points, title, "Decision boundary")
    areas = {
        label: draw_region(ax, regions.x1, regions.x2, regions.grid == label, label)
        for label in map(int, np.unique(regions.grid))
    }
    markers = draw_points(ax, regions.points, regions.labels)
    shown = sorted({*areas, *markers})
    # A tuple is drawn as one legend entry: the marker on a swatch of its region.
    handles = [tuple(kind[label] for kind in (areas, markers) if label in kind) for label in shown]
    ax.legend(handles, [f"class {label}" for label in shown], loc="upper right", handleheight=1.4)
    return ax


def plot_learning_curves(history: History, metric: str = "loss", ax: Axes | None = None) -> Axes:
    """Draw how the loss or the accuracy went, epoch by epoch, on the training and test sets.

    Args:
        history: What ``ProgressLog.history`` holds. Values that are nan leave a gap.
        metric: ``"loss"``, or ``"accuracy"``, whose axis reads in percent.
        ax: Where to draw.

    Returns:
        The axes.

    Raises:
        TypeError: If ``history`` is not one.
        ValueError: If it has no epochs, its lists do not fit, or the metric is another.
    """
    if metric not in ("loss", "accuracy"):
        raise ValueError(f"metric is {metric!r}: pass 'loss' or 'accuracy'.")
    columns = history_columns(history)
    ax = empty_axes(6.4, 4.0) if ax is None else ax
    marker = "o" if columns["epoch"].size == 1 else None
    for part, colour, dash in (("train", BLUE, "solid"), ("test", VERMILION, "dashed")):
        values = columns[f"{part}_{metric}"]
        values = np.where(np.isfinite(values), values, np.nan)
        ax.plot(columns["epoch"], values, ls=dash, color=colour, lw=2, marker=marker, label=part)
    title = ax.get_title() or f"Learning curves: {metric}"
    ax.set(title=title, xlabel="epoch", ylabel=metric)
    if metric == "accuracy":
        ax.set_ylim(-0.03, 1.03)
        ax.yaxis.set_major_formatter("{x:.0%}")
    ax.grid(alpha=0.3)
    ax.legend()
    return ax


def plot_activation(
    function: Callable[[Tensor], Any],
    reference: Callable[[Tensor], Any] = torch.tanh,
    ax: Axes | None = None,
    low: float = -5,
    high: float = 5,
) -> Axes:
    """Draw an activation function, and a reference as a dashed line over it.

    Args:
        function: From a float32 tensor to one of the same shape. Values that are nan or infinite
            leave a gap.
        reference: The function it should equal.
        ax: Where to draw.
        low: The first input.
        high: The last input, above ``low``.

    Returns:
        The axes. They show all of the reference, and as much again above and below it.

    Raises:
        TypeError: If a function does not give numbers.
        ValueError: If it gives another shape, or ``low`` is not below ``high``.
    """
    x, yours, expected = sample_activation(function, reference, low, high)
    ax = empty_axes(6.4, 4.0) if ax is None else ax
    yours = np.where(np.isfinite(yours), yours, np.nan)
    expected = np.where(np.isfinite(expected), expected, np.nan)
    ax.plot(x, yours, color=BLUE, lw=5, label=f"yours: {name_of(function)}")
    name = name_of(reference)
    ax.plot(x, expected, "--", color=DARK, lw=2, label=f"reference: {name}")
    title = ax.get_title() or f"Your activation and {name}"
    ax.set(title=title, xlabel="input (x)", ylabel="output")
    if np.isfinite(expected).any():
        ax.set_ylim(lines_limits(yours, expected))
    ax.grid(alpha=0.3)
    ax.legend()
    return ax
