"""The figures, inspected: what is painted, with which levels, colours, markers and words."""

import numpy as np
import pytest
import torch
from matplotlib import pyplot as plt
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.contour import QuadContourSet
from torch import nn

from helpers.confidence import plot_confidence
from helpers.data import draw_moons, draw_spirals
from helpers.goal import ideal_moons, ideal_spirals
from helpers.plotting import (
    plot_activation,
    plot_dataset,
    plot_decision_boundary,
    plot_learning_curves,
)
from helpers.style import COLOURS, HATCHES, MARKERS
from helpers.training import ProgressLog

MOONS, SPIRALS = draw_moons(60), draw_spirals(20)


def points_of(ax):
    return {c.get_label(): c for c in ax.collections if isinstance(c, PathCollection)}


def fills_of(ax):
    """The coloured regions: contours that are filled, and not only with hatches."""
    contours = [c for c in ax.collections if isinstance(c, QuadContourSet) and c.filled]
    return [c for c in contours if c.get_facecolor().size and c.get_facecolor()[0][3] > 0]


def legend_of(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def band(*classes, n_outputs=3):
    """A model that gives vertical bands of the plane to classes, from left to right."""

    def model(X):
        edges = torch.linspace(-0.5, 0.5, len(classes) + 1)[1:-1]
        labels = torch.tensor(classes)[torch.bucketize(X[:, 0].contiguous(), edges)]
        return nn.functional.one_hot(labels, n_outputs).float()

    return model


def history(n_epochs=30, **columns):
    log = ProgressLog(every=1000)
    for epoch in range(1, n_epochs + 1):
        log(epoch, 1 / epoch, 1 - 0.5 / epoch, 1.1 / epoch, 1 - 0.6 / epoch)
    return {**log.history, **columns}


DRAWINGS = {
    "dataset": (lambda ax: plot_dataset(*MOONS, ax=ax)),
    "boundary": (lambda ax: plot_decision_boundary(ideal_moons, *MOONS, ax=ax)),
    "curves": (lambda ax: plot_learning_curves(history(), ax=ax)),
    "activation": (lambda ax: plot_activation(torch.tanh, ax=ax)),
}


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS)
def test_every_plot_is_labelled_and_returned(draw, monkeypatch):
    monkeypatch.setattr(plt, "show", lambda *a, **k: pytest.fail("plt.show was called"))
    given = plt.figure().subplots()
    figures = plt.get_fignums()
    assert draw(given) is given
    assert plt.get_fignums() == figures
    new = draw(None)
    assert len(plt.get_fignums()) == len(figures) + 1
    for ax in (given, new):
        assert all([ax.get_title(), ax.get_xlabel(), ax.get_ylabel(), legend_of(ax)])
        ax.figure.canvas.draw()


@pytest.mark.parametrize(
    "draw", [plot_dataset, lambda *d, **k: plot_decision_boundary(ideal_spirals, *d, **k)]
)
def test_plots_of_points(draw):
    X, y = SPIRALS
    ax = draw(X, y, title="Mine")
    drawn = points_of(ax)
    assert ax.get_title() == "Mine"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("feature 1 (x1)", "feature 2 (x2)")
    assert ax.get_aspect() == 1
    assert legend_of(ax) == list(drawn) == ["class 0", "class 1", "class 2"]
    for label, (name, points) in enumerate(drawn.items()):
        np.testing.assert_allclose(points.get_offsets(), X[y == label])
        assert to_hex(points.get_facecolor()[0]).upper() == COLOURS[label], name
    shapes = {drawn[name].get_paths()[0].vertices.tobytes() for name in drawn}
    assert len(shapes) == 3
    for axis, limits in ((0, ax.get_xlim()), (1, ax.get_ylim())):
        assert limits[0] < X[:, axis].min()
        assert X[:, axis].max() < limits[1]


def test_classes_differ_in_colour_marker_and_hatch():
    assert len(set(COLOURS)) == len(COLOURS)
    assert len(set(MARKERS)) == len(MARKERS)
    assert len(set(HATCHES)) == len(HATCHES)
    # More classes than colours still draw.
    X, y = draw_spirals(3, 12)
    assert len(points_of(plot_dataset(X, y))) == 12


@pytest.mark.parametrize(
    ("model", "data", "classes"),
    [
        (ideal_moons, MOONS, [0, 1]),
        (lambda X: ideal_moons(X)[:, None], MOONS, [0, 1]),
        (lambda X: ideal_moons(X).sigmoid(), MOONS, [0, 1]),
        (lambda X: ideal_moons(X)[:, None] * torch.tensor([0.0, 1.0]), MOONS, [0, 1]),
        (ideal_spirals, SPIRALS, [0, 1, 2]),
        (lambda X: ideal_spirals(X).softmax(dim=1), SPIRALS, [0, 1, 2]),
        (band(0, 2), SPIRALS, [0, 2]),
        (band(1), SPIRALS, [1]),
        (band(3, 0, 2, n_outputs=4), SPIRALS, [0, 2, 3]),
        (lambda X: torch.full((len(X),), -1.0), MOONS, [0]),
        (ideal_spirals, (SPIRALS[0], SPIRALS[1] * 0), [0, 1, 2]),
    ],
)
def test_regions_are_the_models_classes_at_half_integer_levels(model, data, classes):
    ax = plot_decision_boundary(model, *data)
    fills = fills_of(ax)
    assert [list(fill.levels) for fill in fills] == [[k - 0.5, k + 0.5] for k in classes]
    assert [to_hex(fill.get_facecolor()[0]).upper() for fill in fills] == [
        COLOURS[label] for label in classes
    ]
    hatched = [c for c in ax.collections if isinstance(c, QuadContourSet) and any(c.hatches or [])]
    assert [c.hatches for c in hatched] == [[HATCHES[label]] for label in classes]
    lines = [c for c in ax.collections if isinstance(c, QuadContourSet) and not c.filled]
    assert len(lines) == (0 if len(classes) == 1 else len(classes))
    assert all(len(line.get_paths()[0].vertices) for line in lines)


def test_no_strip_of_class_1_between_0_and_2():
    X = torch.tensor([[-3.0, -3.0], [3.0, 3.0]])
    fig = plt.figure(figsize=(3, 3), dpi=300)
    ax = plot_decision_boundary(band(0, 2), X, torch.tensor([0, 2]), ax=fig.add_subplot())
    for artist in [c for c in ax.collections if c not in fills_of(ax)]:
        artist.remove()
    ax.get_legend().remove()
    ax.set_axis_off()
    fig.canvas.draw()
    red, green, blue = np.moveaxis(np.asarray(fig.canvas.buffer_rgba())[..., :3].astype(int), -1, 0)
    # Class 1's orange is the one colour here with far more red than blue.
    assert not (red - blue > 40).any()
    assert (blue - red > 40).any()
    assert (green - red > 40).any()


def test_regions_lie_where_the_model_puts_them():
    X = torch.tensor([[-2.0, -1.0], [2.0, 1.0]])
    ax = plot_decision_boundary(lambda X: X[:, 1] - 0.5, X, [0, 1])
    below, above = (fill.get_paths()[0].vertices for fill in fills_of(ax))
    assert below[:, 1].max() == pytest.approx(0.5, abs=0.02)
    assert above[:, 1].min() == pytest.approx(0.5, abs=0.02)
    assert below[:, 0].min() == pytest.approx(ax.get_xlim()[0])


@pytest.mark.parametrize(
    ("X", "y"),
    [
        (MOONS[0], MOONS[1][:, None]),
        (MOONS[0], MOONS[1].long()),
        (MOONS[0], MOONS[1].bool()),
        (MOONS[0].numpy(), MOONS[1].numpy()),
        (MOONS[0].double().requires_grad_(), MOONS[1].requires_grad_()),
        (MOONS[0].tolist(), MOONS[1].tolist()),
    ],
)
def test_labels_and_features_of_every_kind(X, y):
    assert legend_of(plot_decision_boundary(ideal_moons, X, y)) == ["class 0", "class 1"]
    assert legend_of(plot_dataset(X, y)) == ["class 0", "class 1"]


def test_one_point_is_a_picture_too():
    ax = plot_decision_boundary(ideal_moons, torch.zeros(1, 2), torch.zeros(1))
    assert ax.get_xlim()[0] < 0 < ax.get_xlim()[1]


ROWS = torch.zeros(4, 2)


@pytest.mark.parametrize(
    ("X", "y", "error", "words"),
    [
        (
            ROWS,
            torch.zeros(3),
            ValueError,
            r"X has shape \(4, 2\) and y has shape \(3,\): .*\(4,\)",
        ),
        (ROWS, torch.zeros(4, 2), ValueError, r"\(4, 2\) and y has shape \(4, 2\)"),
        (torch.zeros(4, 3), torch.zeros(4), ValueError, r"X has shape \(4, 3\) .*shape \(N, 2\)"),
        (ROWS[:0], torch.zeros(0), ValueError, r"X has shape \(0, 2\)"),
        (ROWS, torch.full((4,), 0.4), ValueError, "y must hold class labels .* not probabilities"),
        (ROWS, torch.full((4,), -1), ValueError, "y must hold class labels .* runs from -1"),
        (ROWS, torch.full((4,), torch.nan), ValueError, "y must hold class labels"),
        (ROWS * torch.inf, torch.zeros(4), ValueError, "X holds nan or infinite"),
        (ROWS, ["a"] * 4, TypeError, "y must hold real numbers, but it is list"),
        (None, torch.zeros(4), TypeError, "X must hold real numbers, but it is NoneType"),
    ],
)
def test_points_that_cannot_be_drawn(X, y, error, words):
    with pytest.raises(error, match=words):
        plot_dataset(X, y)
    with pytest.raises(error, match=words):
        plot_decision_boundary(ideal_moons, X, y)
    assert plt.get_fignums() == []


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (
            ideal_moons,
            r"y holds class 2, but the model's outputs of shape \(N,\) only tell .* 0 to 1",
        ),
        (
            band(0, n_outputs=2),
            r"y holds class 2, .* shape \(N, 2\) only tell classes 0 to 1 apart",
        ),
        (lambda X: X[:3, 0], r"gave outputs of shape \(3,\)"),
        (lambda X: X[:, [0, 0, 1]] * torch.nan, r"outputs are not a number \(nan\)"),
    ],
)
def test_models_that_cannot_be_drawn(model, words):
    with pytest.raises(ValueError, match=words):
        plot_decision_boundary(model, *SPIRALS)
    assert plt.get_fignums() == []


@pytest.mark.parametrize("metric", ["loss", "accuracy"])
def test_learning_curves(metric):
    record = history()
    ax = plot_learning_curves(record, metric)
    assert legend_of(ax) == ["train", "test"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", metric)
    train, test = ax.get_lines()
    assert train.get_linestyle() != test.get_linestyle()
    for part, line in (("train", train), ("test", test)):
        assert line.get_xdata().tolist() == record["epoch"]
        assert line.get_ydata().tolist() == record[f"{part}_{metric}"]
    ax.figure.canvas.draw()
    ticks = [text.get_text() for text in ax.get_yticklabels()]
    assert ("100%" in ticks) == (metric == "accuracy")


def test_curves_with_nan_and_of_one_epoch():
    ax = plot_learning_curves(history(3, train_loss=[1.0, float("inf"), float("nan")]))
    assert np.isfinite(ax.get_lines()[0].get_ydata()).tolist() == [True, False, False]
    assert plot_learning_curves(history(1)).get_lines()[0].get_marker() == "o"


@pytest.mark.parametrize(
    ("record", "metric", "error", "words"),
    [
        (ProgressLog().history, "loss", ValueError, "history holds no epochs yet"),
        ({"epoch": [1]}, "loss", ValueError, "history lacks train_loss, train_accuracy"),
        (history(3, test_loss=[1.0]), "loss", ValueError, r"epoch \(3,\),.*test_loss \(1,\)"),
        (ProgressLog(), "loss", TypeError, "came as ProgressLog: .* log.history"),
        (history(), "f1", ValueError, "metric is 'f1': pass 'loss' or 'accuracy'"),
    ],
)
def test_histories_that_cannot_be_drawn(record, metric, error, words):
    with pytest.raises(error, match=words):
        plot_learning_curves(record, metric)
    assert plt.get_fignums() == []


def tanh(x):
    return (torch.exp(x) - torch.exp(-x)) / (torch.exp(x) + torch.exp(-x))


def test_activation():
    ax = plot_activation(tanh)
    yours, reference = ax.get_lines()
    assert legend_of(ax) == ["yours: tanh", "reference: tanh"]
    assert (yours.get_linestyle(), reference.get_linestyle()) == ("-", "--")
    assert (yours.get_xdata()[0], yours.get_xdata()[-1]) == (-5, 5)
    np.testing.assert_allclose(reference.get_ydata(), np.tanh(yours.get_xdata()), atol=1e-6)
    np.testing.assert_allclose(yours.get_ydata(), reference.get_ydata(), atol=1e-6)


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (nn.ReLU(), "ReLU"),
        (lambda x: x.numpy(), "function"),
        (torch.jit.script(nn.Tanh()), "RecursiveScriptModule"),
        (torch.sinh, "sinh"),
        (lambda x: x * torch.nan, "function"),
        (lambda x: 1 / (x * 0), "function"),
    ],
)
def test_activations_of_every_kind(function, name):
    ax = plot_activation(function, low=-100, high=100)
    assert np.isfinite(ax.get_ylim()).all()
    assert -3.5 < ax.get_ylim()[0] < -1 < 1 < ax.get_ylim()[1] < 3.5
    assert legend_of(ax)[0] == f"yours: {name}"
    ax.figure.canvas.draw()


def test_a_reference_of_your_own():
    ax = plot_activation(nn.ReLU(), torch.relu, low=-1, high=4)
    assert legend_of(ax) == ["yours: ReLU", "reference: relu"]
    assert ax.get_title() == "Your activation and relu"


@pytest.mark.parametrize(
    ("function", "limits", "error", "words"),
    [
        (lambda x: None, (-5, 5), TypeError, "function gave NoneType for a tensor"),
        (lambda x: x[:3], (-5, 5), ValueError, r"shape \(401,\), function gave shape \(3,\)"),
        (torch.sum, (-5, 5), ValueError, r"sum gave shape \(\): return one value for each"),
        (tanh, (5, -5), ValueError, "low is 5 and high is -5: pass .* low below high"),
        (tanh, (0, float("inf")), ValueError, "high is inf"),
    ],
)
def test_activations_that_cannot_be_drawn(function, limits, error, words):
    with pytest.raises(error, match=words):
        plot_activation(function, low=limits[0], high=limits[1])
    assert plt.get_fignums() == []


WITHOUT_AX = {
    "dataset": (lambda: plot_dataset(*MOONS)),
    "boundary": (lambda: plot_decision_boundary(ideal_moons, *MOONS)),
    "curves": (lambda: plot_learning_curves(history())),
    "activation": (lambda: plot_activation(torch.tanh)),
    "confidence": (lambda: plot_confidence(ideal_moons, *MOONS)),
}


@pytest.mark.parametrize("draw", WITHOUT_AX.values(), ids=WITHOUT_AX)
def test_without_ax_the_current_axes_are_taken_while_they_are_empty(draw):
    for place in (1, 2):
        current = plt.subplot(1, 2, place, facecolor="lightgrey")
        plt.title(f"Picture {place}")
        plt.grid()
        assert draw() is current
        assert current.get_title() == f"Picture {place}"
    assert len(plt.get_fignums()) == 1
    assert draw().get_title() not in ("", "Picture 2")  # on a new figure: there is something here
    assert [len(plt.figure(n).axes) for n in plt.get_fignums()] == [2, 1]


@pytest.mark.parametrize("draw", WITHOUT_AX.values(), ids=WITHOUT_AX)
def test_without_ax_the_figure_that_was_made_for_it_is_taken(draw):
    figure = plt.figure(figsize=(12, 3))
    assert draw().figure is figure
    assert tuple(figure.get_size_inches()) == (12, 3)


def test_without_ax_nothing_is_drawn_where_it_would_not_be_seen_alone():
    first = plt.subplot(1, 2, 1)
    first.twinx()
    first.plot([1, 2])  # the twin is current, and empty
    assert plot_dataset(*MOONS).figure is not first.figure
    plt.figure()
    polar = plt.subplot(projection="polar")
    assert plot_dataset(*MOONS).figure is not polar.figure


def test_a_title_that_is_passed_replaces_the_one_that_is_there():
    plt.title("Before")
    assert plot_decision_boundary(ideal_moons, *MOONS, title="Passed").get_title() == "Passed"
