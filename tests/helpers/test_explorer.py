"""The sliders: what they train, show and say, and that they leave the notebook as it was."""

import builtins
import random
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from helpers import explorer
from helpers.accuracy import accuracy, logits_to_labels
from helpers.data import draw_moons, draw_spirals


@pytest.fixture
def box():
    return explorer.explore(draw_moons)


def sliders(box):
    return {each.description: each for each in box.children[:-1]}


def shown(box):
    return box.children[-1].value


def test_it_shows_a_picture_with_words_at_once(box):
    assert list(sliders(box)) == ["neurons a layer", "learning rate", "noise"]
    assert 'src="data:image/png;base64,' in shown(box)
    assert re.search(r'alt="Decision boundary after training\. Of the area', shown(box))
    assert re.search(
        r"8 neurons a layer, learning rate 0\.01, noise 0\.2: "
        r"[\d.]+% of the training rows right, [\d.]+% of the test rows\.",
        shown(box),
    )


@pytest.mark.parametrize(
    ("slider", "value", "words"),
    [
        ("neurons a layer", 2, "2 neurons a layer, learning rate 0.01, noise 0.2"),
        ("learning rate", 0.1, "8 neurons a layer, learning rate 0.1, noise 0.2"),
        ("noise", 0.5, "8 neurons a layer, learning rate 0.01, noise 0.5"),
    ],
)
def test_moving_a_slider_trains_anew(box, slider, value, words):
    before = shown(box)
    sliders(box)[slider].value = value
    assert words in shown(box)
    assert shown(box) != before
    assert not any(each.continuous_update for each in sliders(box).values())


def test_the_same_place_gives_the_same_picture(box):
    before = shown(box)
    sliders(box)["noise"].value = 0.5
    sliders(box)["noise"].value = 0.2
    assert shown(box) == before


def test_it_trains_what_it_says():
    def of_the_test_rows(*arguments):
        model, X, y = explorer.train_small(*arguments)
        return accuracy(logits_to_labels(model(X[1::2])), y[1::2])

    assert of_the_test_rows(draw_moons, 16, 0.01, 0.1) > 0.97
    assert of_the_test_rows(draw_moons, 1, 0.01, 0.1) < 0.95
    assert of_the_test_rows(draw_spirals, 32, 0.01, 0.2) > 0.85
    assert of_the_test_rows(draw_spirals, 32, 0.0001, 0.2) < 0.75


def test_steps_that_are_too_large_are_said(monkeypatch):
    monkeypatch.setattr(torch.optim.Adam, "step", _ruin)
    said = explorer.show(draw_moons, 8, 10.0, 0.2)
    assert "the steps are too large. Move the learning rate to the left." in said
    assert "<img" not in said


def _ruin(self, closure=None):
    for group in self.param_groups:
        for parameter in group["params"]:
            parameter.data.fill_(float("nan"))


def test_it_leaves_no_trace():
    states = torch.get_rng_state(), np.random.get_state()[1].tolist(), random.getstate()
    figures = plt.get_fignums()
    with torch.no_grad():
        explorer.explore(draw_spirals)
    assert torch.equal(torch.get_rng_state(), states[0])
    assert (np.random.get_state()[1].tolist(), random.getstate()) == states[1:]
    assert plt.get_fignums() == figures


def test_without_ipywidgets_one_sentence_says_what_to_do(monkeypatch, capsys):
    usual = builtins.__import__

    def without(name, *rest, **more):
        if name == "ipywidgets":
            raise ModuleNotFoundError("No module named 'ipywidgets'", name=name)
        return usual(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    assert explorer.explore(draw_moons) is None
    assert "%pip install ipywidgets" in capsys.readouterr().out
