"""Learning a few rows by heart: a sound model can, a broken one cannot, and none is changed."""

import math

import pytest
import torch
from torch import nn

from helpers.data import draw_moons, draw_spirals
from helpers.sanity import learn_by_heart


def rows(draw, count=10):
    X, y = draw()
    take = torch.randperm(len(X), generator=torch.Generator().manual_seed(0))[:count]
    return X[take], y[take]


def network(outputs, *more, hidden=16):
    torch.manual_seed(42)
    layers = [nn.Linear(2, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(hidden, outputs), *more)


class Squeezed(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = network(1)

    def forward(self, x):
        return {"logits": self.net(x).squeeze(1)}


SOUND = {
    "one logit in a column": (network(1), nn.BCEWithLogitsLoss(), draw_moons),
    "one logit, in a dict": (Squeezed(), nn.BCEWithLogitsLoss(), draw_moons),
    "probabilities": (network(1, nn.Sigmoid()), nn.BCELoss(), draw_moons),
    "two logits": (network(2), nn.CrossEntropyLoss(), draw_moons),
    "three logits": (network(3), nn.CrossEntropyLoss(), draw_spirals),
    "float64": (network(1).double(), nn.BCEWithLogitsLoss(), draw_moons),
    "dropout": (network(1, nn.Dropout(0.5)), nn.BCEWithLogitsLoss(), draw_moons),
    "a loss for each row": (network(1), nn.BCEWithLogitsLoss(reduction="none"), draw_moons),
}


@pytest.mark.parametrize("form", SOUND)
def test_a_sound_model_starts_unsure_and_learns(form):
    model, loss, draw = SOUND[form]
    values = [p.clone() for p in model.parameters()]
    mode, state = model.training, torch.get_rng_state()
    before, after = learn_by_heart(model, loss, *rows(draw))
    classes = 3 if draw is draw_spirals else 2
    assert before == pytest.approx(math.log(classes), abs=0.12)
    assert after < 0.05
    assert all(torch.equal(p, value) for p, value in zip(model.parameters(), values, strict=True))
    assert all(p.grad is None for p in model.parameters())
    assert model.training == mode
    assert torch.equal(torch.get_rng_state(), state)


def test_labels_in_a_column_meet_outputs_in_a_row():
    X, y = rows(draw_moons)
    flat = learn_by_heart(network(1), nn.BCEWithLogitsLoss(), X, y)
    assert learn_by_heart(network(1), nn.BCEWithLogitsLoss(), X, y.unsqueeze(1)) == flat


@pytest.mark.parametrize(
    ("model", "loss", "labels", "fitted"),
    [
        (network(1), nn.BCEWithLogitsLoss(), lambda y: y, "outputs of shape (10, 1) to (10,)"),
        (network(2), nn.CrossEntropyLoss(), lambda y: y, "labels from float32 to int64"),
        (network(2), nn.CrossEntropyLoss(), lambda y: y.unsqueeze(1),
         "labels of shape (10, 1) to (10,), labels from float32 to int64"),
        (network(1).double(), nn.BCEWithLogitsLoss(), lambda y: y.unsqueeze(1),
         "features from float32 to float64, labels from float32 to float64"),
    ],
)  # fmt: skip
def test_what_had_to_be_fitted_is_said(model, loss, labels, fitted, capsys):
    X, y = rows(draw_moons)
    learn_by_heart(model, loss, X, labels(y))
    assert capsys.readouterr().out == (
        f"Fitted for this test: {fitted}. Your loop has to do the same.\n"
    )


def test_what_fits_as_it_is_needs_no_word(capsys):
    X, y = rows(draw_spirals)
    learn_by_heart(network(3), nn.CrossEntropyLoss(), X, y)
    assert capsys.readouterr().out == ""


def test_a_broken_model_does_not_learn():
    straight = nn.Sequential(nn.Linear(2, 8), nn.Linear(8, 1))
    xor = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]]), torch.tensor([0.0, 1, 1, 0])
    _, after = learn_by_heart(straight, nn.BCEWithLogitsLoss(), *xor)
    assert after > 0.6


def test_refusals():
    X, y = rows(draw_moons)
    with pytest.raises(TypeError, match=r"must be an nn.Module, but came as function"):
        learn_by_heart(lambda x: x, nn.BCEWithLogitsLoss(), X, y)
    with pytest.raises(ValueError, match="steps is 0"):
        learn_by_heart(network(1), nn.BCEWithLogitsLoss(), X, y, steps=0)
