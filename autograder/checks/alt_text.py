"""Gives every picture that a notebook shows an alternative text, for screen readers and feedback.

The text says plainly what was drawn, by whatever function. What a picture *means* is said by
`helpers.describe`.
"""

from __future__ import annotations

from typing import Any

from autograder.checks.pictures import describe_axes

_HOOK = "autograder.checks.alt_text:_on_new_figure"


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
    formatter = shell.display_formatter.formatters["image/png"]
    draw = formatter.type_printers.get(Figure)
    if draw is None or getattr(draw, "has_alt_text", False):
        return

    def with_alt_text(figure: Any) -> Any:
        drawn = draw(figure)
        if drawn is None:
            return None
        data, metadata = drawn if isinstance(drawn, tuple) else (drawn, {})
        return data, {**metadata, "alt": describe_figure(figure)}

    with_alt_text.has_alt_text = True  # type: ignore[attr-defined]
    formatter.for_type(Figure, with_alt_text)


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
