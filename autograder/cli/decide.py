"""`autograder decide`: points by hand, for one learner or for everybody."""

import argparse
import math
import shlex

from autograder.console import say
from helpers.text import as_name, count, listed

#: Names in a sentence; more are left out.
_SHOWN = 4

HELP = "give points by hand, with author and reason"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What, how many, whose, by whom and why."""
    parser.add_argument(
        "what", metavar="WHAT", help="a check; or a part, a notebook or the assignment: all in it"
    )
    parser.add_argument("points", metavar="POINTS", help="a number, 'full' or 'same'")
    whom = parser.add_mutually_exclusive_group(required=True)
    whom.add_argument("--student", metavar="ID")
    whom.add_argument(
        "--all", action="store_true", help="everybody, also who hands in later: a part is void"
    )
    parser.add_argument("--by", default="", metavar="NAME", help="who decides")
    parser.add_argument("--reason", default="", metavar="TEXT", help="learners read it")
    parser.add_argument(
        "--replace", action="store_true", help="also in place of what another person has decided"
    )
    parser.add_argument("--dry-run", action="store_true", help="list what would change, no more")
    parser.add_argument("--assignment", default="classification")


def run(arguments: argparse.Namespace) -> int:
    """Give the points and say so, a line for each check."""
    from autograder.classroom.course import open_course
    from autograder.classroom.decisions import Replaces, checks_of, decide, misfits
    from autograder.classroom.moving import at_work
    from autograder.classroom.whose import nothing_from
    from autograder.gradebook.errors import CannotGrade

    what, by, reason, dry_run = arguments.what, arguments.by, arguments.reason, arguments.dry_run
    given = _points(arguments.points)
    if not dry_run and not (by.strip() and reason.strip()):
        raise CannotGrade("Say who decides, with --by, and why, with --reason.")
    course = open_course(arguments.assignment, to_read=True)
    checks = checks_of(course, what, arguments.student)
    if isinstance(given, float) and given and len(checks) > 1:
        shown = listed(checks, _SHOWN)
        raise CannotGrade(
            f"{what} has several checks ({shown}): name one, or give full, same or 0."
        )
    try:
        with at_work(course.folder / course.kept):
            made = decide(
                course, arguments.student, checks, given, by=by, reason=reason,
                replace=arguments.replace, dry_run=dry_run,
            )  # fmt: skip
    except Replaces as why:
        command = shlex.join([*_words(arguments), "--replace"])
        raise CannotGrade(f"{why}. To put yours in its place: `{command}`.") from why
    for was, is_now in made.changes:
        who = as_name(was.student)
        say(f"{who}: {was.check}: {was.points:g} -> {count(is_now.points, 'point')}")
    for text in made.replaced:
        say(f"In place of this: {text}.")
    for text in made.taken:
        say(f"Mind that {text}.")
    for each in made.unmarked:
        say(f"{as_name(each.student)}: {each.check} is not marked yet: nothing to confirm there.")
    if dry_run and made.replaced and given != "same":
        say("That asks for --replace.")
    if arguments.all and given != "same":
        for text in nothing_from(course, checks):
            say(text)
    if dry_run:
        say("Nothing was changed. Without --dry-run, these points are given.")
    told = misfits(course)
    for text in told:
        say(text)
    return 1 if told else 0


def _words(arguments: argparse.Namespace) -> list[str]:
    """What was typed."""
    whom = ["--all"] if arguments.all else ["--student", arguments.student]
    words = ["autograder", "decide", arguments.what, arguments.points, *whom]
    words += ["--by", arguments.by, "--reason", arguments.reason]
    other = arguments.assignment != "classification"
    return [*words, "--assignment", arguments.assignment] if other else words


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
