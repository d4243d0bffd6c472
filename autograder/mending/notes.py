"""Says what was mended, and which mends a person should look at."""

from __future__ import annotations

from autograder.course.cell_text import quoted
from autograder.course.template import Template
from autograder.mending.arrange import Place, code_order, moved
from autograder.mending.choose import Choice
from autograder.mending.match import Match
from autograder.submissions.cells import Cell, Note


def how_found(
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


def moves(places: list[Place], cells: list[Cell], template: Template) -> list[Note]:
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
