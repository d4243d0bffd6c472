"""What persons have decided about marks: a log with author and reason, beside the gradebook.

The points themselves are nbgrader's manual scores, which no grading and no regrading changes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.checks.table import PART_OF
from autograder.classroom.plan import Course
from autograder.gradebook.book import Points

#: In the place of a learner: what holds for all who hand in, now or later.
EVERYBODY = "*"


@dataclass(frozen=True)
class Decision:
    """One cell's points, given by hand.

    Attributes:
        before, points: what counted until then, and what counts now.
        when: in UTC, as ISO 8601.
    """

    student: str
    check: str
    before: float
    points: float
    by: str
    reason: str
    when: str


def decide(
    course: Course, student: str, check: str, points: Points, *, by: str, reason: str
) -> Decision:
    """Give a learner points for a check, tell why in the feedback, and put it on record.

    Args:
        course: from `plan.open_course`.
        student: whose.
        check: the graded cell.
        points: a number, "full", or "same" for those that count now.
        by: who decides.
        reason: for the learner too.

    Raises:
        CannotGrade: there is no such submission or cell, or not as many points.
    """
    with course.book.transaction():
        notebook, before, after = course.book.decide(student, check, points)
        answer = PART_OF[check].id if check in PART_OF else check
        course.book.comment(student, notebook, answer, reason)
    return _write(course, Decision(student, check, before, after, by, reason, _now()))


def decide_for_later(course: Course, check: str, points: float, *, by: str, reason: str) -> None:
    """Have those who hand in later get the same points; arguments as of `decide`."""
    _write(course, Decision(EVERYBODY, check, 0.0, points, by, reason, _now()))


def apply_standing(course: Course, student: str, checks: Collection[str]) -> None:
    """Give a learner, whose marks have just been entered, what was decided for everybody.

    Args:
        course: from `plan.open_course`.
        student: whose points by hand stay, if there are any.
        checks: those of the notebook.

    Raises:
        CannotGrade: the gradebook cannot be written.
    """
    latest = {each.check: each for each in decisions(course, EVERYBODY) if each.check in checks}
    for each in latest.values():
        if not course.book.given_by_hand(student, each.check):
            decide(course, student, each.check, each.points, by=each.by, reason=each.reason)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _write(course: Course, decision: Decision) -> Decision:
    path = _path(course)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as log:
        log.write(json.dumps(asdict(decision)) + "\n")
        log.flush()
        os.fsync(log.fileno())
    return decision


def decisions(course: Course, student: str) -> list[Decision]:
    """All decisions about a learner, or about `EVERYBODY`, the oldest first."""
    try:
        lines = _path(course).read_text("utf-8").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        try:
            found.append(Decision(**json.loads(line)))
        except (ValueError, TypeError):  # a line that was cut short
            continue
    return [each for each in found if each.student == student]


def _path(course: Course) -> Path:
    return course.folder / course.kept / "decisions" / f"{course.assignment}.jsonl"
