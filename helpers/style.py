"""Draws classes so that everyone can tell them apart; knows axes and points, and no models.

Colours are Okabe and Ito's colour-blind-safe palette (https://jfly.uni-koeln.de/color/); each
class also has a marker and a hatching of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.inputs import FloatArray, IntArray
from helpers.regions import limits

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.patches import Patch

BLUE, VERMILION, DARK = "#0072B2", "#D55E00", "#222222"
# Blue, orange and green come first: they differ in lightness too, so grey prints still work.
COLOURS = (BLUE, "#E69F00", "#009E73", VERMILION, "#CC79A7", "#56B4E9", "#F0E442", "#999999")
MARKERS = ("o", "^", "s", "D", "v", "P", "X")
HATCHES = ("//", "..", "\\\\", "--", "xx", "||", "++")
HATCH_COLOUR = "#00000038"
REGION_ALPHA = 0.35


def empty_axes(width: float, height: float) -> Axes:
    """Return pyplot's current axes if nothing is drawn there, as after ``plt.subplot(1, 2, 1)``.

    Else those of a new figure of pyplot's, ``width`` by ``height`` inches.
    """
    # pyplot takes a second to load and picks a display, so it waits until a figure is needed.
    import matplotlib.pyplot as plt

    if plt.get_fignums():
        ax = plt.gca()
        # A twin lies over its axes: what is drawn in one is seen in both.
        place = ax.get_position().bounds
        drawn = any(o.has_data() for o in ax.figure.axes if o.get_position().bounds == place)
        if not drawn and ax.name == "rectilinear":
            return ax
    return plt.subplots(figsize=(width, height), layout="constrained")[1]


def set_up_plane(ax: Axes | None, points: FloatArray, title: str | None, usual: str) -> Axes:
    """Prepare axes for points ``(N, 2)``: names, limits, and one scale for both features.

    No axes stand for ``empty_axes`` in the shape of the data. No title stands for the one that is
    there, or else for the ``usual`` one.
    """
    x1_limits, x2_limits = limits(points)
    if ax is None:
        shape = (x2_limits[1] - x2_limits[0]) / (x1_limits[1] - x1_limits[0])
        ax = empty_axes(6.4, float(np.clip(6.4 * shape, 3.6, 7.0)))
    title = ax.get_title() or usual if title is None else title
    ax.set(title=title, xlabel="feature 1 (x1)", ylabel="feature 2 (x2)")
    ax.set(xlim=x1_limits, ylim=x2_limits)
    ax.set_aspect("equal")
    # Fewer ticks, so that their numbers stay apart when two pictures stand side by side.
    ax.locator_params(nbins=6)
    return ax


def draw_points(ax: Axes, points: FloatArray, labels: IntArray) -> dict[int, PathCollection]:
    """Draw points ``(N, 2)`` with the colour and the marker of their class, ``(N,)``.

    Returns what was drawn for each class that occurs.
    """
    size = 34 if len(points) <= 400 else 22
    return {
        label: ax.scatter(
            points[labels == label, 0],
            points[labels == label, 1],
            s=size,
            marker=MARKERS[label % len(MARKERS)],
            color=COLOURS[label % len(COLOURS)],
            edgecolors=DARK,
            linewidths=0.5,
            label=f"class {label}",
            zorder=3,
        )
        for label in map(int, np.unique(labels))
    }


def draw_region(ax: Axes, x1: FloatArray, x2: FloatArray, inside: Any, label: int) -> Patch:
    """Paint one class's region, hatch it, and draw a line around it; returns a swatch of it.

    The grid stands at ``x1`` and ``x2``, shape ``(G,)``; ``inside`` says of each of its points
    whether the class has it, shape ``(G, G)``, bool.
    """
    from matplotlib.colors import to_rgba
    from matplotlib.patches import Patch

    colour, hatch = COLOURS[label % len(COLOURS)], HATCHES[label % len(HATCHES)]
    # Half-integer levels around the class alone: a contour through all labels at once would
    # paint a thin strip of class 1 wherever classes 0 and 2 meet.
    level = np.where(inside, label, label - 1)
    edges = [label - 0.5, label + 0.5]
    ax.contourf(x1, x2, level, levels=edges, colors=[colour], alpha=REGION_ALPHA)
    texture = ax.contourf(x1, x2, level, levels=edges, colors="none", hatches=[hatch])
    texture.set_edgecolor(HATCH_COLOUR)
    texture.set_linewidth(0)
    if not np.all(inside):
        ax.contour(x1, x2, level, levels=edges[:1], colors=DARK, linewidths=1.0)
    tint = to_rgba(colour, REGION_ALPHA)
    return Patch(facecolor=tint, edgecolor=HATCH_COLOUR, hatch=hatch, linewidth=0)


def lines_limits(line: FloatArray, reference: FloatArray) -> tuple[float, float]:
    """Return limits that show all of a reference, and of a line at most as much again around it.

    Both are heights, shape ``(L,)``; nan is passed over, and not all of the reference is nan.
    """
    low, high = float(np.nanmin(reference)), float(np.nanmax(reference))
    span = (high - low) or 1.0
    bottom = max(float(np.nanmin([*line, low])), low - span)
    top = min(float(np.nanmax([*line, high])), high + span)
    return bottom - 0.05 * span, top + 0.05 * span
