"""Decides between several cells that answer the same slot: copies, halves, blanks, old attempts."""

from dataclasses import dataclass, field

from autograder.course.cell_text import bound_names, check_called, heading, is_blank, label, tidy
from autograder.course.template import Slot, Template
from autograder.mending.match import Match
from autograder.submissions.cells import Cell, Note


@dataclass
class Choice:
    """What becomes of the submitted cells, by their places.

    Attributes:
        chosen: by slot, the cell that fills it.
        blanks: by slot, a blank that an answer elsewhere made needless.
        left_out: cells that do not run: copies, blanks, check cells, superseded attempts.
        mended: what to tell.
        flags: what a person should look at.
    """

    chosen: dict[int, int] = field(default_factory=dict)
    blanks: dict[int, int] = field(default_factory=dict)
    left_out: set[int] = field(default_factory=set)
    mended: list[Note] = field(default_factory=list)
    flags: list[Note] = field(default_factory=list)


def choose(cells: list[Cell], template: Template, found: dict[int, Match]) -> Choice:
    """Choose one cell for each slot that has any; what is neither chosen nor left out is extra."""
    groups: dict[int, dict[int, str]] = {}  # by slot, its cells and how each was found
    for n, match in sorted(found.items()):
        groups.setdefault(match.slot, {})[n] = match.how
    choice = Choice()
    for number, group in groups.items():
        slot = template.slots[number]
        if slot.kind == "solution":
            _choose_answer(cells, slot, number, group, choice)
            continue
        forms = [n for n in group if tidy(cells[n].source) in slot.known]
        chosen = (forms or list(group))[0]
        choice.chosen[number] = chosen
        same = {tidy(cells[chosen].source), *slot.known}
        for n in group:
            # A copy that was changed is extra; a changed check is none of the learner's code.
            if n != chosen and (tidy(cells[n].source) in same or check_called(cells[n].source)):
                choice.left_out.add(n)
        if copies := len(choice.left_out.intersection(group)):
            _tell_copies(choice, slot, copies)
    return choice


def _choose_answer(
    cells: list[Cell], slot: Slot, number: int, group: dict[int, str], choice: Choice
) -> None:
    filled = [n for n in group if not is_blank(cells[n].source, slot.released)]
    kind = slot.node.cell_type if slot.node is not None else "code"
    filled = [n for n in filled if cells[n].kind == kind] or filled
    if not filled:
        choice.chosen[number], *others = group
        choice.left_out.update(others)
        return
    attempts = _attempts(cells, slot, filled, group)
    last = max(attempts, key=lambda n: (cells[n].ran, n))
    text = tidy(cells[last].source)
    chosen = min(n for n in attempts if tidy(cells[n].source) == text)
    choice.chosen[number] = chosen
    same = [n for n in group if n != chosen and tidy(cells[n].source) == text]
    blank = [n for n in group if is_blank(cells[n].source, slot.released)]
    choice.left_out.update(same, blank)
    if blank:
        choice.blanks[number] = blank[0]
    if same:
        _tell_copies(choice, slot, len(same))
    others = [n for n in attempts if n != chosen and n not in same]
    if others:
        # One that stands further down would replace the answer that ran last.
        superseded = [n for n in others if n > chosen]
        choice.left_out.update(superseded)
        which = "the one that ran last" if cells[last].ran else "the last one"
        words = f"{slot.key} was answered {len(others) + 1} times; {which} counts."
        if superseded:
            words += f" {len(superseded)} below it did not run."
        choice.flags.append(Note("several_answers", slot.key, words))


def _attempts(cells: list[Cell], slot: Slot, filled: list[int], how: dict[int, str]) -> list[int]:
    """Those of the filled cells that are answers of their own, and not the rest of one cut in two.

    A whole answer bears the exercise's heading; where none does, it binds the exercise's names.
    """
    numbered = [n for n in filled if slot.label and label(cells[n].source) == slot.label]
    headed = [
        n
        for n in filled
        if (slot.heading and heading(cells[n].source) == slot.heading)
        or (n in numbered and how[n] in ("grade_id", "id"))
    ]
    if headed or numbered:
        return headed or numbered
    bound = {n: len(slot.names & bound_names(cells[n].source)) for n in filled}
    most = max(bound.values())
    if most:
        return [n for n in filled if bound[n] == most]
    return [max(filled, key=lambda n: len(cells[n].source))]


def _tell_copies(choice: Choice, slot: Slot, copies: int) -> None:
    times = "a second time" if copies == 1 else f"{copies + 1} times"
    what = slot.key if slot.kind in ("solution", "check") else f"The cell {slot.key}"
    words = f"{what} stood there {times}; one of them counts."
    choice.mended.append(Note("copies", slot.part, words))
