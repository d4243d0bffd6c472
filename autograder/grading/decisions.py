"""What persons have decided about marks: a log with author and reason, beside the gradebook.

The points themselves are nbgrader's manual scores, which no grading and no regrading changes.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.checks.exercises import PART_OF
from autograder.grading.plan import Course


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
    course: Course, student: str, check: str, points: float | None, *, by: str, reason: str
) -> Decision:
    """Give a learner points for a check, tell why in the feedback, and put it on record.

    Args:
        course: from `plan.open_course`.
        student: whose.
        check: the graded cell.
        points: None for all that it has.
        by: who decides.
        reason: for the learner too.

    Raises:
        CannotGrade: there is no such submission or cell, or not as many points.
    """
    with course.book.transaction():
        notebook, before, after = course.book.decide(student, check, points)
        answer = PART_OF[check].id if check in PART_OF else check
        course.book.comment(student, notebook, answer, reason)
    when = datetime.now(UTC).isoformat(timespec="seconds")
    decision = Decision(student, check, before, after, by, reason, when)
    path = _path(course)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as log:
        log.write(json.dumps(asdict(decision)) + "\n")
        log.flush()
        os.fsync(log.fileno())
    return decision


def decisions(course: Course, student: str) -> list[Decision]:
    """All decisions about a learner, the oldest first."""
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
