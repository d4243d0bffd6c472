"""The marks of an assignment as rows, and as CSV that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from nbgrader.api import Gradebook, MissingEntry

from autograder.checks.exercises import PART_OF

#: What a spreadsheet may take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass
class Row:
    """One learner's marks.

    Attributes:
        number: the LMS's own for the learner; "" if it is not known.
        parts: points by exercise, or by notebook in another course.
        late_days: since the deadline, with a fraction; 0 if in time.
        penalty: points taken off for that.
        score: what counts.
        handed_in: there is a submission.
        waits: a mark has to be confirmed by a person.
    """

    id: str
    first_name: str
    last_name: str
    email: str
    number: str
    parts: dict[str, float] = field(default_factory=dict)
    late_days: float = 0.0
    penalty: float = 0.0
    score: float = 0.0
    handed_in: bool = False
    waits: bool = False


def read_rows(gradebook: Gradebook, assignment: str) -> tuple[list[Row], float]:
    """All learners of the course, by id, and the points that the assignment has.

    Args:
        gradebook: open.
        assignment: such as `classification`.
    """
    try:
        whole = gradebook.find_assignment(assignment)
    except MissingEntry:
        return [], 0.0
    submissions = {each.student.id: each for each in whole.submissions}
    rows = []
    for student in sorted(gradebook.students, key=lambda each: each.id):
        row = Row(
            student.id,
            student.first_name or "",
            student.last_name or "",
            student.email or "",
            student.lms_user_id or "",
        )
        rows.append(row)
        if (submission := submissions.get(student.id)) is None:
            continue
        row.handed_in = True
        row.late_days = submission.total_seconds_late / 86_400
        for notebook in submission.notebooks:
            points = 0.0
            for grade in notebook.grades:
                name = PART_OF[grade.name].id if grade.name in PART_OF else notebook.name
                row.parts[name] = row.parts.get(name, 0.0) + float(grade.score)
                points += float(grade.score)
                row.waits |= grade.needs_manual_grade
            penalty = min(points, notebook.late_submission_penalty or 0.0)
            row.penalty += penalty
            row.score += points - penalty
    return rows, float(whole.max_score)


def as_csv(rows: list[Row], most: float) -> str:
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
    return "\ufeff" + write_csv(lines)


def as_canvas(rows: list[Row], most: float, assignment: str) -> str:
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
    return write_csv(lines)


def write_csv(lines: Iterable[Sequence[object]], separator: str = ",", end: str = "\r\n") -> str:
    """Lines as CSV; text that a spreadsheet would take for a formula gets an apostrophe."""
    target = io.StringIO()
    csv.writer(target, delimiter=separator, lineterminator=end).writerows(
        [safe(value) for value in line] for line in lines
    )
    return target.getvalue()


def safe(value: object) -> object:
    """A value for a spreadsheet: numbers as short as they are exact, text that is no formula."""
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, str) and value.lstrip(" \n").startswith(_FORMULA):
        return "'" + value
    return value
