"""Builds the notebook that is run: the released cells with the learner's answers in them.

A submission is data. Check cells and points come from `solutions/`; from the submission come the
answers, changed given cells, and extra cells, which run in their place.
"""

import copy
from dataclasses import dataclass

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from autograder.course.cell_text import bound_names, is_blank, label, quoted, tidy
from autograder.course.template import Slot, Template
from autograder.mending.arrange import Place, arrange, code_order, moved
from autograder.mending.choose import Choice, choose
from autograder.mending.fill import fill, tag_notes
from autograder.mending.match import Match, match
from autograder.mending.recut import recut
from autograder.submissions.cells import Cell, Note, SubmittedCells, shortened

_NEW = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}
#: Mends that may have changed what the code does: a person should compare.
_FLAGGED = {"answer_changed_type"}


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
    runs = [f"\n{tidy(cells[n].source)}\n" for n in code_order(places, cells, template)]
    for place in places:
        cell = cells[place.cell] if place.cell is not None else None
        if place.slot is not None:
            slot = template.slots[place.slot]
            text = f"\n{tidy(slot.released)}\n"
            if cell is None and slot.kind == "given" and any(text in other for other in runs):
                words = f"The given cell {quoted(slot.released)} was part of another; it ran there."
                notes.append(Note("given_merged", "", words))
                continue
            elsewhere = _answered(slot, bound, labels)
            node, said = fill(slot, cell, elsewhere)
        else:
            assert cell is not None  # a place holds a slot, a cell, or both
            node = _NEW[cell.kind](cell.source, id=f"extra-{place.cell}")
            said = [] if place.cell in in_slots else tag_notes(cell, "")
        notes += said
        if node is None:
            continue
        nodes.append(node)
        if cell is not None and node.cell_type == "code" and not _is_stub(place, cell, template):
            bound |= bound_names(node.source)
            labels.add(label(node.source))
    return nodes, notes


def _answered(slot: Slot, bound: set[str], labels: set[str]) -> bool:
    """True if the learner's cells so far hold a solution slot's answer."""
    return slot.label in labels - {""} or (bool(slot.names) and slot.names <= bound)


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
    if not unmarked:
        return [], doubtful
    words = f"Cells without nbgrader's marks were found by what they hold: {', '.join(unmarked)}."
    return [Note("marks_missing", "", words)], doubtful


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
