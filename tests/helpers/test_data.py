"""The two datasets: the rows the exercises are defined by, any seed, and helpful refusals."""

import numpy as np
import pytest
import torch
from sklearn.datasets import make_moons

from helpers.data import draw_moons, draw_spirals


def cs231n_rows(seed, points, classes):
    """The definition of the spirals, with numpy's global generator, put back afterwards."""
    before = np.random.get_state()
    np.random.seed(seed)
    features, labels = np.zeros((points * classes, 2)), np.zeros(points * classes)
    for j in range(classes):
        rows = slice(points * j, points * (j + 1))
        r = np.linspace(0.0, 1, points)
        t = np.linspace(j * 4, (j + 1) * 4, points) + np.random.randn(points) * 0.2
        features[rows], labels[rows] = np.c_[r * np.sin(t), r * np.cos(t)], j
    np.random.set_state(before)
    return torch.from_numpy(features).float(), torch.from_numpy(labels).long()


@pytest.mark.parametrize(
    ("n", "noise", "seed"), [(1000, 0.07, 42), (7, 0.0, 0), (50, 0.3, 2**32 - 1)]
)
def test_moons_are_scikit_learns(n, noise, seed):
    X, y = draw_moons(n, noise, seed)
    features, labels = make_moons(n, noise=noise, random_state=seed)
    assert (X.dtype, y.dtype) == (torch.float32, torch.float32)
    assert (X.shape, y.shape) == ((n, 2), (n,))
    assert torch.equal(X, torch.from_numpy(features).float())
    assert torch.equal(y, torch.from_numpy(labels).float())


def test_moons_by_default_are_the_exercises():
    X, y = draw_moons()
    assert torch.equal(X, draw_moons(1000, 0.07, 42)[0])
    assert X[0].tolist() == pytest.approx([-0.03341062, 0.4213911])
    assert y[:5].tolist() == [1, 1, 1, 1, 0]


@pytest.mark.parametrize(("points", "classes", "seed"), [(100, 3, 42), (2, 2, 0), (30, 5, 7)])
def test_spirals_are_cs231ns(points, classes, seed):
    X, y = draw_spirals(points, classes, seed)
    features, labels = cs231n_rows(seed, points, classes)
    assert (X.dtype, y.dtype) == (torch.float32, torch.int64)
    assert (X.shape, y.shape) == ((points * classes, 2), (points * classes,))
    assert torch.equal(X, features)
    assert torch.equal(y, labels)


def test_spirals_by_default_are_the_exercises():
    assert torch.equal(draw_spirals()[0], cs231n_rows(42, 100, 3)[0])


def test_spirals_noise_is_in_the_angle_alone():
    smooth, noisy = (draw_spirals(50, noise=noise)[0] for noise in (0.0, 0.8))
    torch.testing.assert_close(smooth.norm(dim=1), noisy.norm(dim=1))
    # Without noise, arm 0 ends where its angle is 4.
    assert smooth[49].tolist() == pytest.approx([np.sin(4), np.cos(4)], abs=1e-6)
    turned = (noisy - smooth).norm(dim=1)
    assert 0.1 < turned.mean() < 0.8


@pytest.mark.parametrize("draw", [draw_moons, draw_spirals])
def test_any_seed_works_and_repeats(draw):
    seeds = [0, 1, 2**32 - 1, 2**32, 2**64 + 1, 10**40, np.int64(5), torch.tensor(6)]
    draws = [draw(10, seed=seed)[0] for seed in seeds]
    for seed, drawn in zip(seeds, draws, strict=True):
        assert torch.equal(drawn, draw(10, seed=seed)[0])
    assert len({tuple(drawn.flatten().tolist()) for drawn in draws}) == len(seeds)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: draw_moons(1), ValueError, "n_samples is 1, which is too small: pass 2 or more"),
        (lambda: draw_moons(10.0), TypeError, "n_samples must be a whole number, but it is 10.0"),
        (lambda: draw_moons(True), TypeError, "n_samples must be a whole number, but it is True"),
        (lambda: draw_moons(10, -0.1), ValueError, "noise is -0.1, .* pass 0 or more"),
        (lambda: draw_moons(10, float("nan")), ValueError, "noise is nan"),
        (
            lambda: draw_moons(10, "0.1"),
            TypeError,
            r"noise must be a number, but it is '0.1' \(str",
        ),
        (lambda: draw_moons(10, None), TypeError, "noise must be a number, but it is None"),
        (lambda: draw_moons(10, seed=-1), ValueError, "seed is -1, which is too small: pass 0"),
        (lambda: draw_spirals(1), ValueError, "points_per_class is 1, .* pass 2 or more"),
        (lambda: draw_spirals(10, 1), ValueError, "n_classes is 1, .* pass 2 or more"),
        (lambda: draw_spirals(10, noise=-1), ValueError, "noise is -1.0, .* pass 0 or more"),
        (lambda: draw_spirals("10"), TypeError, "points_per_class must be a whole number"),
        (
            lambda: draw_spirals(10, seed=1.5),
            TypeError,
            "seed must be a whole number.* pass an int",
        ),
    ],
)
def test_refusals_say_what_to_pass(call, error, words):
    with pytest.raises(error, match=words):
        call()
