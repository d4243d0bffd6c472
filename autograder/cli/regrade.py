"""`autograder regrade` on the command line: lists what changes, and then changes it."""

from __future__ import annotations

import sys

from rich.console import Console

from autograder.checks.table import PARTS
from autograder.classroom import regrade
from autograder.classroom.course import open_course
from autograder.classroom.decisions import misfits
from autograder.cli.decide import run_decide
from autograder.course.folders import clone_folder
from autograder.gradebook.errors import CannotGrade
from autograder.submissions.read import NotGradable


def run_regrade(
    assignment: str, student: str | None, *, dry_run: bool = False, never_lower: bool = False
) -> int:
    """Judge all kept evidence again, list every mark that changes, and enter it.

    Args:
        assignment: such as `classification`.
        student: one learner only; None for all.
        dry_run: change nothing.
        never_lower: leave out what would cost points.

    Returns:
        0, or 1 if some notebooks could not be judged again, or 2 if it could not be done.

    Raises:
        FileNotFoundError: there is no course here.
    """
    console = Console()
    try:
        course = open_course(assignment)
        found = list(regrade.look(course, student, never_lower=never_lower))
        if not found:
            raise CannotGrade(f"Nothing is on record in {clone_folder()}: run `autograder grade`.")
        changed = [each for each in found if each.changes]
        _print(console, found, changed)
        if not dry_run:
            course.prepare()
            course.book.settle()
            for each in changed:
                regrade.apply(course, each)
        told = misfits(course)
    except (CannotGrade, NotGradable) as error:
        print(error, file=sys.stderr)
        return 2
    if dry_run and changed:
        console.print("Nothing was changed. Without --dry-run, these marks are entered.")
    elif changed:
        console.print("The marks are entered. Feedback pages are as before: `autograder report`.")
    for text in told:
        _line(console, text)
    return 1 if told or any(each.problem for each in found) else 0


def run_void(assignment: str, part: str, *, by: str, reason: str, dry_run: bool = False) -> int:
    """Give a part's points to all who have handed it in or will, because it went wrong.

    Args:
        assignment: such as `classification`.
        part: such as `moons_train`.
        by: who decides.
        reason: why; learners read it.
        dry_run: list what would change, and change nothing.

    Returns:
        0, or 2 if it could not be done.

    Raises:
        FileNotFoundError: there is no course here.
    """
    if part not in PARTS:
        print(f"There is no part {part!r}. Choose from: {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    if dry_run and not (by or reason):
        by, reason = "-", "-"
    return run_decide(assignment, None, part, "full", by=by, reason=reason, dry_run=dry_run)


def _print(
    console: Console, found: list[regrade.Regraded], changed: list[regrade.Regraded]
) -> None:
    count = sum(len(each.changes) for each in changed)
    console.print(f"{len(found)} notebooks judged again; {count} verdicts differ.")
    for change in (change for each in changed for change in each.changes):
        _line(
            console,
            f"{change.student}: {change.check}: {change.before:g} -> {change.after:g} points "
            f"({change.was} -> {change.now})",
        )
    for each in found:
        if each.problem:
            _line(console, f"{each.record.student}: {each.record.notebook}: {each.problem}.")


def _line(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
