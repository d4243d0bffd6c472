"""`autograder deadline`: when an assignment is due."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from autograder.console import say
from helpers.text import as_name, count, listed, printable

if TYPE_CHECKING:
    from autograder.classroom.deadlines import Followed
    from autograder.classroom.place import Place
    from autograder.gradebook.extensions import Extension

HELP = "show deadlines, or set one"
_FEW = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of which assignment, and when."""
    parser.add_argument("assignment", nargs="?", metavar="ASSIGNMENT")
    parser.add_argument(
        "time", nargs="?", metavar="TIME",
        help="'2027-01-15 23:59', in this machine's time zone or with another behind it",
    )  # fmt: skip
    parser.add_argument("--none", action="store_true", help="take the deadline away")


def run(arguments: argparse.Namespace) -> int:
    """Show all deadlines, with extensions, or set one and say what follows."""
    from autograder.classroom.deadlines import set_deadline
    from autograder.classroom.place import open_place
    from autograder.gradebook.errors import CannotGrade
    from autograder.lms.stated import shown_hour, stated

    name, time = arguments.assignment, arguments.time
    if time is not None and arguments.none:
        raise CannotGrade("Give an hour or --none, and not both.")
    if arguments.none and name is None:
        raise CannotGrade("Say of which assignment: `autograder deadline ASSIGNMENT --none`.")
    when = stated(time) if time is not None else None
    place = open_place()
    if when is None and not arguments.none:
        _show(place, name)
        return 0
    found = set_deadline(place, name, when)
    was = f" It was {shown_hour(found.before)}." if found.before is not None else ""
    is_now = f"is due {shown_hour(when)}" if when is not None else "has no deadline"
    say(f"{name} {is_now}.{was}")
    for text in followed(place, found, name):
        say(text)
    return 0


def followed(place: Place, found: Followed, assignment: str) -> Iterator[str]:
    """What has followed from a deadline or an extension, in sentences."""
    from autograder.classroom.deadlines import costs_nothing

    if found.late:
        yield f"Late by now in {assignment}: {_named(found.late)}."
    if found.untimed:
        yield (
            f"Of {count(found.untimed, 'learner')} no hour of submission is known: they do not "
            "count as late. `autograder collect` says how it can be given."
        )
    for student, each, before, after in found.changes[:_FEW]:
        yield f"{as_name(student)}: {each}: {before:g} -> {count(after, 'point')}"
    if more := found.changes[_FEW:]:
        yield f"and {count(len(more), 'more change', 'more changes')}."
    if costs_nothing(place.config):
        yield (
            "By this course's settings being late costs nothing: c.AssignLatePenalties in "
            "nbgrader_config.py says what it costs."
        )


def extension_line(each: Extension) -> str:
    """One extension: whose, by how much, who has given it and why."""
    from autograder.lms.stated import shown_hour

    if each.days is None:
        until = datetime.fromisoformat(each.until).replace(tzinfo=UTC).astimezone()
        what = f"until {shown_hour(until)}"
    else:
        what = f"{count(each.days, 'day')} later" if each.days else "taken back"
    whom = "everybody" if each.student == "*" else as_name(each.student)
    where = each.assignment or "all assignments"
    why = f"{printable(each.by)}, {each.when[:10]}: {printable(each.reason)}"
    return f"{whom}, {where}: {what} ({why})"


def _named(students: list[str]) -> str:
    return listed([as_name(each) for each in students], _FEW)


def _show(place: Place, name: str | None) -> None:
    from autograder.classroom.deadlines import deadlines, extensions, late_by_lms
    from autograder.gradebook.errors import CannotGrade
    from autograder.gradebook.extensions import newest
    from autograder.lms.stated import shown_hour

    due = deadlines(place)
    if name is not None and name not in due:
        raise CannotGrade(f"There is no assignment {name!r}. There is: {', '.join(due) or 'none'}.")
    for assignment, when in due.items():
        if name in (None, assignment):
            say(f"{assignment}: {shown_hour(when) if when is not None else 'no deadline'}")
        late = late_by_lms(place, assignment) if name in (None, assignment) else []
        if late:
            say(f"{assignment}: late by the LMS, and nobody has said when: {_named(late)}.")
    standing = [each for each in newest(extensions(place)) if each.days != 0]
    for each in standing:
        if name is None or each.assignment in ("", name):
            say(f"Extension: {extension_line(each)}")
