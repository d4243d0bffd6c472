"""`autograder release`: `solutions/` to `notebooks/`, or to notebooks that stand alone."""

import argparse
from pathlib import Path

from autograder.console import complain, say

HELP = "write notebooks/ from solutions/"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to write, where to, and which address learners get."""
    parser.add_argument(
        "--no-proof",
        action="store_true",
        help="do not run the solutions and the untouched notebooks first",
    )
    parser.add_argument("--repository", metavar="URL", help="what learners install from")
    parser.add_argument("--revision", metavar="REV", help="a branch, tag or commit; default: main")
    parser.add_argument(
        "--standalone",
        action="store_true",
        help="notebooks that carry all they need, to be sent by mail or an LMS",
    )
    parser.add_argument(
        "--output", type=Path, metavar="FOLDER", help="where those go; default: build/standalone"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the notebooks, and name them; 1 if the release is not sound."""
    if arguments.output is not None and not arguments.standalone:
        complain("--output goes with --standalone; notebooks/ has its own place")
        return 2
    from autograder.course.address import address_of
    from autograder.course.folders import clone_folder
    from autograder.kernels.settings import load_config
    from autograder.release.release import release, release_standalone
    from autograder.release.stamp import Stamp

    course = clone_folder()
    told = Stamp(config=load_config(course)).address()
    address = address_of(
        told.repository if arguments.repository is None else arguments.repository,
        told.revision if arguments.revision is None else arguments.revision,
    )
    proof = not arguments.no_proof
    if arguments.standalone:
        folder = arguments.output
        written = release_standalone(course, folder, address=address, proof=proof, say=say)
    else:
        written = release(course, address=address, proof=proof, say=say)
    for path in written:
        say(f"released {path}")
    return 0
