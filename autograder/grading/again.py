"""Runs a notebook, and again with other seeds where the learner's own run passed and ours did not.

Sound recipes stall in one initialisation out of ten; a learner who saw "Correct" should not lose
points to a throw of the dice. The best of three runs counts, and it is told.
"""

from __future__ import annotations

import copy
import secrets
from collections.abc import Callable, Collection
from typing import Any

from nbformat import NotebookNode
from traitlets.config import Config

from autograder.checks.exercises import PART_OF
from autograder.checks.verdict import CORRECT, OUTCOME_WORDS
from autograder.grading.asking import SECRET_BITS
from autograder.grading.execute import RUN, run_notebook
from autograder.grading.marks import Marks, read_marks
from autograder.grading.submission import Note

ATTEMPTS = 3
#: Parts whose outcome depends on random numbers; a wrong loss or formula stays wrong.
_BY_CHANCE = ("_model", "_outputs", "_train", "_plot")
#: Is given the secret, the number of the run that counts and each check's evidence.
Keep = Callable[[int, int, dict[str, str]], None]


def run_fairly(
    notebook: NotebookNode,
    name: str,
    claims: Collection[str],
    *,
    config: Config | None = None,
    secret: int | None = None,
    on_evidence: Keep | None = None,
    **options: Any,
) -> list[Note]:
    """Run a notebook up to three times; it is filled with the outputs of the best run.

    The same secret gives the same runs.

    Args:
        notebook: to run.
        name: which notebook of the course it is.
        claims: the checks that the submitted file shows as passed.
        config: as for `run_notebook`.
        secret: what all seeds of all runs come from; None for a new one.
        on_evidence: is given what the run that counts left.
        options: further ones of `run_notebook`.

    Returns:
        What to tell about it.

    Raises:
        CannotRun: as `run_notebook`.
    """
    secret = secrets.randbits(SECRET_BITS) if secret is None else secret
    fresh = copy.deepcopy(notebook)
    runs: list[tuple[NotebookNode, Marks, dict[str, str]]] = []
    for attempt in range(1, ATTEMPTS + 1):
        kept: dict[str, str] = {}
        run = notebook if attempt == 1 else copy.deepcopy(fresh)
        run_notebook(
            run, config=config, secret=secret, attempt=attempt, on_evidence=kept.update, **options
        )
        runs.append((run, read_marks(run, name), kept))
        if not _unlucky(run, runs[-1][1], claims):
            break
    best = max(range(len(runs)), key=lambda n: runs[n][1].score)
    if best:
        notebook.cells, notebook.metadata = runs[best][0].cells, runs[best][0].metadata
    if on_evidence is not None:
        on_evidence(secret, best + 1, runs[best][2])
    return _told(len(runs), best + 1, _unlucky(fresh, runs[0][1], claims))


def _unlucky(run: NotebookNode, marks: Marks, claims: Collection[str]) -> list[str]:
    """Checks that the file shows as passed and this run did not; none if it was stopped."""
    if run.metadata.get(RUN, {}).get("stopped"):
        return []
    return [
        cell.grade_id
        for cell in marks.cells
        if cell.grade_id in claims
        and cell.outcome != CORRECT
        and cell.grade_id in PART_OF
        and PART_OF[cell.grade_id].id.endswith(_BY_CHANCE)
    ]


def _told(count: int, best: int, checks: list[str]) -> list[Note]:
    if count == 1:
        return []
    words = (
        f"The file shows {' and '.join(checks)} as {OUTCOME_WORDS[CORRECT]}; our first run did not "
        f"find it so. It was run again from other seeds; run {best} of {count} counts."
    )
    return [Note("tried_again", PART_OF[checks[0]].id, words)]
