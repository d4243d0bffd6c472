"""`autograder extend`: a later deadline for one learner or for everybody, on record."""

import argparse
import math

from autograder.cli.deadline import extension_line, followed
from autograder.console import command, say
from helpers.text import as_name, count

HELP = "give a later deadline, with author and reason"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """To whom, by how much, by whom and why."""
    parser.add_argument(
        "words", nargs="*", metavar="STUDENT DAYS",
        help="whose deadlines are so many days later; 0 takes an extension back",
    )  # fmt: skip
    parser.add_argument("--all", action="store_true", help="everybody, in the place of STUDENT")
    parser.add_argument("--until", metavar="TIME", help="an hour in the place of DAYS")
    parser.add_argument("--assignment", default="", metavar="NAME", help="default: all of them")
    parser.add_argument("--by", default="", metavar="NAME", help="who decides")
    parser.add_argument("--reason", default="", metavar="TEXT")
    parser.add_argument("--list", action="store_true", help="show all that were given")


def run(arguments: argparse.Namespace) -> int:
    """Give the extension, and say what follows; or show all."""
    from autograder.classroom.deadlines import deadlines, extend, extensions
    from autograder.classroom.place import open_place
    from autograder.gradebook.errors import CannotGrade
    from autograder.lms.stated import shown_hour, stated

    assignment, until = arguments.assignment, arguments.until
    if arguments.list:
        given = extensions(open_place())
        for each in given:
            say(extension_line(each))
        if not given:
            say("No extensions were given.")
        return 0
    words = list(arguments.words)
    student = None if arguments.all or not words else words.pop(0)
    days = words.pop(0) if words and until is None else None
    if words or (student is None) != arguments.all or (days is None) == (until is None):
        raise CannotGrade(
            "Say whose deadlines, and by how much: `autograder extend STUDENT DAYS`, with --all in "
            "the place of STUDENT, or --until TIME in the place of DAYS."
        )
    if not (arguments.by.strip() and arguments.reason.strip()):
        raise CannotGrade("Say who decides, with --by, and why, with --reason.")
    if until is not None and not assignment:
        raise CannotGrade("--until is the deadline of one assignment: name it with --assignment.")
    number = _days(days) if days is not None else None
    hour = stated(until) if until is not None else None
    place = open_place()
    found = extend(
        place, student, number, hour,
        assignment=assignment, by=arguments.by, reason=arguments.reason,
    )  # fmt: skip
    whom = "Everybody" if student is None else as_name(student)
    where = assignment or "all assignments"
    if hour is not None:
        say(f"{whom}: {where} until {shown_hour(hour)}.")
    elif number:
        say(f"{whom}: {where} {count(number, 'day')} later.")
    else:
        say(f"{whom}: the extension for {where} is taken back.")
    if found.instead is not None:
        say(f"In place of this: {extension_line(found.instead)}.")
    if not found.known:
        say(f"Nobody is called {whom} in the gradebook yet: it counts when somebody is.")
    if assignment and deadlines(place)[assignment] is None:
        sets = command("deadline", assignment, "TIME")
        say(f"{as_name(assignment)} has no deadline: `{sets}` sets one.")
    for text in followed(place, found, assignment):
        say(text)
    return 0


def _days(text: str) -> float:
    from autograder.classroom.deadlines import MOST_DAYS
    from autograder.gradebook.errors import CannotGrade

    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not 0 <= found <= MOST_DAYS:
        raise CannotGrade(f"{text!r} is no number of days: give one from 0 to {MOST_DAYS}.")
    return found
