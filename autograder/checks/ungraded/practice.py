"""The first check of all: `doubled` should hold twice the numbers 1, 2 and 3, as a tensor."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checks.evidence.describe import Evidence, describe_array
from autograder.checks.words.verdict import Verdict, correct, not_yet

GIVEN = np.array([1.0, 2.0, 3.0])
#: What learners make by mistake, by the code of its message.
_WRONG = {
    "practice_plus_two": GIVEN + 2,
    "practice_squared": GIVEN**2,
    "practice_unchanged": GIVEN,
}


def collect(doubled: Any, seed: int) -> Evidence:
    """The object, described and copied."""
    return describe_array(doubled)


def judge(evidence: Evidence, seed: int) -> Verdict:
    """A tensor of shape (3,) that holds 2, 4 and 6."""
    values, kind = evidence["values"], evidence["kind"]
    if kind != "tensor":
        right = values is not None and np.array_equal(values, 2 * GIVEN)
        return not_yet("practice_list" if right else "practice_not_tensor", kind=kind)
    if tuple(evidence["shape"]) != GIVEN.shape:
        return not_yet("practice_shape", shape=tuple(evidence["shape"]))
    if values is None:
        return not_yet("practice_not_tensor", kind=f"tensor of {evidence['dtype']}")
    if np.array_equal(values, 2 * GIVEN):
        return correct("practice_right")
    for code, wrong in _WRONG.items():
        if np.array_equal(values, wrong):
            return not_yet(code)
    return not_yet("practice_values", found=", ".join(f"{value:g}" for value in values))
