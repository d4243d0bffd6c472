"""Puts counts, lists and places into plain English; knows numbers, and no models or plots."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from helpers.inputs import FloatArray
from helpers.regions import limits


def count(number: int, thing: str) -> str:
    """Return a number and what it counts: ``1 point``, ``200 points``."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def listed(parts: Sequence[str]) -> str:
    """Return the parts as one list: ``a``, ``a and b``, or ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def place(some: FloatArray, points: FloatArray) -> str:
    """Return which ninth of the picture holds most of some points.

    Args:
        some: The features to place, shape ``(M, 2)``, float64, M of 1 or more.
        points: The features that the picture shows, ``some`` among them, shape ``(N, 2)``.

    Returns:
        For example ``in the upper left``, or ``mostly in the middle`` if others lie elsewhere.
    """
    low, high = np.array(limits(points)).T
    thirds = (3 * (some - low) / (high - low)).astype(int)
    cells, sizes = np.unique(thirds, axis=0, return_counts=True)
    across, up = cells[sizes.argmax()]
    row, column = ("lower", "middle", "upper")[up], ("left", "middle", "right")[across]
    name = "middle" if row == column else f"{row} {column}"
    return f"in the {name}" if len(cells) == 1 else f"mostly in the {name}"
