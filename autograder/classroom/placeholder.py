"""Stands in for a submitted notebook that could not be graded.

nbgrader shows, and lets a person mark, only what lies in the autograded folder. So there goes the
untouched notebook, and each of its checks says why there is no mark.
"""

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.utils import is_grade

from autograder.checks.words.display import FAILURES
from autograder.checks.words.verdict import RAISED, Verdict
from autograder.course.template import Template
from autograder.mending.mend import mend
from autograder.submissions.cells import SubmittedCells

_HEADING = "This file could not be graded"


def placeholder(template: Template, code: str, message: str) -> NotebookNode:
    """An untouched notebook of the course whose checks hold the reason, as an error.

    Args:
        template: of the notebook.
        code: of the reason, for programs.
        message: for the learner.
    """
    notebook = mend(SubmittedCells([]), template).notebook
    failure = FAILURES[RAISED](Verdict(RAISED, code, message), _HEADING)
    for cell in filter(is_grade, notebook.cells):
        if cell.cell_type != "code":  # an answer in words: a person marks it anyhow
            continue
        output = new_output(
            "error",
            ename=type(failure).__name__,
            evalue=str(failure),
            traceback=failure.shown.splitlines(),
        )
        cell.outputs, cell.execution_count = [output], None
    return notebook
