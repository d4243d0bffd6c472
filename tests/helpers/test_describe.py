"""The plots in words: the numbers are right, and the sentences few and plain."""

import re

import pytest
import torch
from torch import nn

from helpers.accuracy import accuracy, logits_to_labels
from helpers.data import draw_moons, draw_spirals
from helpers.describe import (
    describe_activation,
    describe_dataset,
    describe_decision_boundary,
    describe_learning_curves,
)
from helpers.goal import ideal_moons, ideal_spirals

SQUARE = torch.tensor([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])


def history(train, test, start=0):
    n = len(train)
    return {
        "epoch": list(range(start, start + n)),
        "train_loss": train,
        "test_loss": test,
        "train_accuracy": [0.5 + 0.5 * i / n for i in range(n)],
        "test_accuracy": [0.5] * n,
    }


def test_dataset():
    text = describe_dataset(SQUARE, torch.tensor([0.0, 0.0, 0.0, 1.0]))
    assert text == (
        "4 points: 3 of class 0 and 1 of class 1. "
        "Feature 1 runs from -1.00 to 1.00, feature 2 from -1.00 to 1.00. "
        "On average, the points lie here: "
        "class 0 at (-0.33, -0.33) and class 1 at (1.00, 1.00)."
    )
    assert describe_dataset(SQUARE[:1], [0]).startswith("1 point: 1 of class 0. ")
    assert "100 of class 0, 100 of class 1 and 100 of class 2" in describe_dataset(*draw_spirals())


def test_boundary_of_a_model_that_is_right():
    text = describe_decision_boundary(lambda X: X[:, 1], SQUARE, [0, 1, 0, 1])
    assert text == (
        "Of the area shown, the model gives 50.0% to class 0 and 50.0% to class 1. "
        "It is right on 100.0% of 4 points. None is on the wrong side."
    )


def test_boundary_says_how_many_points_are_wrong_and_where():
    text = describe_decision_boundary(lambda X: X[:, 1], SQUARE, [1, 1, 0, 0])
    assert "It is right on 50.0% of 4 points." in text
    assert text.endswith(
        "On the wrong side: 1 of 2 in class 0, in the upper right; "
        "1 of 2 in class 1, in the lower left."
    )
    text = describe_decision_boundary(lambda X: -torch.ones(len(X)), SQUARE, [0, 1, 1, 1])
    assert "100.0% to class 0 and 0.0% to class 1" in text
    assert "3 of 3 in class 1, mostly in the " in text


@pytest.mark.parametrize(
    ("model", "data"), [(ideal_moons, draw_moons()), (ideal_spirals, draw_spirals())]
)
def test_boundary_agrees_with_accuracy(model, data):
    text = describe_decision_boundary(model, *data)
    score = accuracy(logits_to_labels(model(data[0])), data[1].long())
    assert f"It is right on {score:.1%} of {len(data[0])} points." in text
    shares = [float(share) for share in re.findall(r"([\d.]+)% to class", text)]
    assert sum(shares) == pytest.approx(100, abs=0.2)


def test_boundary_refuses_a_class_without_an_output():
    with pytest.raises(ValueError, match="y holds class 2"):
        describe_decision_boundary(ideal_moons, SQUARE, [0, 1, 2, 0])


def test_curves():
    text = describe_learning_curves(history([1.0, 0.5, 0.25], [1.5, 0.8, 0.4]))
    assert text == (
        "3 epochs: train loss goes from 1.0000 to 0.2500 and test loss goes from 1.5000 to 0.4000. "
        "Train accuracy goes from 50.0% to 83.3% and test accuracy goes from 50.0% to 50.0%. "
        "The test loss was lowest at the end."
    )
    assert "1 epoch: train loss is 1.0000 and test" in describe_learning_curves(
        history([1.0], [1.0])
    )


@pytest.mark.parametrize(
    ("train", "test", "ending"),
    [
        (
            [1.0, 0.5, 0.1],
            [1.0, 0.5, 0.9],
            "lowest at epoch 11, at 0.5000, and has clearly risen since.",
        ),
        ([1.0, 0.5, 0.1], [1.0, 0.5, 0.51], "lowest at epoch 11, at 0.5000."),
        (
            [1.0, float("nan"), float("nan")],
            [1.0, 1.0, 1.0],
            "train loss is not a finite number from epoch 11 on: training has diverged.",
        ),
        (
            [1.0, 1.0, 1.0],
            [1.0, 1.0, float("inf")],
            "test loss is not a finite number from epoch 12 on: training has diverged.",
        ),
    ],
)
def test_curves_end_with_what_to_notice(train, test, ending):
    text = describe_learning_curves(history(train, test, start=10))
    assert text.endswith(ending)
    assert not re.search(r"\b(nan|inf)\b", text)


def test_curves_refuse_an_empty_history():
    with pytest.raises(ValueError, match="no epochs yet"):
        describe_learning_curves(history([], []))


@pytest.mark.parametrize(
    ("function", "low", "text"),
    [
        (
            torch.tanh,
            -5,
            "Yours equals tanh exactly on 401 inputs from -5 to 5. "
            "Yours runs from -0.9999 to 0.9999, tanh from -0.9999 to 0.9999.",
        ),
        (nn.Tanh(), -5, "Yours equals tanh exactly"),
        (
            lambda x: torch.tanh(x) + 1e-6,
            -5,
            "Yours follows tanh on 401 inputs from -5 to 5: the largest difference is 1",
        ),
        (
            torch.relu,
            -5,
            "Yours differs from tanh on 401 inputs from -5 to 5: "
            "the largest difference is 4, at 5. Yours runs from 0 to 5",
        ),
        (
            lambda x: torch.where(x < 0, torch.nan, torch.tanh(x)),
            -5,
            "200 of 401 inputs from -5 to 5 give nan or infinity and tanh does not, first at -5. "
            "Yours follows tanh on those left: the largest difference is 0",
        ),
        (lambda x: x * torch.nan, -5, "401 of 401 inputs"),
    ],
)
def test_activation(function, low, text):
    assert describe_activation(function, low=low).startswith(text)


def test_activation_with_another_reference():
    text = describe_activation(nn.ReLU(), torch.relu, low=-1, high=1)
    assert text.startswith("Yours equals relu exactly on 401 inputs from -1 to 1. ")


def test_every_description_is_one_to_three_sentences():
    texts = [
        describe_dataset(*draw_spirals()),
        describe_decision_boundary(ideal_spirals, *draw_spirals()),
        describe_learning_curves(history([1.0, 0.5], [1.0, 0.7])),
        describe_activation(torch.sinh, low=-100, high=100),
    ]
    for text in texts:
        assert 1 <= len(re.findall(r"\.(?: |$)", text)) <= 3
        assert "\n" not in text
