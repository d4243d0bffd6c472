"""Learning curves, read from the text that a training cell printed, in whatever words."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from statistics import mode

from autograder.checks.judges.progress import NUMBER, pieces

_ACCURACY = re.compile(r"(?i)acc|genau|pr[eé]cision|richtig")
_LOSS = re.compile(r"(?i)loss|bce|cost|cross|verlust|perte|error|err\b")
_TEST = re.compile(r"(?i)test|val|eval|dev\b")
_TRAIN = re.compile(r"(?i)train")


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
    """The curves that a text holds; those that it does not name as loss or accuracy are left out.

    Args:
        text: what the training cell printed.
    """
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
