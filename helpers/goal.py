"""Gives the finished picture: ideal classifiers, from how the data are drawn; knows no training.

Both are functions that can stand wherever a model can, for example in ``plot_decision_boundary``.
They see no rows and have nothing to train: a point gets the class whose noise-free curve is
nearest.
"""

import math

import torch
from torch import Tensor

from helpers.data import MOON_NOISE, SPIRAL_CLASSES, SPIRAL_NOISE, SPIRAL_TURN


def ideal_moons(X: Tensor) -> Tensor:
    """Classify points by the nearer of the two half circles.

    Class 0 is the upper half of the unit circle around (0, 0); class 1 is the lower half of the
    unit circle around (1, 0.5).

    Args:
        X: Features, shape ``(N, 2)``, floating point.

    Returns:
        Logits, shape ``(N,)``, of the dtype of ``X``: above 0 for class 1. They are the logarithm
        of how much likelier class 1 is than class 0, with noise of 0.07 around each curve.

    Raises:
        TypeError: If ``X`` is not a floating-point tensor.
        ValueError: If its shape is not ``(N, 2)``.
    """
    x1, x2 = _columns(X)
    upper = _distance_to_upper_half_circle(x1, x2)
    # A half turn about (0.5, 0.25) carries one moon onto the other.
    lower = _distance_to_upper_half_circle(1.0 - x1, 0.5 - x2)
    return (upper.square() - lower.square()) / (2 * MOON_NOISE**2)


def ideal_spirals(X: Tensor) -> Tensor:
    """Classify points by the nearest of three spiral arms, measured around the centre.

    At radius r, arm k passes the angle 4k + 4r radians. The dataset's noise turns points about
    the centre and never moves them outward, so the angle to each arm says all there is to know.

    Args:
        X: Features, shape ``(N, 2)``, floating point.

    Returns:
        Logits, shape ``(N, 3)``, of the dtype of ``X``: the highest marks the class. They are the
        log-likelihoods of the three arms, up to a constant, with noise of 0.2 radians.

    Raises:
        TypeError: If ``X`` is not a floating-point tensor.
        ValueError: If its shape is not ``(N, 2)``.
    """
    x1, x2 = _columns(X)
    radius = torch.hypot(x1, x2)
    # The dataset puts the sine in feature 1: its angles start at the feature-2 axis.
    angle = torch.atan2(x1, x2)
    arms = SPIRAL_TURN * torch.arange(SPIRAL_CLASSES, dtype=X.dtype, device=X.device)
    turn = angle[:, None] - arms - SPIRAL_TURN * radius[:, None]
    shortest = torch.remainder(turn + math.pi, 2 * math.pi) - math.pi
    return -shortest.square() / (2 * SPIRAL_NOISE**2)


def _distance_to_upper_half_circle(x1: Tensor, x2: Tensor) -> Tensor:
    """Distance from each point to the upper half of the unit circle around (0, 0)."""
    to_curve = (torch.hypot(x1, x2) - 1.0).abs()
    to_nearer_end = torch.hypot(x1.abs() - 1.0, x2)
    return torch.where(x2 >= 0, to_curve, to_nearer_end)


def _columns(X: Tensor) -> tuple[Tensor, Tensor]:
    if not isinstance(X, Tensor):
        raise TypeError(f"X must be a tensor, but came as {type(X).__name__}: use torch.tensor.")
    if not X.is_floating_point():
        raise TypeError(f"X has dtype {X.dtype}: pass floating point, such as X.float().")
    if X.ndim != 2 or X.shape[1] != 2:
        raise ValueError(f"X has shape {tuple(X.shape)}: pass one row per point, shape (N, 2).")
    return X[:, 0], X[:, 1]
