"""Sees the figures that a cell draws and describes their axes plainly. Knows no exercise."""

from __future__ import annotations

import sys
from typing import Any

#: Axes described for one cell; a cell that draws more is described by its last ones.
AXES_LIMIT = 40
#: Points whose places are kept for one axes.
PLACES_LIMIT = 2000
_HOOK = "autograder.checks.recorder.pictures:_seen"
_watching: list[FigureWatch] = []


def _seen(figure: Any) -> None:
    """Matplotlib calls this for each new figure (its `figure.hooks` setting)."""
    for watch in _watching:
        watch.figures.append(figure)


class FigureWatch:
    """Between `start()` and `stop()`, keeps every figure, closed or not, until it is described."""

    def __init__(self) -> None:
        self.figures: list[Any] = []

    def start(self) -> None:
        """Begin with no figures."""
        self.figures = []
        if self not in _watching:
            _watching.append(self)
        # Set before every cell, because `matplotlib.rcdefaults()` would take it away.
        import matplotlib

        hooks = matplotlib.rcParams["figure.hooks"]
        if _HOOK not in hooks:
            matplotlib.rcParams["figure.hooks"] = [*hooks, _HOOK]

    def stop(self) -> list[dict[str, Any]]:
        """The axes drawn since `start()`, described."""
        if self in _watching:
            _watching.remove(self)
        # Read the open figures without `plt.figure(n)`, which would make another one current.
        helpers = sys.modules.get("matplotlib._pylab_helpers")
        managers = helpers.Gcf.get_all_fig_managers() if helpers else []
        still_open = [manager.canvas.figure for manager in managers]
        figures = self.figures + [f for f in still_open if f not in self.figures]
        self.figures = []
        return [describe_axes(ax) for figure in figures for ax in figure.axes][-AXES_LIMIT:]


def describe_axes(ax: Any) -> dict[str, Any]:
    """What one axes shows, as plain data.

    Returns:
        `title`, `regions` (filled areas, contours or images), `points` (markers drawn, in all
        scatters and marker-only lines), `places` (where, float32 `(points, 2)`; None for very
        many), `x` and `y` axis names.
    """
    import numpy as np
    from matplotlib.collections import PathCollection, QuadMesh
    from matplotlib.contour import ContourSet

    places: list[Any] = []
    regions = 0
    for artist in ax.collections:
        if isinstance(artist, PathCollection):
            places.append(np.asarray(artist.get_offsets(), dtype=np.float32).reshape(-1, 2))
        elif isinstance(artist, (ContourSet, QuadMesh)) or type(artist).__name__ == "PolyQuadMesh":
            regions += 1
    for line in ax.lines:
        if line.get_linestyle() in ("None", "", " ") and line.get_marker() not in ("None", "", " "):
            places.append(np.asarray(line.get_xydata(), dtype=np.float32).reshape(-1, 2))
    points = sum(map(len, places))
    return {
        "title": ax.get_title(),
        "x": ax.get_xlabel(),
        "y": ax.get_ylabel(),
        "points": points,
        "places": np.concatenate(places) if 0 < points <= PLACES_LIMIT else None,
        "regions": regions + len(ax.images),
    }
