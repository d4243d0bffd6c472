"""`autograder explain`: why a learner got these points."""

import argparse

from autograder.console import say

HELP = "say what a learner's marks rest on"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose marks, in what, and for whom to read."""
    parser.add_argument("student", metavar="STUDENT")
    parser.add_argument(
        "part", metavar="PART", nargs="?", default="", help="such as moons_train; default: all"
    )
    parser.add_argument("--assignment", default="classification")
    parser.add_argument("--for-learner", action="store_true", help="nothing that must stay hidden")


def run(arguments: argparse.Namespace) -> int:
    """Print what is known about a learner's marks, in one part or in all."""
    from autograder.classroom.course import open_course
    from autograder.classroom.explain import explain

    course = open_course(arguments.assignment, to_read=True)
    course.settle()
    lines = explain(course, arguments.student, arguments.part, for_learner=arguments.for_learner)
    say("\n".join(lines))
    for text in course.told():
        say(f"For a person: {text}")
    return 1 if course.faults else 0
