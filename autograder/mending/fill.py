"""Fills one slot of the clean notebook, and tells what had to be mended in it."""

import copy

from nbformat import NotebookNode

from autograder.checks.table import BLANK
from autograder.course.cell_text import (
    bound_names,
    code_lines,
    heading,
    is_blank,
    quoted,
    tidy,
    unfenced,
)
from autograder.course.setup_cell import START
from autograder.course.template import Slot
from autograder.submissions.cells import Cell, Note

#: Tags that change how a cell is run.
_TAGS = ("skip-execution", "raises-exception")
_ELSEWHERE = "# Answered in another cell."


def fill(slot: Slot, cell: Cell | None, elsewhere: bool) -> tuple[NotebookNode | None, list[Note]]:
    """The cell that stands in a slot, or None where nothing does; and what was mended.

    A solution's slot may be answered `elsewhere`, in another cell above.
    """
    if slot.node is None:  # a check that the course no longer has
        return None, []
    node = copy.deepcopy(slot.node)
    if slot.kind == "check":
        return node, _check_notes(slot, cell)
    if slot.kind == "solution":
        return node, _fill_answer(slot, node, cell, elsewhere)
    if cell is None:
        return node, [_missing(slot)]
    if slot.kind == "text":
        node.source = cell.source if cell.kind == "markdown" else slot.released
        return node, []
    notes = tag_notes(cell, slot.part)
    if cell.kind != "code":
        words = (
            f"The given cell {quoted(slot.released)} had become text; the released code was used."
        )
        return node, [*notes, Note("given_changed_type", "", words)]
    if START in slot.released and START not in code_lines(cell.source):
        words = "The setup cell no longer started the checks; the released one was used."
        return node, [*notes, Note("setup_changed", "", words)]
    node.source = cell.source
    if tidy(node.source) != tidy(slot.released):  # an illustration no more: it is the learner's
        node.metadata.pop("tags", None)
    return node, notes


def _check_notes(slot: Slot, cell: Cell | None) -> list[Note]:
    assert slot.node is not None
    what = "check" if slot.node.metadata.nbgrader.get("grade") else "locked"
    if cell is None:
        words = f"The {what} cell {slot.key} was missing or empty; it was put back."
        return [Note("check_missing", slot.part, words)]
    if tidy(cell.source) not in slot.known:
        words = f"The {what} cell {slot.key} had been changed; ours was used."
        return [Note("check_changed", slot.part, words)]
    return []


def _fill_answer(slot: Slot, node: NotebookNode, cell: Cell | None, elsewhere: bool) -> list[Note]:
    """Put an answer into a solution's node."""
    if cell is None or is_blank(cell.source, slot.released):
        if elsewhere:
            node.source = _without_blank(slot) if cell is not None else _ELSEWHERE
            words = f"{slot.key} was answered in another cell, which runs where it stood."
            return [Note("answered_elsewhere", slot.part, words)]
        if cell is None:
            words = f"The cell {slot.key} was missing or empty; it counts as blank."
            return [Note("solution_missing", slot.part, words)]
        if node.metadata.nbgrader.get("grade") and cell.kind == node.cell_type:
            node.source = cell.source  # a person reads it, be it comments or headings alone
        return []
    node.source = cell.source
    notes = tag_notes(cell, slot.part)
    if node.cell_type == "code" and cell.kind != "code":
        node.source = unfenced(cell.source)
        words = f"The answer to {slot.key} stood in a {cell.kind} cell; it ran as code."
        notes.append(Note("answer_changed_type", slot.part, words))
    return notes


def _without_blank(slot: Slot) -> str:
    """A solution cell that does nothing to an answer above it, and is not taken for a blank one."""
    if bound_names(slot.released) & slot.names:
        return _ELSEWHERE  # running the stub would replace the answer
    own = {BLANK, "pass", heading(slot.released)}
    kept = [line for line in slot.released.splitlines() if line.strip() not in own]
    return "\n".join([_ELSEWHERE, *kept])


def tag_notes(cell: Cell, part: str) -> list[Note]:
    """What to tell about tags that would have changed how a cell runs."""
    tags = [tag for tag in _TAGS if tag in cell.tags]
    if not tags or cell.kind != "code":
        return []
    words = f"{' and '.join(tags)}: taken off the cell {quoted(cell.source)}, which ran as usual."
    return [Note("tags", part, words)]


def _missing(slot: Slot) -> Note:
    if slot.kind == "text":
        return Note("text_missing", "", "A text cell was missing; it was put back.")
    words = f"The given cell {quoted(slot.released)} was missing or empty; it was put back."
    return Note("given_missing", "", words)
