"""The marks of an assignment as CSV that no spreadsheet takes for a formula."""

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping

from autograder.gradebook.late_days import LateDays
from autograder.gradebook.standing import Standing

#: What begins a formula, in the wide form of East Asian programs too.
_SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NUMBER = re.compile(r"[+-]?[\d.,]+")
#: Where a program may begin another cell: it need not have the comma for a separator.
_SEPARATORS = re.compile(r"([;\t\r\n])")
_CALLS = re.compile(r"[(|!;\t\r\n]")
_DAY = 24 * 60 * 60


def as_csv(rows: list[Standing]) -> str:
    """One line for each learner, for spreadsheets and other programs; days late have begun."""
    parts = list(dict.fromkeys(name for row in rows for name in row.parts))
    head = ["learner", "first_name", "last_name", "email", *parts, "late_days", "late_penalty"]
    lines: list[list[object]] = [
        [*head, "score", "max_score", "handed_in", "needs_a_person"],
    ]
    lines += [
        [
            *(row.student, row.first_name, row.last_name, row.email),
            *(row.parts.get(name, 0.0) for name in parts),
            *(math.ceil(row.late / _DAY), row.lost, row.score, row.most),
            *("yes" if each else "no" for each in (row.handed_in, row.waits)),
        ]
        for row in rows
    ]
    return "\ufeff" + _written(map(safe_cell, line) for line in lines)


def as_overview(
    standings: Mapping[str, Mapping[str, Standing]], late: Mapping[str, LateDays]
) -> str:
    """One line for each learner with all assignments of the course, whose marks these are.

    Each assignment has a column for what counts, empty where nothing was handed in, and one for
    what can be earned. Then come the late days, what is left of their bank, and the sum.
    """
    columns = [column for name in standings for column in (name, f"{name}_max")]
    head = ["learner", "first_name", "last_name", "email", *columns, "late_days"]
    lines: list[list[object]] = [
        [*head, "late_days_left", "score", "max_score", "needs_a_person"],
    ]
    for student in sorted({student for each in standings.values() for student in each}):
        rows = [each.get(student, Standing(student)) for each in standings.values()]
        most = [max(row.most for row in each.values()) for each in standings.values()]
        days, left = late.get(student, (0.0, None))
        who = next((row for row in rows if row.first_name or row.last_name or row.email), rows[0])
        marks = [row.score if row.handed_in or row.score else "" for row in rows]
        lines.append(
            [
                *(student, who.first_name, who.last_name, who.email),
                *(value for pair in zip(marks, most, strict=True) for value in pair),
                *(days, "" if left is None else left, sum(row.score for row in rows), sum(most)),
                "yes" if any(row.waits for row in rows) else "no",
            ]
        )
    return "\ufeff" + _written(map(safe_cell, line) for line in lines)


def as_canvas(rows: list[Standing], title: str) -> str:
    """The form that Canvas's gradebook imports, by its guide "How do I import grades".

    A learner's number in Canvas is known where `autograder collect` has read it; else Canvas
    looks for the SIS login, which is the learner's id here.
    """
    lines: list[list[object]] = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title],
        ["    Points Possible", "", "", "", "", max(row.most for row in rows)],
    ]
    lines += [
        [
            safe_cell(", ".join(filter(None, (row.last_name, row.first_name))) or row.student),
            *(_key(row.number), "", _key(row.student), ""),
            row.score if row.handed_in else "",
        ]
        for row in rows
    ]
    return _written(lines)


def as_blackboard(rows: list[Standing], head: str, most: float | None) -> str:
    """The form that Blackboard's grade center takes; `most` are its own points, if known."""
    lines: list[list[object]] = [["Last Name", "First Name", "Username", head]]
    lines += [
        [*map(safe_cell, (row.last_name, row.first_name)), _key(row.student), _points(row, most)]
        for row in rows
    ]
    return "\ufeff" + _written(lines)


def as_brightspace(rows: list[Standing], head: str, most: float | None) -> str:
    """The form that Brightspace's grades import; `most` are its own points, if known."""
    lines: list[list[object]] = [["Username", head, "End-of-Line Indicator"]]
    lines += [[_key(row.student), _points(row, most), "#"] for row in rows]
    return _written(lines)


def _points(row: Standing, most: float | None) -> object:
    if not row.handed_in:
        return ""
    return row.score if most is None else round(row.score / (row.most or 1) * most, 2)


def _written(lines: Iterable[Iterable[object]]) -> str:
    """Lines as CSV, numbers as short as they are exact."""
    target = io.StringIO()
    csv.writer(target).writerows(
        [f"{value:.10g}" if isinstance(value, float) else value for value in line] for line in lines
    )
    return target.getvalue()


def safe_cell(value: object) -> object:
    """A value of which no spreadsheet makes a formula, in whatever country and at whatever place.

    Numbers, and signs alone such as `-` or `=)`, are as they were.
    """
    if not isinstance(value, str):
        return value
    pieces = _SEPARATORS.split(value)
    return "".join(f"'{each}" if _is_formula(each) else each for each in pieces)


def _is_formula(text: str) -> bool:
    plain = "".join(filter(str.isprintable, text)).strip(' "')
    begins = plain.startswith(_SIGNS) and re.search(r"\w", plain)
    return bool(begins) and not _NUMBER.fullmatch(plain)


def _key(value: str) -> object:
    """What a learner is found by, as it is; unless it calls something, which no LMS's own does."""
    return safe_cell(value) if _CALLS.search(value) else value
