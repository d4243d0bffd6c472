"""Sliders that train a small network anew and redraw its decision boundary: to play with.

The one helper that knows widgets. Everything it trains is its own: no model, generator or figure
of the notebook is touched, and nothing else needs what it shows.
"""

import base64
import html
import io
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from helpers.accuracy import accuracy
from helpers.describe import describe_decision_boundary
from helpers.plotting import plot_decision_boundary
from helpers.predict import model_outputs, predicted_labels, random_states_untouched

Draw = Callable[..., tuple[Tensor, Tensor]]

EPOCHS = 200
SEED = 42
WIDTHS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
STEPS = 100  # of the picture's grid: fewer than elsewhere, so that it is there at once
WITHOUT_WIDGETS = (
    "The sliders need the package ipywidgets, which is not here. To have them, run "
    "%pip install ipywidgets in a new cell, reload the page, and run all cells above again. "
    "Nothing else needs them."
)


def train_small(
    draw: Draw, width: int, lr: float, noise: float
) -> tuple[nn.Module, Tensor, Tensor]:
    """Train a network of two hidden ReLU layers with Adam on the rows of even number of a draw.

    Returns the model, from features ``(N, 2)`` to logits ``(N, K)``; all rows, shape ``(N, 2)``;
    and their labels, shape ``(N,)``, int64.
    """
    X, y = draw(noise=noise, seed=SEED)
    y = y.long()
    with random_states_untouched(), torch.enable_grad():
        torch.manual_seed(SEED)
        model = nn.Sequential(
            *(nn.Linear(2, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU()),
            nn.Linear(width, int(y.max()) + 1),
        )
        optimizer = torch.optim.Adam(model.parameters(), lr=lr)
        for _ in range(EPOCHS):
            loss = nn.functional.cross_entropy(model(X[::2]), y[::2])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model, X, y


def show(draw: Draw, width: int, lr: float, noise: float) -> str:
    """Train, and say what came of it: HTML with a picture and the same in words."""
    # A figure of its own: pyplot would show it in the cell that is running, or keep it.
    from matplotlib.figure import Figure

    model, X, y = train_small(draw, width, lr, noise)
    title = f"{width} neurons a layer, learning rate {lr:g}, noise {noise:g}"
    figure, file = Figure(figsize=(5.6, 4.2), dpi=90), io.BytesIO()
    try:
        plot_decision_boundary(model, X, y, ax=figure.add_subplot(), title=title, steps=STEPS)
        words = describe_decision_boundary(model, X, y)
    except ValueError:  # an output that is not a number has no class
        return (
            f"<p>{title}: the loss is not a number any more, because the steps are too large. "
            "Move the learning rate to the left.</p>"
        )
    figure.savefig(file, format="png")
    drawn = base64.b64encode(file.getvalue()).decode("ascii")
    labels = predicted_labels(model_outputs(model, X))
    train, test = (accuracy(labels[first::2], y[first::2]) for first in (0, 1))
    alt = html.escape(f"Decision boundary after training. {words}")
    return (
        f'<img src="data:image/png;base64,{drawn}" alt="{alt}"><p>{title}: {train:.1%} of the '
        f"training rows right, {test:.1%} of the test rows.</p>"
    )


def explore(draw: Draw, noise: float = 0.2, most_noise: float = 0.8) -> Any:
    """Show sliders for width, learning rate and noise, and the boundary that they lead to.

    Args:
        draw: ``draw_moons`` or ``draw_spirals``, or any function that takes ``noise`` and
            ``seed`` and returns features ``(N, 2)`` and labels ``(N,)``.
        noise: Where its slider begins.
        most_noise: Where it ends.

    Returns:
        The sliders with the picture, as one widget; None, after a sentence, where ipywidgets is
        not installed. A network is trained anew whenever a slider is let go.
    """
    try:
        import ipywidgets as widgets
    except ModuleNotFoundError:
        print(WITHOUT_WIDGETS)
        return None
    wide = {"style": {"description_width": "9em"}, "layout": {"width": "30em"}}
    once = {"continuous_update": False, **wide}
    sliders = {
        "width": widgets.SelectionSlider(
            options=WIDTHS, value=8, description="neurons a layer", **once
        ),
        "lr": widgets.FloatLogSlider(
            value=0.01, min=-4, max=1, step=0.25, readout_format=".2g",
            description="learning rate", **once,
        ),
        "noise": widgets.FloatSlider(
            value=noise, min=0.0, max=most_noise, step=0.05, description="noise", **once
        ),
    }  # fmt: skip
    shown = widgets.HTML()

    def redraw(_: Any = None) -> None:
        shown.value = show(draw, **{name: slider.value for name, slider in sliders.items()})

    for slider in sliders.values():
        slider.observe(redraw, names="value")
    redraw()
    return widgets.VBox([*sliders.values(), shown])
