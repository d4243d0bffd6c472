"""Makes the lessons' two datasets; may know numpy, torch and scikit-learn, but no model.

Both makers draw from a generator of their own, so no global random state moves, and the same
arguments always give the same rows.
"""

import math

import numpy as np
import torch
from torch import Tensor

from helpers.inputs import whole_number

MOON_NOISE = 0.07  # standard deviation, where the half circles have radius 1
SPIRAL_NOISE = 0.2  # standard deviation, in radians
SPIRAL_TURN = 4.0  # radians that each arm turns through
SPIRAL_CLASSES = 3


def draw_moons(
    n_samples: int = 1000, noise: float = MOON_NOISE, seed: int = 42
) -> tuple[Tensor, Tensor]:
    """Draw two interleaved half circles.

    The rows equal those of scikit-learn's ``make_moons`` with ``random_state=seed``.

    Args:
        n_samples: Number of points N in all, 2 or more.
        noise: Standard deviation of the noise added to both features, 0 or more. The half
            circles have radius 1.
        seed: Any whole number from 0 up.

    Returns:
        ``X``, the features, shape ``(N, 2)``, float32; and ``y``, the labels 0 and 1, shape
        ``(N,)``, float32, because ``BCEWithLogitsLoss`` wants floating-point targets.

    Raises:
        TypeError: If an argument is not a number, or not a whole one where that is needed.
        ValueError: If an argument is out of its range.
    """
    n_samples = whole_number(n_samples, "n_samples", at_least=2)
    noise = _noise(noise)
    generator = _generator(seed)
    # Loading scikit-learn takes seconds, so only those who draw moons pay for it.
    from sklearn.datasets import make_moons

    features, labels = make_moons(n_samples, noise=noise, random_state=generator)
    return torch.from_numpy(features).float(), torch.from_numpy(labels).float()


def draw_spirals(
    points_per_class: int = 100,
    n_classes: int = SPIRAL_CLASSES,
    seed: int = 42,
    noise: float = SPIRAL_NOISE,
) -> tuple[Tensor, Tensor]:
    """Draw one spiral arm per class, each from the centre out to radius 1.

    The rows equal those of the spiral dataset in the CS231n case study
    (https://cs231n.github.io/neural-networks-case-study/) with numpy's seed set to ``seed``.
    Arm ``k`` turns from angle 4k to 4(k + 1) radians; the noise is in the angle alone.

    Args:
        points_per_class: Number of points N in each arm, 2 or more.
        n_classes: Number of arms K, 2 or more.
        seed: Any whole number from 0 up.
        noise: Standard deviation of the noise in the angle, in radians, 0 or more.

    Returns:
        ``X``, the features, shape ``(N * K, 2)``, float32; and ``y``, the labels 0 to K - 1,
        shape ``(N * K,)``, int64, because ``CrossEntropyLoss`` wants whole-number targets. The
        rows are in order of class: shuffle them when you split.

    Raises:
        TypeError: If an argument is not a number, or not a whole one where that is needed.
        ValueError: If an argument is too small.
    """
    points_per_class = whole_number(points_per_class, "points_per_class", at_least=2)
    n_classes = whole_number(n_classes, "n_classes", at_least=2)
    noise = _noise(noise)
    generator = _generator(seed)
    radius = np.linspace(0.0, 1.0, points_per_class)
    arms = []
    for arm in range(n_classes):
        start, end = SPIRAL_TURN * arm, SPIRAL_TURN * (arm + 1)
        wobble = generator.randn(points_per_class) * noise
        angle = np.linspace(start, end, points_per_class) + wobble
        arms.append(np.column_stack([radius * np.sin(angle), radius * np.cos(angle)]))
    labels = np.repeat(np.arange(n_classes, dtype=np.int64), points_per_class)
    return torch.from_numpy(np.concatenate(arms)).float(), torch.from_numpy(labels)


def _generator(seed: int) -> np.random.RandomState:
    """A generator of its own for ``seed``, the legacy one that both datasets are defined by."""
    seed = whole_number(seed, "seed", at_least=0)
    if seed < 2**32:
        return np.random.RandomState(seed)
    # RandomState itself takes 32 bits; a SeedSequence takes a seed of any length.
    return np.random.RandomState(np.random.MT19937(np.random.SeedSequence(seed)))


def _noise(noise: float) -> float:
    try:
        if isinstance(noise, (bool, str)):
            raise TypeError
        value = float(noise)
    except (TypeError, ValueError):
        raise TypeError(
            f"noise must be a number, but it is {noise!r} ({type(noise).__name__}): "
            "pass a float of 0 or more, such as 0.07."
        ) from None
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"noise is {value}, which is no spread: pass 0 or more, such as 0.07.")
    return value
