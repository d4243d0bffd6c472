"""The marks of an assignment as CSV that no spreadsheet takes for a formula."""

import csv
import io
from collections.abc import Sequence

from autograder.gradebook.learners import Total

#: What a spreadsheet may take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: list[Total], most: float) -> str:
    """One line for each learner, for spreadsheets and other programs."""
    parts = list(dict.fromkeys(name for row in rows for name in row.parts))
    head = ["learner", "first_name", "last_name", "email", *parts, "late_days", "late_penalty"]
    lines: list[Sequence[object]] = [
        [*head, "score", "max_score", "handed_in", "needs_a_person"],
    ]
    lines += [
        [
            *(row.id, row.first_name, row.last_name, row.email),
            *(row.parts.get(name, 0.0) for name in parts),
            *(round(row.late_days, 2), row.penalty, row.score, most),
            *("yes" if each else "no" for each in (row.handed_in, row.waits)),
        ]
        for row in rows
    ]
    return "\ufeff" + _written(lines)


def as_canvas(rows: list[Total], most: float, assignment: str) -> str:
    """The form that Canvas's gradebook imports, by its guide "How do I import grades".

    A learner's number in Canvas is known where `autograder collect` has read it; else Canvas
    looks for the SIS login, which is the learner's id here.
    """
    lines: list[Sequence[object]] = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment],
        ["    Points Possible", "", "", "", "", most],
    ]
    lines += [
        [
            ", ".join(filter(None, (row.last_name, row.first_name))) or row.id,
            *(row.number, "", row.id, ""),
            row.score if row.handed_in else "",
        ]
        for row in rows
    ]
    return _written(lines)


def _written(lines: list[Sequence[object]]) -> str:
    target = io.StringIO()
    csv.writer(target).writerows([_safe(value) for value in line] for line in lines)
    return target.getvalue()


def _safe(value: object) -> object:
    """A value for a spreadsheet: numbers as short as they are exact, text that is no formula."""
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, str) and value.lstrip(" \n").startswith(_FORMULA):
        return "'" + value
    return value
