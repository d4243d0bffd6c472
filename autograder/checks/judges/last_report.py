"""Exercises 4b and 7d, progress: are reports true of the model, as it was then?

Words and order are the learner's own, so a report is held against what was measured: two of its
numbers are accuracies, as a fraction, a percentage or a count. How training accuracy is taken
differs among honest people (before the step, with dropout, on the last batch alone, as an average
of batches): so only what is far from all of that is called untrue. That the training rows'
accuracy or loss stands there twice, and that of the test rows nowhere, is seen to the last digit.
"""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

#: Farther from what was measured lies a wrong comparison (0, or chance), and no honest habit.
FAR = 0.3
#: As far may a test accuracy be that is taken in one go, or as an average of all reports so far.
NEAR = 0.15
_PARTS = re.compile(r"(?<![\w.])(\d+)\s*/\s*(\d+)(?![\w.])")
#: Who reports errors instead of hits says so somewhere.
ERRORS = re.compile(r"(?i)\b(?:err|fehl|wrong|miss?cl|false|falsch)")

#: What a model had on training and on test rows, at some moments.
Pairs = Sequence[tuple[float, float]]


def is_far(said: str, numbers: Sequence[str], had: Pairs, rows: tuple[int, int]) -> bool:
    """True if fewer than two numbers of a report are anywhere near an accuracy that the model had.

    Args:
        said: the report.
        numbers: the numbers in it, as they are printed.
        had: the accuracies on training and test rows at some moments, as fractions.
        rows: how many training and test rows there are.
    """
    near = 0
    for value in _values(said, numbers):
        near += any(
            abs(value / scale - right) <= FAR
            for pair in had
            for right, count in zip(pair, rows, strict=True)
            for scale in (1, 100, count)
        )
    return near < 2


def far_ones(
    reports: Sequence[tuple[str, Sequence[str]]],
    had: Sequence[Pairs],
    rows: tuple[int, int],
    most: float,
) -> list[int]:
    """Which reports, each with its numbers, tell no training and no test accuracy of their moment.

    Reports of one form have these in the same places. A training accuracy may be as far off as
    `FAR`, a test accuracy as far as `most`.
    """
    places = [
        _places(_values(said, numbers), pairs, rows, most)
        for (said, numbers), pairs in zip(reports, had, strict=True)
    ]
    if len({len(numbers) for _, numbers in reports}) == 1:
        usual = Counter(pair for found in places for pair in found).most_common(1)
        places = [found & {pair for pair, _ in usual} for found in places]
    return [number for number, found in enumerate(places) if not found]


def _places(
    values: Sequence[float], had: Pairs, rows: tuple[int, int], most: float
) -> set[tuple[int, int]]:
    """Where a training accuracy may stand among values, and where then a test accuracy."""
    train, test = (
        {
            place
            for place, value in enumerate(values)
            for pair in had
            for scale in (1, 100, rows[side])
            if abs(value / scale - pair[side]) <= far
        }
        for side, far in enumerate((FAR, most))
    )
    return {(one, other) for one in train for other in test if one != other}


def _values(said: str, numbers: Sequence[str]) -> list[float]:
    values = [float(number) for number in numbers]
    # "31/32" of a batch; a count of all rows may stand alone.
    return values + [int(a) / int(b) for a, b in _PARTS.findall(said) for _ in "ab" if int(b)]


def tells_training_twice(
    numbers: Sequence[str], had: Pairs, scales: Sequence[float] = (1,)
) -> bool:
    """True if two numbers are what the training rows had, to the digit, and none the test rows'.

    Only where the two can be told apart at the digits that are printed.
    """

    def are(column: int, slack: float) -> int:
        return sum(
            any(
                abs(float(number) - scale * pair[column]) <= slack * _unit(number) + 1e-6 * scale
                for pair in had
                for scale in scales
            )
            for number in numbers
        )

    return are(0, 0.5) >= 2 and not are(1, 1.5)


def _unit(number: str) -> float:
    """What one step of a printed number's last digit is worth: 0.01 for "0.98"."""
    digits, _, exponent = number.lower().partition("e")
    return float(10.0 ** (int(exponent or 0) - len(digits.partition(".")[2])))


def in_words(numbers: Sequence[str]) -> str:
    """The numbers of a report, for a message."""
    return ", ".join(numbers[:6]) + (", ..." if len(numbers) > 6 else "")


def same_rows(own: object, wanted: np.ndarray) -> bool:
    """Whether a learner's rows are the exercise's."""
    try:
        return np.array_equal(np.asarray(own, dtype=np.float32), wanted)
    except Exception:  # anything may bear that name
        return False
