"""`autograder regrade`: lists what today's judges see in another way, and then enters it."""

from __future__ import annotations

import argparse
import shlex
from typing import TYPE_CHECKING

from autograder.console import command, complain, say
from helpers.text import as_name, count

if TYPE_CHECKING:
    from autograder.classroom.course import Course
    from autograder.classroom.regrade import Regraded

HELP = "judge kept evidence again; no notebook runs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose, and what is left as it is."""
    parser.add_argument("assignment", nargs="?", default="classification", metavar="ASSIGNMENT")
    parser.add_argument("--student", metavar="ID", help="one learner only")
    parser.add_argument("--dry-run", action="store_true", help="list what would change, no more")
    parser.add_argument("--never-lower", action="store_true", help="take no points away")
    # An earlier release gave a void part's points here, and people's notes still say so.
    for name in ("--void", "--by", "--reason"):
        parser.add_argument(name, help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    """Enter every mark that changes; 1 if some notebooks could not be judged again."""
    if arguments.void or arguments.by or arguments.reason:
        complain(f"Points are given by hand with another command: `{_decide(arguments)}`.")
        return 2
    from autograder.classroom.course import open_course
    from autograder.classroom.moving import at_work

    course = open_course(arguments.assignment)
    with at_work(course.folder / course.kept):
        return _regrade(arguments, course)


def _regrade(arguments: argparse.Namespace, course: Course) -> int:
    from autograder.classroom import gains, regrade
    from autograder.classroom.decisions import misfits
    from autograder.gradebook.errors import CannotGrade

    found = list(regrade.look(course, arguments.student, never_lower=arguments.never_lower))
    if not found and not course.faults:
        whose = f" of {arguments.student!r}" if arguments.student is not None else ""
        raise CannotGrade(f"Nothing{whose} is on record in {course.folder}: run `{course.grade}`.")
    changed = [each for each in found if each.changes]
    _print(found, changed)
    if unjudged := sum(each.unjudged for each in found):
        say(
            f"{count(unjudged, 'check')} {'has' if unjudged == 1 else 'have'} no judge of ours: "
            "such a check runs in the learner's kernel, and is judged again only by another run, "
            f"with `{command('grade', arguments.assignment)} --force`."
        )
    if arguments.dry_run:
        said = gains.tried(course, changed)
    else:
        course.prepare()
        said = gains.entered(course, changed, lambda each: regrade.apply(course, each))
    for text in said:
        say(text)
    if arguments.dry_run and changed:
        say("Nothing was changed. Without --dry-run, these marks are entered; those by hand stay.")
    elif changed:
        report = command("report", *filter(None, [course.other]))
        say(f"The marks are entered. Feedback pages are as before: `{report}`.")
    told = [*misfits(course), *course.told()]
    for text in told:
        say(text)
    return 1 if told or any(each.problem for each in found) else 0


def _decide(arguments: argparse.Namespace) -> str:
    """What to type instead."""
    whom = ["--student", arguments.student] if arguments.student else ["--all"]
    words = ["autograder", "decide", arguments.void or "PART", "full", *whom]
    if arguments.assignment != "classification":
        words += ["--assignment", arguments.assignment]
    if arguments.dry_run:
        words.append("--dry-run")
    else:
        words += ["--by", arguments.by or "NAME", "--reason", arguments.reason or "TEXT"]
    return shlex.join(words)


def _print(found: list[Regraded], changed: list[Regraded]) -> None:
    changes = [(each, change) for each in changed for change in each.changes]
    raised = sum(change.after > change.before for _, change in changes)
    lowered = sum(change.after < change.before for _, change in changes)
    gives = f"{raised} {'gives' if raised == 1 else 'give'} points"
    takes = f"{lowered} {'takes' if lowered == 1 else 'take'} points"
    differ = f"{count(len(changes), 'verdict')} {'differs' if len(changes) == 1 else 'differ'}"
    told = f" {gives}, {takes}." if changes else ""
    judged = sum(each.unjudged < len(each.record.marks["cells"]) for each in found)
    say(f"{count(judged, 'notebook')} judged again; {differ}.{told}")
    for each, change in changes:
        say(
            f"{as_name(each.record.student)}: {change.check}: {change.before:g} -> "
            f"{count(change.after, 'point')} ({change.was} -> {change.verdict.code}): "
            f"{' '.join(change.verdict.message.split())}"
        )
    for each in found:
        if each.problem:
            say(f"{as_name(each.record.student)}: {each.record.notebook}: {each.problem}.")
