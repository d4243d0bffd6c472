"""Gives every picture that a notebook shows an alternative text, for screen readers and feedback.

The text says plainly what was drawn, by whatever function. What a picture *means* is said by
`helpers.describe`.

No front end takes an `<img>`'s `alt` from an `image/png` output: JupyterLab and nbconvert's lab
template ignore its metadata. So a figure is shown as HTML, in place of its PNG: with both, a
notebook would hold every picture twice.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

from autograder.checks.recorder.pictures import describe_axes

_HOOK = "autograder.checks.recorder.alt_text:_on_new_figure"


def install() -> None:
    """Have this process's PNG pictures of figures carry a text from now on.

    The inline backend sets its own way to draw figures when the first one is made. So this acts
    at each new figure, through Matplotlib's `figure.hooks`.
    """
    import matplotlib

    hooks = matplotlib.rcParams["figure.hooks"]
    if _HOOK not in hooks:
        matplotlib.rcParams["figure.hooks"] = [*hooks, _HOOK]


def _on_new_figure(figure: Any) -> None:
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

    Args:
        figure: what to show.
        draw: gives its PNG in base64, alone or with its metadata; None if there is none.
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
        parts = []
        if shown["points"]:
            parts.append(f"{shown['points']} points")
        lines = sum(line.get_linestyle() not in ("None", "", " ") for line in ax.lines)
        if lines:
            parts.append(f"{lines} {'line' if lines == 1 else 'lines'}")
        if shown["regions"]:
            parts.append("coloured regions")
        named = f"“{shown['title']}”: " if shown["title"] else ""
        axes = f"; {shown['y']} over {shown['x']}" if shown["x"] and shown["y"] else ""
        sentences.append(f"{named}{', '.join(parts) or 'an empty plot'}{axes}.")
    return " ".join(sentences) or "An empty figure."
