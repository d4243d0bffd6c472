"""`autograder decide`: points by hand, for one learner or for everybody."""

import argparse
import math

from autograder.console import say
from helpers.text import as_name

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
    from autograder.classroom.course import open_course
    from autograder.classroom.decisions import decide, misfits
    from autograder.gradebook.errors import CannotGrade

    what, by, reason, dry_run = arguments.what, arguments.by, arguments.reason, arguments.dry_run
    given = _points(arguments.points)
    checks = list(PARTS[what].checks) if what in PARTS else [what]
    if isinstance(given, float) and len(checks) > 1:
        raise CannotGrade(
            f"{what} has several checks ({', '.join(checks)}): name one, or give full or same."
        )
    if not dry_run and not (by.strip() and reason.strip()):
        raise CannotGrade("Say who decides, with --by, and why, with --reason.")
    course = open_course(arguments.assignment)
    student = arguments.student
    made = decide(course, student, checks, given, by=by, reason=reason, dry_run=dry_run)
    for was, is_now in made:
        who = as_name(was.student)
        say(f"{who}: {was.check}: {was.points:g} -> {is_now.points:g} points")
    if dry_run:
        say("Nothing was changed. Without --dry-run, these points are given.")
    told = misfits(course)
    for text in told:
        say(text)
    return 1 if told else 0


def _points(text: str) -> float | str:
    from autograder.gradebook.decisions import FULL, SAME
    from autograder.gradebook.errors import CannotGrade

    if text in (FULL, SAME):
        return text
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise CannotGrade(f"{text!r} is no number of points: give one, full or same.")
    return found
