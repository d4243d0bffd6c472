"""Tells which slot of the released notebook each submitted cell answers, and how that was found.

In this order: nbgrader's `grade_id`, the cell's id, what the cell holds or defines, similarity.
Several cells may answer one slot; `choose` decides between them.
"""

from bisect import bisect
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.checks.table import PARTS
from autograder.course.cell_text import (
    bound_names,
    check_called,
    heading,
    is_blank,
    label,
    likeness,
    tidy,
    unfenced,
    words,
)
from autograder.course.template import Slot, Template
from autograder.submissions.cells import Cell


@dataclass(frozen=True)
class Match:
    """The slot that a cell answers, and how it was found: `grade_id`, `id`, `content`, `likeness`.

    `content` is a form, heading or check of the course, or the names that the cell binds.
    """

    slot: int
    how: str


def _able(number: int, cells: list[Cell], template: Template, found: dict[int, Match]) -> list[int]:
    """Cells that may be taken as the answer of a solution slot; none if it has one.

    They are extra ones. One between a blank and its checks is left where it is: it does its work
    there.
    """
    slots = template.slots
    own = [n for n, match in found.items() if match.slot == number]
    if not all(is_blank(cells[n].source, slots[number].released) for n in own):
        return []
    checks = [
        n
        for n, match in found.items()
        if slots[match.slot].kind == "check" and slots[match.slot].part == slots[number].key
    ]
    after = min(checks, default=-1) if own else -1
    return [
        n
        for n, cell in enumerate(cells)
        if n > after and n not in found and cell.kind == "code" and not cell.piece
    ]


#: Below this, a cell that has a given cell's id was written anew.
_WRITTEN_ANEW = 0.2


def match(cells: list[Cell], template: Template) -> dict[int, Match]:
    """Match cells, with one exercise's code in each, with slots; extra cells are missing.

    Returns:
        By the cell's place in `cells`.
    """
    found = dict(_by_name_or_content(cells, template))
    bound = {
        n: bound_names(cell.source)
        for n, cell in enumerate(cells)
        if n not in found and cell.kind == "code"
    }
    for number, slot in enumerate(template.slots):
        if slot.kind == "solution" and slot.names:
            able = [n for n in _able(number, cells, template, found) if slot.names & bound[n]]
            # Where an answer was cut in two, the half with more of it.
            best = max(able, key=lambda n: (len(slot.names & bound[n]), n), default=None)
            if best is not None and 2 * len(slot.names & bound[best]) >= len(slot.names):
                found[best] = Match(number, "content")
    _match_by_likeness(cells, template, found)
    return found


def _by_name_or_content(cells: list[Cell], template: Template) -> Iterator[tuple[int, Match]]:
    slots = template.slots
    keys = {slot.key: number for number, slot in enumerate(slots)}
    grade_ids, ids = Counter(cell.grade_id for cell in cells), Counter(cell.id for cell in cells)
    filled: set[int] = set()
    for number, cell in enumerate(cells):
        named = _named(cell, slots)
        by_grade, by_id = keys.get(cell.grade_id, -1), keys.get(cell.id, -1)
        match = None
        if cell.piece:
            # Part of another cell: it moves into a cell of its own only if that one is free.
            match = next((Match(n, "content") for n in sorted(named - filled)), None)
        elif by_grade >= 0 and (grade_ids[cell.grade_id] == 1 or named <= {by_grade}):
            match = Match(by_grade, "grade_id")
        elif by_id >= 0 and _fits_id(cell, slots[by_id], named, by_id, ids[cell.id]):
            match = Match(by_id, "id")
        elif named:
            match = Match(min(named - filled or named), "content")
        if match is not None:
            yield number, match
            slot = slots[match.slot]
            if slot.kind != "solution" or not is_blank(cell.source, slot.released):
                filled.add(match.slot)


def _named(cell: Cell, slots: tuple[Slot, ...]) -> set[int]:
    """The slots that a cell belongs to by a form, heading or check of the course in it."""
    source, number, called = unfenced(cell.source), "", ""
    if cell.kind == "code":
        source, number, called = cell.source, label(cell.source), check_called(cell.source)
    text, first = tidy(cell.source), heading(source)
    if not text:
        return set()
    return {
        n
        for n, slot in enumerate(slots)
        if text in slot.known
        or (first and first == slot.heading)
        or (number and number == slot.label)
        or (called and called == slot.key)
    }


def _fits_id(cell: Cell, slot: Slot, named: set[int], by_id: int, holders: int) -> bool:
    """Ids repeat and move to other cells; what the cell holds must not say otherwise."""
    if by_id in named:
        return True
    if named or holders > 1:
        return False
    if slot.kind in ("solution", "check"):
        return True
    return likeness(words(cell.source), slot.words) >= _WRITTEN_ANEW


#: Likeness from which a cell is taken for a changed copy of given text or code, of a cell that
#: changed its type, and of an answer; less is needed where it stands between the right neighbours.
_GIVEN, _CHANGED_TYPE, _ANSWER, _NEIGHBOURS = 0.6, 0.8, 0.4, 0.2


def _match_by_likeness(cells: list[Cell], template: Template, found: dict[int, Match]) -> None:
    """Match what is left, the most alike first."""
    pairs: list[tuple[float, int, int]] = []
    taken = {match.slot for match in found.values()}
    places = sorted(found)
    said = {n: words(cell.source) for n, cell in enumerate(cells) if n not in found}
    for number, slot in enumerate(template.slots):
        if slot.kind == "solution":
            able, needed = _able(number, cells, template, found), _ANSWER
        elif slot.kind in ("given", "text") and number not in taken:
            able, needed = [n for n in said if not cells[n].piece], _GIVEN
        else:
            continue
        mentions = PARTS[slot.key].names if slot.key in PARTS else ()
        for n in able:
            if mentions and said[n].isdisjoint(mentions):
                continue
            alike = likeness(said[n], slot.words)
            if slot.kind != "solution" and (cells[n].kind == "code") != (slot.kind == "given"):
                enough = alike >= _CHANGED_TYPE
            else:
                low, high = _neighbours(n, places, found)
                alike += _NEIGHBOURS * (low < number < high)
                enough = alike >= needed
            if enough:
                pairs.append((alike, -n, number))
    done: set[int] = set()
    for _, minus, number in sorted(pairs, reverse=True):
        if -minus not in found and number not in done:
            found[-minus] = Match(number, "likeness")
            done.add(number)


def _neighbours(n: int, places: list[int], found: dict[int, Match]) -> tuple[float, float]:
    """The slots of the nearest matched cells before and after a cell."""
    at = bisect(places, n)
    before = found[places[at - 1]].slot if at else -1
    return before, found[places[at]].slot if at < len(places) else float("inf")
