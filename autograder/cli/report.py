"""`autograder report` on the command line: writes the pages and says where they are."""

from __future__ import annotations

import sys

from rich.console import Console

from autograder.gradebook.errors import CannotGrade
from autograder.report.write import write_report


def run_report(assignment: str, *, names: bool = True) -> int:
    """Write a page for each learner and one for the class; nothing is run.

    Args:
        assignment: such as `classification`.
        names: show names on the page for the class.

    Returns:
        0, or 2 if nothing has been graded.

    Raises:
        FileNotFoundError: there is no course here.
    """
    console = Console()
    try:
        index = write_report(console, assignment, names=names)
    except CannotGrade as error:
        print(error, file=sys.stderr)
        return 2
    for words in (f"The class: {index}", f"Feedback for each learner: {index.parent / 'learners'}"):
        console.print(words, markup=False, highlight=False, soft_wrap=True)
    return 0
