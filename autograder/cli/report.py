"""`autograder report`: pages for the learners and for the class."""

import argparse

from autograder.console import say

HELP = "write feedback pages and the class report"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """For which assignment, and with whose names."""
    parser.add_argument("assignment", nargs="?", default="classification", metavar="ASSIGNMENT")
    parser.add_argument("--no-names", action="store_true", help="leave names out of the class page")


def run(arguments: argparse.Namespace) -> int:
    """Write a page for each learner and one for the class, and say where; nothing is run."""
    from autograder.classroom.course import open_course
    from autograder.classroom.moving import at_work
    from autograder.report.write import TO_DECIDE, write_report

    course = open_course(arguments.assignment, to_read=True)
    with at_work(course.folder / course.kept):
        index = write_report(course, names=not arguments.no_names)
    say(f"The class: {index}")
    say(f"What waits for a person: {index.parent / TO_DECIDE}")
    say(f"Feedback for each learner: {index.parent / 'learners'}")
    for text in course.told():
        say(f"For a person: {text}")
    return 1 if course.faults else 0
