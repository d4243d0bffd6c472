"""`autograder term`: puts a term away, and begins the next one."""

import argparse

from autograder.console import say
from helpers.text import as_name, count

HELP = "put a term away, and begin an empty one"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is to be done, and what the term is called."""
    acts = parser.add_subparsers(required=True, metavar="WHAT", dest="act")
    each = acts.add_parser("archive", help="grading/ goes to terms/NAME/, and an empty one begins")
    each.add_argument("name", metavar="NAME", help="such as autumn-2026")
    acts.add_parser("list", help="the terms that were put away")


def run(arguments: argparse.Namespace) -> int:
    """Put the present term away, or list those that were."""
    from autograder.classroom.place import open_place
    from autograder.classroom.term import archive, described, hint

    place = open_place()
    if arguments.act == "list":
        known = described(place)
        for name, assignments, learners in known:
            say(f"{name}: {count(learners, 'learner')}, {', '.join(assignments) or 'nothing'}")
        if not known:
            say("No term was put away yet.")
        return 0
    folder = archive(place, arguments.name)
    say(f"The term {as_name(arguments.name)} is in {folder}. {hint(arguments.name)}")
    say(
        "grading/ is empty, and the settings are as they were. Deadlines and extensions of the new "
        "term are not set yet: `autograder deadline ASSIGNMENT TIME`."
    )
    return 0
