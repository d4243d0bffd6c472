"""Builds the notebook that is run: the course's own cells with the learner's answers in them.

A submission is data. Check cells and their points always come from `solutions/`; from the
submission come the answers, and any extra cell in its place. The submitted file is not changed.
"""

from __future__ import annotations

import copy

from nbformat import NotebookNode

from autograder.checks.exercises import PART_OF
from autograder.grading.course import cell_name

#: Cells that a learner added stand after the cell that they stood after.
_AT_THE_START = ""


def assemble(submission: NotebookNode, master: NotebookNode) -> tuple[NotebookNode, list[str]]:
    """Put a submission's answers into the course's notebook.

    Args:
        submission: the learner's notebook; untouched.
        master: the solved notebook of the same name; untouched.

    Returns:
        The notebook to run, without outputs, and a sentence for each thing that was mended.
    """
    names = {cell_name(cell) for cell in master.cells} - {None}
    given = {cell["id"] for cell in master.cells if "id" in cell}
    answers: dict[str, NotebookNode] = {}
    kept: dict[str, NotebookNode] = {}
    extra: dict[str, list[NotebookNode]] = {}
    mended: list[str] = []
    place = _AT_THE_START
    for cell in submission.cells:
        name = cell_name(cell)
        if name in names and name is not None:
            if name in answers:
                mended.append(f"The cell {name} stood there twice; the first one counts.")
                extra.setdefault(place, []).append(cell)
                continue
            answers[name] = cell
            place = name
        elif cell.get("id") in given:
            kept[cell["id"]] = cell
            place = cell["id"]
        else:
            extra.setdefault(place, []).append(cell)
    notebook = copy.deepcopy(master)
    notebook.cells = []
    _add(notebook, extra.get(_AT_THE_START, []))
    # A notebook whose ids were lost (old formats, Colab) brings its given cells as extra ones.
    has_ids = bool(kept)
    for cell in master.cells:
        name = cell_name(cell)
        if name in PART_OF:
            if name not in answers:
                mended.append(f"The check cell {name} was missing; it was put back.")
            elif not _same_check(answers[name].source, cell.source):
                mended.append(f"The check cell {name} had been changed; ours was used.")
            _add(notebook, [cell])
        elif name is not None:
            if name not in answers:
                mended.append(f"The solution cell {name} was missing; it counts as blank.")
            else:
                _add(notebook, [_answer(answers[name], cell)])
        elif cell.cell_type == "code" and has_ids and cell["id"] in kept:
            _add(notebook, [kept[cell["id"]]])
        elif has_ids or "autograder.checks.start()" in cell.source:
            _add(notebook, [cell])
        _add(notebook, extra.get(name or cell.get("id", ""), []))
    return notebook, mended


def _add(notebook: NotebookNode, cells: list[NotebookNode]) -> None:
    for cell in cells:
        new = copy.deepcopy(cell)
        # Tags such as skip-execution, and old outputs, have no say in how a cell is run.
        new.metadata = {key: new.metadata[key] for key in new.metadata if key == "nbgrader"}
        if cell_name(cell) is None:
            new.metadata = {}
        if new.cell_type == "code":
            new.outputs, new.execution_count = [], None
        taken = {other["id"] for other in notebook.cells}
        if new.get("id") in taken or "id" not in new:
            new["id"] = f"extra-{len(notebook.cells)}"
        notebook.cells.append(new)


def _answer(answer: NotebookNode, cell: NotebookNode) -> NotebookNode:
    new = copy.deepcopy(cell)
    new.source = answer.source
    return new


def _same_check(submitted: str, ours: str) -> bool:
    """True if the learner's copy of a check cell is the released or the solved form of ours."""
    return submitted.strip() in (ours.strip(), ours.split("### BEGIN HIDDEN TESTS")[0].strip())
