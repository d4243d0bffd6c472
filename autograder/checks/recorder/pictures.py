"""Sees the figures that a cell draws, and says plainly what they show. Knows no exercise.

For the checks, each axes is described as data. For screen readers and feedback, each picture that
a notebook shows gets the same as an alternative text; what a picture *means* is said by
`helpers.describe`.

No front end takes an `<img>`'s `alt` from an `image/png` output: JupyterLab and nbconvert's lab
template ignore its metadata. So a figure is shown as HTML, in place of its PNG: with both, a
notebook would hold every picture twice.
"""

import html
import sys
from collections.abc import Callable
from typing import Any

from autograder.checks.recorder.fields import is_field, is_region, paint_at

#: Axes described for one cell; a cell that draws more is described by its last ones.
AXES_LIMIT = 40
#: Points whose places are kept for one axes.
PLACES_LIMIT = 2000
#: Steps in each direction of the grid on which regions are looked at.
GRID = 20
#: How Matplotlib names a line or a marker that is not drawn.
_NONE = ("None", "", " ")
_SEEN = "autograder.checks.recorder.pictures:_seen"
_SHOWN = "autograder.checks.recorder.pictures:_describe_when_shown"
#: Every figure made since `watch()`, closed or not.
_made: list[Any] = []


def _hook(function: str) -> None:
    """Have Matplotlib call a function for each new figure, through its `figure.hooks` setting.

    Also in the settings that `matplotlib.rcdefaults()` and its like go back to.
    """
    import matplotlib

    for settings in (
        matplotlib.rcParams,
        matplotlib.rcParamsDefault,
        matplotlib.rcParamsOrig,
    ):
        hooks = settings["figure.hooks"]
        if function not in hooks:
            settings["figure.hooks"] = [*hooks, function]


def _seen(figure: Any) -> None:
    _made.append(figure)


def watch() -> None:
    """Keep every figure from now on, closed or not, until it is described."""
    _made.clear()
    _hook(_SEEN)  # before every cell, because one may have set the hooks anew


def drawn() -> list[dict[str, Any]]:
    """The axes drawn since `watch()`, described."""
    # Read the open figures without `plt.figure(n)`, which would make another one current.
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    managers = helpers.Gcf.get_all_fig_managers() if helpers else []
    still_open = [manager.canvas.figure for manager in managers]
    figures = _made + [f for f in still_open if f not in _made]
    _made.clear()
    axes = [ax for figure in figures for ax in figure.axes][-AXES_LIMIT:]
    return [_with_paint(ax, describe_axes(ax)) for ax in axes]


def _with_paint(ax: Any, found: dict[str, Any]) -> dict[str, Any]:
    """The description and, where points lie over regions, what is painted on a grid over them.

    Adds `grid`, float32 `(GRID * GRID, 2)`, and `paint` (see `fields.paint_at`).
    """
    import numpy as np

    places = found["places"]
    if not found["regions"] or places is None or not np.isfinite(places).all():
        return found
    sides = np.linspace(places.min(axis=0), places.max(axis=0), GRID).T
    grid = np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2)
    return {**found, "grid": grid.astype(np.float32), "paint": paint_at(ax, grid)}


def describe_axes(ax: Any) -> dict[str, Any]:
    """What one axes shows, as plain data.

    Returns:
        `title`, `regions` (filled areas, contours, images or grids of dots), `points` (other
        markers drawn, in all scatters and marker-only lines), `places` (where, float32
        `(points, 2)`; None for very many), `x` and `y` axis names.
    """
    import numpy as np
    from matplotlib.collections import PathCollection

    places: list[Any] = []
    regions = 0
    for artist in ax.collections:
        if isinstance(artist, PathCollection):
            dots = np.asarray(artist.get_offsets(), dtype=np.float32).reshape(-1, 2)
            if is_field(dots):
                regions += 1
            else:
                places.append(dots)
        else:
            regions += is_region(artist)
    for line in ax.lines:
        if line.get_linestyle() in _NONE and line.get_marker() not in _NONE:
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


def add_texts() -> None:
    """Have this process's PNG pictures of figures carry a text from now on.

    Acts at each new figure, as the inline backend sets its own way to draw them at the first.
    """
    _hook(_SHOWN)


def _describe_when_shown(figure: Any) -> None:
    from IPython import get_ipython
    from matplotlib.figure import Figure

    shell = get_ipython()
    if shell is None:
        return
    formatters = shell.display_formatter.formatters
    draw = formatters["image/png"].type_printers.get(Figure)
    # No PNG: the learner chose another format. Ours: nothing is left to do.
    if draw is None or draw is _nothing:
        return
    formatters["text/html"].for_type(Figure, lambda shown: as_html(shown, draw))
    formatters["image/png"].for_type(Figure, _nothing)


def _nothing(figure: Any) -> None:
    """In place of a figure's PNG."""


def as_html(figure: Any, draw: Callable[[Any], Any]) -> str | None:
    """An `<img>` that holds a figure's picture and its alternative text.

    `draw` gives its PNG in base64, alone or with its metadata; None if there is none.
    """
    drawn = draw(figure)
    if drawn is None:
        return None
    data, metadata = drawn if isinstance(drawn, tuple) else (drawn, {})
    size = "".join(f' {k}="{metadata[k]}"' for k in ("width", "height") if k in metadata)
    alt = html.escape(describe_figure(figure))
    return f'<img src="data:image/png;base64,{data.strip()}" alt="{alt}"{size}>'


def describe_figure(figure: Any) -> str:
    """What a figure shows, one sentence for each of its axes."""
    sentences = []
    for ax in figure.axes:
        shown = describe_axes(ax)
        lines = sum(line.get_linestyle() not in _NONE for line in ax.lines)
        counted = {
            f"{shown['points']} points": shown["points"],
            f"{lines} {'line' if lines == 1 else 'lines'}": lines,
            "coloured regions": shown["regions"],
        }
        parts = [words for words, count in counted.items() if count]
        named = f"“{shown['title']}”: " if shown["title"] else ""
        axes = f"; {shown['y']} over {shown['x']}" if shown["x"] and shown["y"] else ""
        sentences.append(f"{named}{', '.join(parts) or 'an empty plot'}{axes}.")
    return " ".join(sentences) or "An empty figure."
