"""Which slots still want an answer, and which submitted cells may give it."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.grading.submission import Cell
from autograder.grading.template import Template
from autograder.grading.wording import is_blank


@dataclass(frozen=True)
class Match:
    """The slot that a cell answers, and how it was found: `grade_id`, `id`, `content`, `likeness`.

    `content` is a form, heading or check of the course, or the names that the cell binds.
    """

    slot: int
    how: str


def is_wanted(number: int, cells: list[Cell], template: Template, found: dict[int, Match]) -> bool:
    """True if no cell so far gives an answer for a solution slot."""
    blank = template.slots[number].released
    own = [n for n, match in found.items() if match.slot == number]
    return all(is_blank(cells[n].source, blank) for n in own)


def free(number: int, cells: list[Cell], template: Template, found: dict[int, Match]) -> list[int]:
    """Cells that may be taken as a slot's answer: extra ones that would run too late, or all.

    An extra cell between a blank and its checks is left where it is: it does its work there.
    """
    slots = template.slots
    blanks = [n for n, match in found.items() if match.slot == number]
    checks = [
        n
        for n, match in found.items()
        if slots[match.slot].kind == "check" and slots[match.slot].part == slots[number].key
    ]
    after = min(checks, default=-1) if blanks else -1
    return [
        n
        for n, cell in enumerate(cells)
        if n > after and n not in found and cell.kind == "code" and not cell.piece
    ]
