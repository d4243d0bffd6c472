"""`autograder decide` on the command line: points by hand, for one learner or for everybody."""

from __future__ import annotations

import math
import sys

from rich.console import Console

from autograder.checks.table import PARTS
from autograder.classroom.course import open_course
from autograder.classroom.decisions import FULL, SAME, decide, misfits
from autograder.gradebook.errors import CannotGrade

_WORDS = (FULL, SAME)


def run_decide(
    assignment: str,
    student: str | None,
    what: str,
    points: str,
    *,
    by: str,
    reason: str,
    dry_run: bool = False,
) -> int:
    """Give points and say so, a line for each cell.

    Args:
        assignment: such as `classification`.
        student: whose; None for everybody who has handed the notebook in, or will.
        what: a check, or a part, which stands for its checks and takes no number.
        points: a number, `full`, or `same`, which confirms what counts now.
        by: who decides.
        reason: why; learners read it.
        dry_run: list what would change, and change nothing.

    Returns:
        0, or 1 if a decision no longer fits the exercises, or 2 if it could not be done.

    Raises:
        FileNotFoundError: there is no course here.
    """
    console = Console()
    try:
        given = points if points in _WORDS else _number(points)
        checks = list(PARTS[what].checks) if what in PARTS else [what]
        if what in PARTS and not isinstance(given, str) and len(checks) > 1:
            raise CannotGrade(
                f"{what} has several checks ({', '.join(checks)}): name one, or give full or same."
            )
        if not by.strip() or not reason.strip():
            raise CannotGrade("Say who decides, with --by, and why, with --reason.")
        course = open_course(assignment)
        made = decide(course, student, checks, given, by=by, reason=reason, dry_run=dry_run)
        told = misfits(course)
    except CannotGrade as error:
        print(error, file=sys.stderr)
        return 2
    lines = [f"{c.student}: {c.check}: {c.before:g} -> {c.after:g} points" for c in made]
    if dry_run:
        lines.append("Nothing was changed. Without --dry-run, these points are given.")
    for line in [*lines, *told]:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return 1 if told else 0


def _number(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise CannotGrade(f"{text!r} is no number of points: give one, full or same.")
    return found
