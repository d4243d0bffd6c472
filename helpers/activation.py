"""Compares an activation function with its reference, point by point; knows no data or plots.

The picture of an activation and its description in words both come from here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from helpers.inputs import FloatArray, as_array
from helpers.untouched import run_untouched

STEPS = 401


class Curves(NamedTuple):
    """The two functions' values, each of shape ``(401,)``, float64; nan and inf are kept."""

    x: FloatArray
    yours: FloatArray
    reference: FloatArray


def sample_activation(
    function: Callable[[Tensor], Any],
    reference: Callable[[Tensor], Any],
    low: float,
    high: float,
) -> Curves:
    """Evaluate both functions on evenly spaced points.

    Args:
        function: From a float32 tensor of shape ``(401,)`` to one of that shape.
        reference: The same, known to be right.
        low: The first point.
        high: The last point, above ``low``.

    Returns:
        The points and both functions' values. Each function gets a tensor of its own.

    Raises:
        TypeError: If a function does not give numbers.
        ValueError: If it gives another shape, or ``low`` is not below ``high``.
    """
    if not (np.isfinite([low, high]).all() and low < high):
        raise ValueError(f"low is {low} and high is {high}: pass finite numbers, low below high.")
    # numpy's spacing meets 0 itself in the middle of -5 to 5; torch's misses it by a hair.
    x = torch.from_numpy(np.linspace(low, high, STEPS)).float()
    return Curves(as_array(x, "x"), _values(function, x), _values(reference, x))


def name_of(function: object) -> str:
    """Return the name that a reader knows a function by: ``tanh``, ``ReLU``, or ``function``."""
    name = getattr(function, "__name__", type(function).__name__)
    return "function" if name in ("<lambda>", "partial") else name


def _values(function: Callable[[Tensor], Any], x: Tensor) -> FloatArray:
    answer = run_untouched(function, x)
    name = name_of(function)
    if not isinstance(answer, (Tensor, np.ndarray)):
        raise TypeError(
            f"{name} gave {type(answer).__name__} for a tensor of dtype {x.dtype}: "
            "return a tensor of the same shape."
        )
    values = as_array(answer, f"What {name} returns")
    if values.shape != tuple(x.shape):
        raise ValueError(
            f"For a tensor of shape {tuple(x.shape)}, {name} gave shape {values.shape}: "
            "return one value for each value in the tensor."
        )
    return values
