"""The learner's own tanh beside the goal, from kept evidence, as SVG that says it in words too."""

from typing import Any

import numpy as np

from autograder.checks.registry import questions
from autograder.report.curves import lines_svg
from helpers.style import BLUE, DARK, lines_limits

_X = np.linspace(-5, 5, 121)
_GOAL = np.tanh(_X)


def curve_of(check_id: str, evidence: dict[str, Any], seed: int) -> np.ndarray | None:
    """What a learner's tanh gives at 121 points from -5 to 5; None where nothing is known.

    The fresh points that it was asked about stay hidden: values lie between theirs.

    Args:
        check_id: a check of tanh.
        evidence: as it was collected for that check, or anything else.
        seed: of that check's fresh points.

    Returns:
        Shape ``(121,)``, float64. A value between numbers of which one is not finite is nan.
    """
    answers = evidence.get("answers")
    answer = answers.get("points") if isinstance(answers, dict) else None
    values = answer.get("values") if isinstance(answer, dict) else None
    x = questions(check_id, seed)["points"].astype(np.float64)
    if not isinstance(values, np.ndarray) or values.dtype.kind != "f" or values.shape != x.shape:
        return None
    # The differences, because what lies between two points of a right answer is right too.
    apart = values.astype(np.float64) - np.tanh(x)
    apart[~np.isfinite(apart)] = np.nan
    found = _GOAL + np.interp(_X, x, apart)
    return found if np.isfinite(found).any() else None


def activation_svg(curve: np.ndarray) -> str:
    """A learner's curve, solid, with the goal as a dashed line over it.

    Args:
        curve: from `curve_of`.
    """
    low, high = lines_limits(curve, _GOAL)
    gap = np.nanmax(np.abs(curve - _GOAL))
    apart = "they are one line" if gap < 1e-4 else f"up to {gap:.3g} apart"
    words = f"Your tanh, solid, and torch.tanh, dashed, from -5 to 5: {apart}."
    looks = (
        (curve, f'stroke="{BLUE}" stroke-width="5"'),
        (_GOAL, f'stroke="{DARK}" stroke-width="2" stroke-dasharray="6 4"'),
    )
    lines = (((_X + 5) / 10, (np.clip(y, low, high) - low) / (high - low), z) for y, z in looks)
    marks = (((value - low) / (high - low), f"{value}") for value in (-1, 0, 1))
    return lines_svg(words, lines, marks, ("-5", "x", "5"))
