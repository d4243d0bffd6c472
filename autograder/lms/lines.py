"""Which line of an LMS's gradebook is whose: by the ids that the LMS has, and then by the name."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial

from autograder.gradebook.standing import Standing
from autograder.lms.sheet import Sheet
from autograder.lms.worksheet import plain

#: What no learner's id has here.
_NO_ID = re.compile(r"[^\w.@-]+")
_FIRST = ("firstname", "first name")
_LAST = ("lastname", "last name")
#: How to compare lines with learners: what each says of who it is.
_Way = tuple[Callable[[int], set[str]], Callable[[Standing], set[str]]]


def lines_of(
    sheet: Sheet, lines: Collection[int], keys: Mapping[str, int], rows: Collection[Standing]
) -> dict[str, int]:
    """Each learner's line, by the columns that say who somebody is, in their order.

    A line that two learners could have, and a learner who could have two lines, are left out.
    """
    found: dict[str, int] = {}
    taken: set[int] = set()
    for of_line, of_learner in _ways(sheet, keys):
        by: dict[str, set[int]] = {}
        for line in lines:
            for key in of_line(line) - {""}:
                by.setdefault(key, set()).add(line)
        claims: dict[int, list[str]] = {}
        for row in rows:
            theirs = set[int]().union(*(by.get(key, ()) for key in of_learner(row))) - taken
            if row.student not in found and len(theirs) == 1:
                claims.setdefault(theirs.pop(), []).append(row.student)
        found |= {who[0]: line for line, who in claims.items() if len(who) == 1}
        taken |= claims.keys()
    return found


def _ways(sheet: Sheet, keys: Mapping[str, int]) -> Iterator[_Way]:
    for name, column in keys.items():
        yield partial(_key, sheet, column), _number if name == "id" else _ids
    heads = {cell.strip().casefold(): n for n, cell in enumerate(sheet.rows[0])}
    if (whole := heads.get("student")) is not None and "id" in keys:
        # An id that was made of Canvas's file names, before its numbers were kept.
        yield (
            lambda line: {f"{plain(sheet.cell(line, whole))}-{sheet.cell(line, keys['id'])}"},
            lambda row: {row.student},
        )
    first, last = (next((heads[n] for n in names if n in heads), None) for names in (_FIRST, _LAST))
    yield partial(_names_in, sheet, whole, first, last), _names


def _key(sheet: Sheet, column: int, line: int) -> set[str]:
    value = sheet.cell(line, column).removeprefix("#").casefold()  # Brightspace's sign
    return {value, _NO_ID.sub("-", value).strip("-.")}


def _number(row: Standing) -> set[str]:
    return {row.number}


def _ids(row: Standing) -> set[str]:
    return {row.student.casefold(), row.email.casefold()}


def _names(row: Standing) -> set[str]:
    return _orders(row.first_name, row.last_name or row.student)


def _names_in(
    sheet: Sheet, whole: int | None, first: int | None, last: int | None, line: int
) -> set[str]:
    if whole is not None:
        family, _, given = sheet.cell(line, whole).partition(",")
        return _orders(given, family)
    return _orders(*("" if n is None else sheet.cell(line, n) for n in (first, last)))


def _orders(first: str, last: str) -> set[str]:
    return {plain(first + last), plain(last + first)}
