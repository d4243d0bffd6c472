"""Compares what a learner's own run said with our verdict: a saved pass that we find not passed.

A difference is no proof of anything: a cell may have been run before the code above it was
changed. So it costs nothing, and a person looks.
"""

from __future__ import annotations

import re

from autograder.checks.exercises import PART_OF
from autograder.checks.verdict import CORRECT, OUTCOME_WORDS
from autograder.grading.marks import CellMark
from autograder.grading.submission import Cell, Note

_ASKS = re.compile(r"\bcheck\(\s*[\"'](check_\w+)[\"']")


def claimed(cells: list[Cell]) -> frozenset[str]:
    """The checks that a submission's saved outputs show as passed."""
    return frozenset(_check_of(cell) for cell in cells if cell.claims_pass)


def differences(claims: frozenset[str], marks: list[CellMark]) -> list[Note]:
    """A flag for each check that the submitted file says has passed, and that did not.

    Args:
        claims: see `claimed`.
        marks: of our run.
    """
    return [
        Note(
            "claim_differs",
            mark.part,
            f"The file shows {mark.grade_id} as {OUTCOME_WORDS[CORRECT]}; "
            f"our own run found: {OUTCOME_WORDS[mark.outcome]}.",
        )
        for mark in marks
        if mark.grade_id in claims and mark.outcome != CORRECT
    ]


def _check_of(cell: Cell) -> str:
    """Which check a cell holds, by its mark or by what it calls; "" if none."""
    if cell.grade_id in PART_OF:
        return cell.grade_id
    found = _ASKS.search(cell.source)
    return found.group(1) if found else ""
