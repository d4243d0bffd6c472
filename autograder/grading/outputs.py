"""Writes a verdict as the output of a check cell, as the learner's own check would show it.

nbgrader reads a mark from it: an error scores 0, any other output of ours scores in full.
"""

from __future__ import annotations

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.checks.display import FAILURES, VERDICT, facts_of, heading, rich
from autograder.checks.exercises import PART_OF
from autograder.checks.verdict import Verdict


def output_of(grade_id: str, verdict: Verdict) -> NotebookNode:
    """A cell's output for a verdict.

    Args:
        grade_id: the check cell's, or anything else for a cell that is none of ours.
        verdict: passing or not.
    """
    first = heading(grade_id, verdict) if grade_id in PART_OF else "Stopped"
    if verdict.passed:
        metadata = {VERDICT: facts_of(verdict)}
        return new_output("display_data", data=rich(first, verdict), metadata=metadata)
    failure = FAILURES[verdict.outcome](verdict, first)
    return new_output(
        "error",
        ename=type(failure).__name__,
        evalue=str(failure),
        traceback=failure.shown.splitlines(),
    )
