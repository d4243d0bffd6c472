"""Shows how sure a model is of its answers, as a picture and in words; knows no training.

A decision boundary says which class a model prefers. Its confidence says by how much: the
probability that it gives to that class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.describe import listed
from helpers.predict import Model
from helpers.regions import Regions, find_regions
from helpers.style import COLOURS, DARK, draw_points, set_up_plane

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Where the bands end: unsure below the first, sure above the last.
BANDS = (0.75, 0.95)
OPACITY = (0.1, 0.3, 0.55)
#: The lines of the boundary, of the first band's end and of the last one's.
DASHES: tuple[Any, ...] = ("solid", "dashed", "dotted")


def plot_confidence(
    model: Model, X: Any, y: Any, ax: Axes | None = None, title: str | None = None
) -> Axes:
    """Paint each class's region the darker, the surer the model is, and draw the points on top.

    A solid line is the boundary; dashed and dotted ones mark where the model is 75% and 95% sure.
    It takes, returns and raises what ``plot_decision_boundary`` does.
    """
    from matplotlib.lines import Line2D

    regions = find_regions(model, X, y)
    ax = set_up_plane(ax, regions.points, title, "Confidence")
    for label in map(int, np.unique(regions.grid)):
        _paint(ax, regions, label)
    points = draw_points(ax, regions.points, regions.labels)
    words = ("boundary", *(f"{band:.0%} sure" for band in BANDS))
    lines = [
        Line2D([], [], color=DARK, ls=dash, label=word)
        for word, dash in zip(words, DASHES, strict=True)
    ]
    ax.legend(handles=[*points.values(), *lines], loc="upper right", fontsize="small")
    return ax


def _paint(ax: Axes, regions: Regions, label: int) -> None:
    from matplotlib.colors import to_rgba

    inside = regions.grid == label
    # Masked outside its region: a band must not fade through lower ones at the boundary.
    sure = np.ma.masked_where(~inside, regions.confidence)
    colour = COLOURS[label % len(COLOURS)]
    # A probability may be 1, and the last band includes it.
    levels = [0.0, *BANDS, 1.001]
    bands = [to_rgba(colour, opacity) for opacity in OPACITY]
    ax.contourf(regions.x1, regions.x2, sure, levels=levels, colors=bands)
    heights = [(inside.astype(float), 0.5), *((sure, band) for band in BANDS)]
    for (height, level), dash in zip(heights, DASHES, strict=True):
        if height.min() < level < height.max():
            ax.contour(
                regions.x1,
                regions.x2,
                height,
                levels=[level],
                colors=DARK,
                linestyles=dash,
                linewidths=1.0,
            )


def describe_confidence(model: Model, X: Any, y: Any) -> str:
    """Say on how much of the plane a model is sure, from the numbers of ``plot_confidence``."""
    regions = find_regions(model, X, y)
    low, high = BANDS
    shares = {
        f"at least {high:.0%} sure": np.mean(regions.confidence >= high),
        f"less than {low:.0%} sure": np.mean(regions.confidence < low),
    }
    parts = [f"{words} on {share:.1%} of the area shown" for words, share in shares.items()]
    return f"The model is {listed(parts)}. It is least sure near its boundary."
