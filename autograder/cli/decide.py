"""`autograder decide` on the command line: points by hand, for one learner or for everybody."""

from __future__ import annotations

import math
import sys

from rich.console import Console

from autograder.checks.table import PARTS
from autograder.classroom import plan
from autograder.classroom.decisions import decide, decide_for_later
from autograder.gradebook.book import Points
from autograder.gradebook.errors import CannotGrade

_WORDS: dict[str, Points] = {"full": "full", "same": "same"}


def run_decide(
    assignment: str, student: str | None, what: str, points: str, *, by: str, reason: str
) -> int:
    """Give points and say so, a line for each cell.

    Args:
        assignment: such as `classification`.
        student: whose; None for everybody who has handed the notebook in, or will.
        what: a check, or a part, which stands for its checks and takes no number.
        points: a number, `full`, or `same`, which confirms what counts now.
        by: who decides.
        reason: why; learners read it.

    Returns:
        0, or 2 if it could not be done.

    Raises:
        FileNotFoundError: there is no course here.
    """
    console = Console()
    try:
        given = _WORDS.get(points) or _number(points)
        checks = list(PARTS[what].checks) if what in PARTS else [what]
        if what in PARTS and not isinstance(given, str) and len(checks) > 1:
            raise CannotGrade(
                f"{what} has several checks ({', '.join(checks)}): name one, or give full or same."
            )
        if not by.strip() or not reason.strip():
            raise CannotGrade("Say who decides, with --by, and why, with --reason.")
        course = plan.open_course(assignment)
        everybodys: dict[str, float] = {}
        for each in [student] if student is not None else handed_in(course, checks[0]):
            for check in checks:
                made = decide(course, each, check, given, by=by, reason=reason)
                console.print(
                    f"{each}: {check}: {made.before:g} -> {made.points:g} points",
                    markup=False, highlight=False, soft_wrap=True,
                )  # fmt: skip
                everybodys[check] = made.points
        if student is None and given != "same":  # which is another number for each
            for check, number in everybodys.items():
                decide_for_later(course, check, number, by=by, reason=reason)
    except CannotGrade as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _number(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise CannotGrade(f"{text!r} is no number of points: give one, full or same.")
    return found


def handed_in(course: plan.Course, check: str) -> list[str]:
    """Learners whose notebook with this check is on record."""
    found = [
        student
        for student in sorted(course.book.entries())
        if any(
            check in (cell["grade_id"] for cell in record.marks["cells"])
            for record in course.records.of(student).values()
        )
    ]
    if not found:
        raise CannotGrade(f"Nobody has handed in a notebook with {check!r}.")
    return found
