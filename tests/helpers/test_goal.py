"""The ideal classifiers: right on nearly every point, for every draw, with nothing to train."""

import pytest
import torch

from helpers.accuracy import accuracy, logits_to_labels
from helpers.data import draw_moons, draw_spirals
from helpers.goal import ideal_moons, ideal_spirals


@pytest.mark.parametrize("seed", [42, 0, 1, 2, 2**70])
@pytest.mark.parametrize(
    ("draw", "ideal", "shape"),
    [(draw_moons, ideal_moons, (1000,)), (draw_spirals, ideal_spirals, (300, 3))],
)
def test_above_99_percent(draw, ideal, shape, seed):
    X, y = draw(seed=seed)
    logits = ideal(X)
    assert (tuple(logits.shape), logits.dtype) == (shape, torch.float32)
    assert bool(logits.isfinite().all())
    assert accuracy(logits_to_labels(logits), y) > 0.99


def test_moons_boundary_is_as_far_from_both_curves():
    # (0.5, 0.25) is the point that a half turn carries onto itself.
    X = torch.tensor([[0.5, 0.25], [0.0, 1.0], [1.0, -0.5]], dtype=torch.float64)
    logits = ideal_moons(X)
    assert logits.dtype == torch.float64
    assert logits[0].item() == pytest.approx(0, abs=1e-9)
    assert logits[1] < 0 < logits[2]


@pytest.mark.parametrize("ideal", [ideal_moons, ideal_spirals])
@pytest.mark.parametrize(
    ("X", "error", "words"),
    [
        ([[0.0, 1.0]], TypeError, "X must be a tensor, but came as list"),
        (torch.zeros(3, 2, dtype=torch.int64), TypeError, r"dtype torch.int64: .* X.float\(\)"),
        (torch.zeros(3, 4), ValueError, r"shape \(3, 4\): .* shape \(N, 2\)"),
    ],
)
def test_refusals(ideal, X, error, words):
    with pytest.raises(error, match=words):
        ideal(X)
