"""The learner's own tanh beside the goal, from kept evidence, as SVG that says it in words too."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from autograder.checks.registry import questions
from helpers.style import BLUE, DARK, lines_limits

_X = np.linspace(-5, 5, 121)
_GOAL = np.tanh(_X)
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 312, 10, 170


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
    across = _LEFT + (_RIGHT - _LEFT) * (_X + 5) / 10
    lines = []
    for values, look in (
        (curve, f'stroke="{BLUE}" stroke-width="5"'),
        (_GOAL, f'stroke="{DARK}" stroke-width="2" stroke-dasharray="6 4"'),
    ):
        heights = _BOTTOM - (_BOTTOM - _TOP) * (np.clip(values, low, high) - low) / (high - low)
        at = " ".join(
            f"{x:.1f},{y:.1f}" for x, y in zip(across, heights, strict=True) if np.isfinite(y)
        )
        lines.append(f'<polyline points="{at}" fill="none" {look}/>')
    marks = "".join(
        f'<text x="30" y="{y:.0f}" text-anchor="end">{value:g}</text>'
        for value in (-1, 0, 1)
        for y in [_BOTTOM - (_BOTTOM - _TOP) * (value - low) / (high - low) + 4]
    )
    return (
        f'<svg role="img" aria-label="{escape(words)}" viewBox="0 0 320 200" font-size="11">'
        f'<path d="M{_LEFT} {_TOP}V{_BOTTOM}H{_RIGHT}" fill="none" stroke="{DARK}"/>{marks}'
        f'{"".join(lines)}<text x="{_LEFT}" y="186">-5</text>'
        f'<text x="{_RIGHT}" y="186" text-anchor="end">5</text>'
        f'<text x="173" y="196" text-anchor="middle">x</text></svg>'
    )
