"""`autograder gradescope`: a package with which Gradescope grades each submission."""

import argparse
from pathlib import Path

from autograder.console import say

HELP = "write autograder.zip, with which Gradescope grades"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is graded there, and from where torch comes."""
    parser.add_argument("assignment", nargs="?", default="classification", metavar="ASSIGNMENT")
    parser.add_argument(
        "--notebook", nargs="+", default=[], metavar="NAME", help="only these notebooks of it"
    )
    parser.add_argument(
        "--torch-index", default="", metavar="URL",
        help="where pip finds torch without GPU libraries; pytorch.org names it",
    )  # fmt: skip
    parser.add_argument("--output", type=Path, default=Path("autograder.zip"), metavar="FILE")


def run(arguments: argparse.Namespace) -> int:
    """Write it, and say what to do with it."""
    from autograder.course.folders import around, course_folder
    from autograder.gradescope.package import write_package
    from autograder.kernels.settings import load_config

    course = around(Path.cwd()) or course_folder()
    names = write_package(
        arguments.output, course, arguments.assignment, load_config(Path.cwd()),
        names=arguments.notebook, torch_index=arguments.torch_index,
    )  # fmt: skip
    size = arguments.output.stat().st_size / 1e6
    say(f"{arguments.output}: grades {', '.join(names)}; {size:.1f} MB, no solutions in it.")
    if not arguments.torch_index:
        say("Without --torch-index Gradescope installs torch with some GB of GPU libraries.")
    say("Upload it under Configure Autograder, with 1 CPU, 1.5 GB of memory and 40 minutes.")
    return 0
