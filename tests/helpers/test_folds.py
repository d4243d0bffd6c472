"""The fold lines of a first layer: the right lines, drawn, counted, and none invented."""

import numpy as np
import pytest
import torch
from torch import nn

from helpers.data import draw_moons
from helpers.folds import describe_fold_lines, fold_lines, plot_fold_lines

MOONS = draw_moons(60)


def network(weights, bias):
    layer = nn.Linear(2, len(weights), bias=bias is not None)
    layer.weight.data = torch.tensor(weights)
    if bias is not None:
        layer.bias.data = torch.tensor(bias)
    return nn.Sequential(layer, nn.ReLU(), nn.Linear(len(weights), 1))


#: Upright at x1 = 0.5; level at x2 = 0; one far outside the picture; one neuron that is dead.
MODEL = network([[2.0, 0.0], [0.0, 3.0], [1.0, 0.0], [0.0, 0.0]], [-1.0, 0.0, 50.0, 1.0])


class Scaled(nn.Module):
    """Its linear layer does not get the features as they are."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 1)

    def forward(self, x):
        return self.layer(x / 10)


class Plain(nn.Module):
    """Has parameters and no layer."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(2, 1))

    def forward(self, x):
        return x @ self.weight


def test_the_lines_are_those_of_the_first_layer():
    lines = fold_lines(MODEL, MOONS[0])
    np.testing.assert_allclose(lines, [[2, 0, -1], [0, 3, 0], [1, 0, 50]])
    np.testing.assert_allclose(
        fold_lines(network([[1.0, 1.0]], None), MOONS[0]), [[1, 1, 0]]
    )  # no bias


def test_they_are_drawn_where_a_neuron_gives_0():
    ax = plot_fold_lines(MODEL, *MOONS, title="Folds")
    drawn = [line for line in ax.lines if line.get_linestyle() == "--"]
    assert len(drawn) == 3
    for line, (w1, w2, b) in zip(drawn, fold_lines(MODEL, MOONS[0]), strict=True):
        for x1, x2 in (line.get_xy1(), line.get_xy2()):
            assert w1 * x1 + w2 * x2 + b == pytest.approx(0, abs=1e-9)
    assert ax.get_title() == "Folds"


def test_only_those_in_the_picture_are_counted():
    assert describe_fold_lines(MODEL, *MOONS) == (
        "The first layer has 3 neurons. 2 of their fold lines cross the picture."
    )


@pytest.mark.parametrize("model", [Scaled(), Plain(), lambda X: X[:, 0]])
def test_a_model_without_such_a_layer_gets_its_boundary_alone(model):
    assert fold_lines(model, MOONS[0]).shape == (0, 3)
    ax = plot_fold_lines(model, *MOONS)
    assert not [line for line in ax.lines if line.get_linestyle() == "--"]
    assert ax.collections
    assert "no first linear layer" in describe_fold_lines(model, *MOONS)


def test_nothing_stays_on_the_model():
    plot_fold_lines(MODEL, *MOONS)
    assert not any(module._forward_pre_hooks for module in MODEL.modules())
