"""Matches cells that nothing names any more with the slots that they look like."""

from __future__ import annotations

from autograder.checks.exercises import PARTS
from autograder.grading.candidates import Match, free, is_wanted
from autograder.grading.submission import Cell
from autograder.grading.template import Template
from autograder.grading.wording import likeness, words

#: Likeness from which a cell is taken for a changed copy of given text or code, of a cell that
#: changed its type, and of an answer; less is needed where it stands between the right neighbours.
_GIVEN, _CHANGED_TYPE, _ANSWER, _NEIGHBOURS = 0.6, 0.8, 0.4, 0.2


def match_by_likeness(cells: list[Cell], template: Template, found: dict[int, Match]) -> None:
    """Match what is left, the most alike first."""
    pairs: list[tuple[float, int, int]] = []
    taken = {match.slot for match in found.values()}
    between = _neighbours(cells, found)
    said = {n: words(cell.source) for n, cell in enumerate(cells) if n not in found}
    for number, slot in enumerate(template.slots):
        if slot.kind == "solution" and is_wanted(number, cells, template, found):
            able, needed = free(number, cells, template, found), _ANSWER
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
                low, high = between[n]
                alike += _NEIGHBOURS * (low < number < high)
                enough = alike >= needed
            if enough:
                pairs.append((alike, -n, number))
    done: set[int] = set()
    for _, minus, number in sorted(pairs, reverse=True):
        if -minus not in found and number not in done:
            found[-minus] = Match(number, "likeness")
            done.add(number)


def _neighbours(cells: list[Cell], found: dict[int, Match]) -> list[tuple[float, float]]:
    """For each cell, the slots of the nearest matched cells before and after it."""
    before: list[float] = []
    last = -1.0
    for n in range(len(cells)):
        before.append(last)
        last = found[n].slot if n in found else last
    after: list[float] = []
    last = float("inf")
    for n in reversed(range(len(cells))):
        after.append(last)
        last = found[n].slot if n in found else last
    return list(zip(before, reversed(after), strict=True))
