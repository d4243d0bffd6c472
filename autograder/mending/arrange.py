"""Puts slots and extra cells in the order in which they run, and tells which code that moved."""

from bisect import bisect_left
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from autograder.course.cell_text import check_called, code_lines
from autograder.course.template import Slot, Template
from autograder.mending.choose import Choice
from autograder.submissions.cells import Cell

_START = -1


@dataclass(frozen=True)
class Place:
    """One cell of the clean notebook: a slot, the submitted cell in it, or both."""

    slot: int | None
    cell: int | None


def arrange(cells: list[Cell], template: Template, choice: Choice) -> list[Place]:
    """The released order, with each extra cell after the cell after which it stood.

    A piece of a merged cell fills its own slot only if it passes no other code by that; else it is
    taken out of `choice`, and runs where it stood.
    """
    places = _arrange(cells, template, choice)
    order = code_order(places, cells, template)
    where = {n: index for index, n in enumerate(order)}
    for number, n in list(choice.chosen.items()):
        if not cells[n].piece or n not in where:
            continue
        before, after = order[: where[n]], order[where[n] + 1 :]
        if max(before, default=-1) > n or min(after, default=n) < n:
            del choice.chosen[number]
            if number in choice.blanks:
                choice.chosen[number] = choice.blanks[number]
    return _arrange(cells, template, choice)


def _arrange(cells: list[Cell], template: Template, choice: Choice) -> list[Place]:
    slots = template.slots
    slot_of = {n: number for number, n in choice.chosen.items()}
    answers = {slot.key: number for number, slot in enumerate(slots) if slot.kind == "solution"}
    above: dict[int, list[Place]] = {}
    below: dict[int, list[Place]] = {}
    place = _START
    for n, cell in enumerate(cells):
        if n in slot_of:
            place = slot_of[n]
            if slots[place].kind == "check" and _holds_own_code(cell, slots[place]):
                above.setdefault(place, []).append(Place(None, n))
            continue
        if n in choice.left_out or not cell.source.strip():
            continue
        answer = answers.get(slots[place].part, _START) if place != _START else _START
        # What stood above an answer stays above it, also where its checks were further up.
        side = above if choice.chosen.get(answer, -1) > n else below
        side.setdefault(answer if side is above else place, []).append(Place(None, n))
    places = below.get(_START, [])
    for number in range(len(slots)):
        places += above.get(number, [])
        places.append(Place(number, choice.chosen.get(number)))
        places += below.get(number, [])
    return places


def _holds_own_code(cell: Cell, slot: Slot) -> bool:
    """True if a learner wrote something else over a check.

    Our checks are one call. Another course's are code, of which a changed form is no answer.
    """
    if not check_called(slot.released):
        return False
    return cell.kind == "code" and bool(code_lines(cell.source)) and not check_called(cell.source)


def code_order(places: list[Place], cells: list[Cell], template: Template) -> list[int]:
    """The submitted cells whose code runs, in the order in which it does."""
    slots = template.slots
    return [
        place.cell
        for place in places
        if place.cell is not None
        and (
            slots[place.slot].kind in ("solution", "given")
            if place.slot is not None
            else cells[place.cell].kind == "code"
        )
    ]


def moved(order: list[int]) -> list[int]:
    """The fewest cells that were moved: all but a longest rising sequence."""
    # By length, the rising sequence with the smallest end: its end, and the sequence before that.
    rising: list[Any] = []
    for n in order:
        length = bisect_left(rising, n, key=itemgetter(0))
        rising[length : length + 1] = [(n, rising[length - 1] if length else None)]
    kept: set[int] = set()
    sequence = rising[-1] if rising else None
    while sequence is not None:
        end, sequence = sequence
        kept.add(end)
    return [n for n in order if n not in kept]
