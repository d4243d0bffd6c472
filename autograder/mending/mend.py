"""Builds the notebook that is run: the released cells with the learner's answers in them.

A submission is data. Check cells and points come from `solutions/`; from the submission come the
answers, changed given cells, and extra cells, which run in their place.
"""

import copy
from dataclasses import dataclass

from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from autograder.checks.table import BLANK
from autograder.course.cell_text import (
    bound_names,
    code_lines,
    heading,
    is_blank,
    label,
    quoted,
    tidy,
    unfenced,
)
from autograder.course.setup_cell import START
from autograder.course.template import Slot, Template
from autograder.mending.arrange import Place, arrange, code_order, moved
from autograder.mending.choose import Choice, choose
from autograder.mending.match import Match, match
from autograder.mending.recut import recut
from autograder.submissions.cells import Cell, Note, SubmittedCells, shortened

_NEW = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}
#: Mends that may have changed what the code does: a person should compare.
_FLAGGED = {"answer_changed_type"}
#: Tags that change how a cell is run.
_TAGS = ("skip-execution", "raises-exception")
#: Where a code cell's metadata keep the released form of a given cell that the learner has changed,
#: and given code that has become part of another cell: both run once the cell has failed.
RELEASED, MERGED = "moons_and_spirals_released", "moons_and_spirals_merged"
#: Stands in a solution cell whose answer is in another one.
ELSEWHERE = "# Answered in another cell."


@dataclass
class Mended:
    """The notebook to run, what was mended, and what a person should look at.

    `claims` are the checks that the file itself shows as passed; see `review_flags.claimed`.
    """

    notebook: NotebookNode
    mended: list[Note]
    flags: list[Note]
    claims: frozenset[str] = frozenset()


def mend(submitted: SubmittedCells, template: Template) -> Mended:
    """Put a submission's answers into the notebook that the learner was given; changes neither."""
    cells, mended, flags = recut(submitted.cells, template)
    found = match(cells, template)
    choice = choose(cells, template, found)
    places = arrange(cells, template, choice)
    nodes, notes = _filled(places, cells, template)
    told, doubtful = _how_found(found, choice, template)
    mended = [*submitted.mended, *mended, *told, *choice.mended, *notes]
    flags += [note for note in mended if note.code in _FLAGGED]
    flags += [*doubtful, *choice.flags, *_moves(places, cells, template)]
    notebook = new_notebook(cells=nodes, metadata=copy.deepcopy(template.metadata))
    return Mended(notebook, shortened(mended), flags)


def _filled(
    places: list[Place], cells: list[Cell], template: Template
) -> tuple[list[NotebookNode], list[Note]]:
    nodes: list[NotebookNode] = []
    notes: list[Note] = []
    bound: set[str] = set()
    labels: set[str] = set()
    in_slots = {place.cell for place in places if place.slot is not None}
    runs = {n: f"\n{tidy(cells[n].source)}\n" for n in code_order(places, cells, template)}
    nodes_of: dict[int | None, NotebookNode] = {}
    merged: dict[int, list[str]] = {}  # by cell, the given code that has become part of it
    for place in places:
        cell = cells[place.cell] if place.cell is not None else None
        if place.slot is not None:
            slot = template.slots[place.slot]
            text = f"\n{tidy(slot.released)}\n"
            host = next((n for n, other in runs.items() if text in other), None)
            if cell is None and slot.kind == "given" and host is not None:
                merged.setdefault(host, []).append(slot.released)
                words = f"The given cell {quoted(slot.released)} was part of another; it ran there."
                notes.append(Note("given_merged", "", words))
                continue
            # True if the learner's cells so far hold a solution slot's answer.
            elsewhere = slot.label in labels - {""} or (bool(slot.names) and slot.names <= bound)
            node, said = _fill(slot, cell, elsewhere)
        else:
            assert cell is not None  # a place holds a slot, a cell, or both
            node = _NEW[cell.kind](cell.source, id=f"extra-{place.cell}")
            said = [] if place.cell in in_slots else _tag_notes(cell, "")
        notes += said
        if node is None:
            continue
        nodes.append(node)
        nodes_of[place.cell] = node
        if cell is not None and cell.attachments and node.source == cell.source:
            node.attachments = from_dict(cell.attachments)
        if cell is not None and node.cell_type == "code" and not _is_stub(place, cell, template):
            bound |= bound_names(node.source)
            labels.add(label(node.source))
    for host, code in merged.items():
        nodes_of[host].metadata[MERGED] = "\n\n".join(code)
    return nodes, notes


def _fill(slot: Slot, cell: Cell | None, elsewhere: bool) -> tuple[NotebookNode | None, list[Note]]:
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
    if cell is None and slot.kind == "text":
        return node, [Note("text_missing", "", "A text cell was missing; it was put back.")]
    if cell is None:
        words = f"The given cell {quoted(slot.released)} was missing or empty; it was put back."
        return node, [Note("given_missing", "", words)]
    if slot.kind == "text":
        node.source = cell.source if cell.kind == "markdown" else slot.released
        return node, []
    notes = _tag_notes(cell, slot.part)
    if cell.kind != "code":
        words = (
            f"The given cell {quoted(slot.released)} had become text; the released code was used."
        )
        return node, [*notes, Note("given_changed_type", "", words)]
    if START in slot.released and START not in code_lines(cell.source):
        words = "The setup cell no longer started the checks; the released one was used."
        return node, [*notes, Note("setup_changed", "", words)]
    node.source = cell.source
    if tidy(node.source) != tidy(slot.released):
        illustration = node.metadata.pop("tags", None)  # no more: it is the learner's
        node.metadata |= {} if illustration else {RELEASED: slot.released}
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
            node.source = _without_blank(slot) if cell is not None else ELSEWHERE
            words = f"{slot.key} was answered in another cell, which runs where it stood."
            return [Note("answered_elsewhere", slot.part, words)]
        if cell is None:
            words = f"The cell {slot.key} was missing or empty; it counts as blank."
            return [Note("solution_missing", slot.part, words)]
        if node.metadata.nbgrader.get("grade") and cell.kind == node.cell_type:
            node.source = cell.source  # a person reads it, be it comments or headings alone
        return []
    node.source = cell.source
    notes = _tag_notes(cell, slot.part)
    if node.cell_type == "code" and cell.kind != "code":
        node.source = unfenced(cell.source)
        words = f"The answer to {slot.key} stood in a {cell.kind} cell; it ran as code."
        notes.append(Note("answer_changed_type", slot.part, words))
    return notes


def _without_blank(slot: Slot) -> str:
    """A solution cell that does nothing to an answer above it, and is not taken for a blank one."""
    if bound_names(slot.released) & slot.names:
        return ELSEWHERE  # running the stub would replace the answer
    own = {BLANK, "pass", heading(slot.released)}
    kept = [line for line in slot.released.splitlines() if line.strip() not in own]
    return "\n".join([ELSEWHERE, *kept])


def _tag_notes(cell: Cell, part: str) -> list[Note]:
    """What to tell about tags that would have changed how a cell runs."""
    tags = [tag for tag in _TAGS if tag in cell.tags]
    if not tags or cell.kind != "code":
        return []
    words = f"{' and '.join(tags)}: taken off the cell {quoted(cell.source)}, which ran as usual."
    return [Note("tags", part, words)]


def _is_stub(place: Place, cell: Cell, template: Template) -> bool:
    """True if a cell holds a check or a blank, wherever it stands: nothing of the learner's."""
    if place.slot is not None and template.slots[place.slot].kind == "check":
        return True
    return any(
        slot.kind == "solution" and is_blank(cell.source, slot.released) for slot in template.slots
    )


def _how_found(
    found: dict[int, Match], choice: Choice, template: Template
) -> tuple[list[Note], list[Note]]:
    """What to tell about answers that nbgrader's own names no longer marked."""
    how = {
        slot.key: found[choice.chosen[number]].how
        for number, slot in enumerate(template.slots)
        if slot.kind == "solution" and number in choice.chosen
    }
    unmarked = [key for key, way in how.items() if way != "grade_id"]
    doubtful = [
        Note("found_by_likeness", key, f"{key} was recognised only because it looks like one.")
        for key, way in how.items()
        if way == "likeness"
    ]
    words = f"Cells without nbgrader's marks were found by what they hold: {', '.join(unmarked)}."
    return [Note("marks_missing", "", words)] if unmarked else [], doubtful


def _moves(places: list[Place], cells: list[Cell], template: Template) -> list[Note]:
    """One flag for each answer that runs in another order than it stood in, one for other cells."""
    parts = {p.cell: template.slots[p.slot].part for p in places if p.slot is not None}
    notes = []
    others = []
    for n in moved(code_order(places, cells, template)):
        if part := parts.get(n, ""):
            words = f"The code of {part} runs in another order than in the submitted file."
            notes.append(Note("moved_code", part, words))
        else:
            others.append(quoted(cells[n].source))
    if others:
        words = f"Cells run in another order than in the submitted file: {', '.join(others[:5])}."
        notes.append(Note("moved_code", "", words))
    return notes
