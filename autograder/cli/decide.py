"""`autograder decide`: points by hand, for one learner or for everybody."""

from __future__ import annotations

import argparse
import math
from typing import TYPE_CHECKING

from autograder.console import say

if TYPE_CHECKING:
    from autograder.classroom.plan import Course
    from autograder.gradebook.book import Points

HELP = "give points by hand, with author and reason"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What, how many, whose, by whom and why."""
    parser.add_argument("what", metavar="CHECK_OR_PART", help="a part stands for its checks")
    parser.add_argument("points", metavar="POINTS", help="a number, 'full' or 'same'")
    whom = parser.add_mutually_exclusive_group(required=True)
    whom.add_argument("--student", metavar="ID")
    whom.add_argument(
        "--all", action="store_true", help="everybody, also who hands in later: a part is void"
    )
    parser.add_argument("--by", default="", metavar="NAME", help="who decides")
    parser.add_argument("--reason", default="", metavar="TEXT", help="learners read it")
    parser.add_argument("--dry-run", action="store_true", help="list what would change, no more")
    parser.add_argument("--assignment", default="classification")


def run(arguments: argparse.Namespace) -> int:
    """Give the points and say so, a line for each check."""
    from autograder.checks.table import PARTS
    from autograder.classroom import decisions, plan
    from autograder.gradebook.errors import CannotGrade

    what, by, reason = arguments.what, arguments.by, arguments.reason
    given = _points(arguments.points)
    checks = list(PARTS[what].checks) if what in PARTS else [what]
    if isinstance(given, float) and len(checks) > 1:
        raise CannotGrade(
            f"{what} has several checks ({', '.join(checks)}): name one, or give full or same."
        )
    if not arguments.dry_run and not (by.strip() and reason.strip()):
        raise CannotGrade("Say who decides, with --by, and why, with --reason.")
    course = plan.open_course(arguments.assignment)
    whom = _handed_in(course, checks[0]) if arguments.all else [arguments.student]
    if arguments.dry_run:
        _foretell(course, whom, checks, given)
        return 0
    everybodys: dict[str, float] = {}
    for student in whom:
        for check in checks:
            made = decisions.decide(course, student, check, given, by=by, reason=reason)
            say(f"{student}: {check}: {made.before:g} -> {made.points:g} points")
            everybodys[check] = made.points
    if arguments.all and given != "same":  # which is another number for each
        for check, number in everybodys.items():
            decisions.decide_for_later(course, check, number, by=by, reason=reason)
    return 0


def _points(text: str) -> Points:
    from autograder.gradebook.errors import CannotGrade

    words: dict[str, Points] = {"full": "full", "same": "same"}
    if text in words:
        return words[text]
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise CannotGrade(f"{text!r} is no number of points: give one, full or same.")
    return found


def _foretell(course: Course, whom: list[str], checks: list[str], given: Points) -> None:
    """List what would change."""
    from autograder.gradebook.errors import CannotGrade

    entries = course.book.entries()
    for student in whom:
        for check in checks:
            entry = next((e for e in entries.get(student, {}).values() if check in e.points), None)
            if entry is None:
                raise CannotGrade(f"{student!r} has no graded cell {check!r}.")
            before, most = entry.points[check], entry.scores[check][1]
            after = {"full": most, "same": before}.get(str(given), given)
            if not 0 <= float(after) <= most:
                raise CannotGrade(f"{check} has {most:g} points: {after:g} do not fit.")
            if after != before:
                say(f"{student}: {check}: {before:g} -> {after:g} points")
    say("Nothing was changed. Without --dry-run, these points are given.")


def _handed_in(course: Course, check: str) -> list[str]:
    """Learners whose notebook with this check is on record."""
    from autograder.gradebook.errors import CannotGrade

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
