"""What became of a class under one grader, in a form that both graders' results have."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from autograder.checks.table import PART_OF
from tests.attacks.attack import Attack


@dataclass
class Result:
    """One learner's.

    Attributes:
        scores: points in the gradebook by check cell of the learner's notebook.
        lost: why there are none; "" where there are.
        flags: codes of what a person is asked to look at.
        seen: the places whose secrets turned up in what this learner's run left.
    """

    scores: dict[str, float] = field(default_factory=dict)
    lost: str = ""
    flags: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    @property
    def marks(self) -> float | None:
        """All points; None where the grader gave none."""
        return None if self.lost else sum(self.scores.values())


@dataclass
class Findings:
    """A class's results, and what was found around them.

    Attributes:
        results: by learner.
        changed: files that are not as they were, and should be.
        left: processes and files of the attackers' that are still there.
        visits: connections that reached the server.
        seconds: how long it took.
    """

    results: dict[str, Result]
    changed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    visits: list[str] = field(default_factory=list)
    seconds: float = 0.0


def undeserved(attack: Attack, result: Result) -> float:
    """Points that an honest judge would not give, check by check.

    A point that was lost elsewhere makes up for none; nan counts as all that could be had.
    """
    total = 0.0
    for check, score in result.scores.items():
        most = PART_OF[check].checks[check]
        fair = most if check in attack.earns else 0
        total += max(0.0, (most if math.isnan(score) else score) - fair)
    return total


def missing(attack: Attack, result: Result) -> float:
    """Points that an honest judge would give, and that are not there."""
    return sum(
        max(0.0, PART_OF[check].checks[check] - result.scores.get(check, 0.0))
        for check in attack.earns
    )
