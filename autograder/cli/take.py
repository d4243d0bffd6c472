"""`autograder take`: puts what waits for a person on one's own list, so that two do not decide."""

import argparse
import shlex

from autograder.console import say
from helpers.text import as_name, count, printable

HELP = "take up what waits for a person, so that the others see it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose, of what, and by whom."""
    parser.add_argument("students", nargs="+", metavar="STUDENT", help="a learner's id")
    parser.add_argument("--by", required=True, metavar="NAME", help="who takes it up")
    parser.add_argument(
        "--part", default="", metavar="WHAT", help="only this check, part or notebook"
    )
    parser.add_argument("--back", action="store_true", help="give it back")
    parser.add_argument("--replace", action="store_true", help="also what somebody else has")
    parser.add_argument("--assignment", default="classification")


def run(arguments: argparse.Namespace) -> int:
    """Take it up, or give it back, and say what it is: a line for each learner and notebook."""
    from autograder.classroom.course import open_course
    from autograder.classroom.decisions import Replaces
    from autograder.classroom.moving import at_work
    from autograder.classroom.take import take
    from autograder.gradebook.errors import CannotGrade

    if not arguments.by.strip():
        raise CannotGrade("Say who takes it up, with --by.")
    course = open_course(arguments.assignment, to_read=True)
    back, replace = arguments.back, arguments.replace
    try:
        with at_work(course.folder / course.kept):
            found = take(
                course, arguments.students, arguments.by, arguments.part, back=back, replace=replace
            )
    except Replaces as why:
        raise CannotGrade(f"{why}. To do it all the same: `{_again(arguments)}`.") from why
    checks: dict[tuple[str, str], list[str]] = {}
    for each in found:
        checks.setdefault((each.student, each.notebook), []).append(each.check)
    done = "given back" if back else f"taken up by {printable(arguments.by).removesuffix('.')}"
    for (student, notebook), names in checks.items():
        say(f"{as_name(student)}: {notebook}: {count(len(names), 'check')} {done}.")
    return 0


def _again(arguments: argparse.Namespace) -> str:
    words = ["autograder", "take", *arguments.students, "--by", arguments.by]
    words += ["--part", arguments.part] if arguments.part else []
    words += ["--back"] if arguments.back else []
    if arguments.assignment != "classification":
        words += ["--assignment", arguments.assignment]
    return shlex.join([*words, "--replace"])
