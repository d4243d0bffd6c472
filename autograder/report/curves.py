"""Curves as SVG that says in words what it shows: of a training, and of the learner's own tanh.

Those of a training are read from what its cell printed, in whatever words; tanh is read from kept
evidence, and stands beside the goal.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from statistics import mode
from typing import Any

import numpy as np

from autograder.checks.judges.progress import NUMBER, pieces
from autograder.checks.registry import questions
from helpers.style import BLUE, DARK, VERMILION, lines_limits

_ACCURACY = re.compile(r"(?i)acc|genau|pr[eé]cision|richtig")
_LOSS = re.compile(r"(?i)loss|bce|cost|cross|verlust|perte|error|err\b")
_TEST = re.compile(r"(?i)test|val|eval|dev\b")
_TRAIN = re.compile(r"(?i)train")
_X = np.linspace(-5, 5, 121)
_GOAL = np.tanh(_X)


@dataclass(frozen=True)
class Curve:
    """One number of the reports, epoch by epoch.

    Attributes:
        kind: "loss" or "accuracy".
        test: it is of the test set.
        epochs: rising.
        values: one for each epoch; accuracies as fractions; nan where the text says so.
    """

    kind: str
    test: bool
    epochs: list[int]
    values: list[float]


def read_curves(text: str) -> list[Curve]:
    """The curves in what a training cell printed, as far as it names them loss or accuracy."""
    reports = [(epoch, list(_named(rest))) for epoch, rest in pieces(text)]
    if not reports:
        return []
    usual = mode(len(named) for _, named in reports)
    reports = [(epoch, named) for epoch, named in reports if len(named) == usual]
    # A loop that was run again begins with its first epoch again: the last run counts.
    start = max(
        (n for n in range(1, len(reports)) if reports[n][0] <= reports[n - 1][0]), default=0
    )
    reports = reports[start:]
    found: list[Curve] = []
    for place in range(usual):
        name, _ = reports[0][1][place]
        kind = "accuracy" if _ACCURACY.search(name) else "loss" if _LOSS.search(name) else ""
        test = bool(_TEST.search(name)) and not _TRAIN.search(name)
        if not kind or any((each.kind, each.test) == (kind, test) for each in found):
            continue
        values = [named[place][1] for _, named in reports]
        if kind == "accuracy" and max(filter(math.isfinite, values), default=0) > 1.5:
            values = [value / 100 for value in values]
        found.append(Curve(kind, test, [epoch for epoch, _ in reports], values))
    return found


def _named(rest: str) -> list[tuple[str, float]]:
    """The numbers of one report, each with the words before it and the set that was named last."""
    found, end, part = [], 0, ""
    for match in NUMBER.finditer(rest):
        words = " ".join(re.findall(r"[^\W\d_]+", rest[end : match.start()]))
        end = match.end()
        named = [each for each in (_TRAIN, _TEST) if each.search(words)]
        if named:
            part = "train" if named[-1] is _TRAIN else "test"
        found.append((f"{words} {'' if named else part}", float(match[0])))
    return found


def curves_svg(curves: list[Curve], kind: str) -> str:
    """The curves of one kind, "loss" or "accuracy"; "" if there are none."""
    chosen = [each for each in curves if each.kind == kind]
    values = [value for each in chosen for value in each.values if math.isfinite(value)]
    if not values or len(chosen[0].epochs) < 2:
        return ""
    top = 1.0 if kind == "accuracy" else max(values) or 1.0
    first, last = chosen[0].epochs[0], chosen[0].epochs[-1]
    lines, said = [], []
    for each in chosen:
        name, colour, dash = ("test", VERMILION, "6 4") if each.test else ("training", BLUE, "")
        across = [(epoch - first) / (last - first) for epoch in each.epochs]
        up = [value / top if value >= 0 else math.nan for value in each.values]
        lines.append((across, up, f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"'))
        ends = (_short(value, kind) for value in (each.values[0], each.values[-1]))
        said.append(f"{name} from {' to '.join(ends)}")
    words = f"{kind} over epochs {first} to {last}: {', '.join(said)}."
    marks = [(share, _short(top * share, kind)) for share in (0, 0.5, 1)]
    return _lines_svg(words, lines, marks, (str(first), "epoch", str(last)))


def _lines_svg(
    words: str,
    lines: Iterable[tuple[Iterable[float], Iterable[float], str]],
    marks: Iterable[tuple[float, str]],
    foot: tuple[str, str, str],
) -> str:
    """Lines between two axes, and in words what they show, for those who hear it.

    A line is how far across and how far up its points are, from 0 to 1, and its look; a point that
    is not finite is left out. Marks are heights, from 0 to 1, and what stands there; the foot is
    what stands under the left end, the middle and the right end.
    """
    drawn = ""
    for across, up, look in lines:
        at = " ".join(
            f"{40 + 270 * x:.1f},{170 - 150 * y:.1f}"
            for x, y in zip(across, up, strict=True)
            if math.isfinite(y)
        )
        drawn += f'<polyline points="{at}" fill="none" {look}/>'
    drawn += "".join(
        f'<text x="36" y="{174 - 150 * height:.0f}" text-anchor="end">{text}</text>'
        for height, text in marks
    )
    left, middle, right = foot
    return (
        f'<svg role="img" aria-label="{escape(words)}" viewBox="0 0 320 200" font-size="11">'
        f'<path d="M40 20V170H310" fill="none" stroke="{DARK}"/>{drawn}'
        f'<text x="40" y="186">{left}</text><text x="310" y="186" text-anchor="end">{right}</text>'
        f'<text x="175" y="196" text-anchor="middle">{middle}</text></svg>'
    )


def _short(value: float, kind: str) -> str:
    if not math.isfinite(value):
        return "no number"
    return f"{value:.0%}" if kind == "accuracy" else f"{value:.3g}"


def curve_of(check_id: str, evidence: dict[str, Any], seed: int) -> np.ndarray | None:
    """What a learner's tanh gives at 121 points from -5 to 5; None where nothing is known.

    The fresh points that it was asked about, by the seed, stay hidden: values lie between theirs.
    The evidence is as it was collected for that check of tanh, or anything else. A value between
    numbers of which one is not finite is nan.
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
    """A learner's curve, solid, with the goal as a dashed line over it."""
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
    return _lines_svg(words, lines, marks, ("-5", "x", "5"))
