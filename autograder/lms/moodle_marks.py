"""What goes back to Moodle: the grading worksheet with grades in it, and a zip of feedback."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping

from autograder.gradebook.errors import CannotGrade
from autograder.gradebook.totals import Total

_NUMBER = re.compile(r"\d+([.,]\d+)?")
_PARTICIPANT = re.compile(r"(\d+)$")


def fill(worksheet: str, rows: list[Total], most: float) -> tuple[str, list[str]]:
    """The worksheet with a grade in the line of each learner who has handed in.

    Args:
        worksheet: the text of Moodle's file, in any language, as `autograder collect` kept it.
        rows: from `table.read_rows`.
        most: points that the assignment has; grades are scaled to Moodle's maximum.

    Returns:
        The text, in which nothing but grades is new, and the learners who have no line in it.

    Raises:
        CannotGrade: no column of grades can be found.
    """
    mark = "\ufeff" if worksheet.startswith("\ufeff") else ""
    text = worksheet.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    lines = list(csv.reader(io.StringIO(text), delimiter=separator))
    column = _grades(lines[1:])
    known = {row.number: row for row in rows if row.number and row.handed_in}
    for line in lines[1:]:
        match = _PARTICIPANT.search(line[0]) if line else None
        row = known.pop(match[1], None) if match else None
        if row is not None:
            maximum = line[column + 1]
            grade = row.score / most * float(maximum.replace(",", ".")) if most else 0.0
            shown = f"{grade:.2f}"
            line[column] = shown.replace(".", ",") if "," in maximum else shown
    target = io.StringIO()
    end = "\r\n" if "\r\n" in text else "\n"
    csv.writer(target, delimiter=separator, lineterminator=end).writerows(lines)
    without = [
        row.id for row in rows if row.handed_in and (not row.number or known.get(row.number) is row)
    ]
    return mark + target.getvalue(), without


def _grades(lines: list[list[str]]) -> int:
    """Which column takes grades: the one before the maximum, which is the same in all lines."""
    filled = [line for line in lines if line]
    for column in range(2, min(map(len, filled), default=0)):
        maxima = {line[column] for line in filled}
        before = (line[column - 1].strip() for line in filled)
        if (
            len(maxima) == 1
            and _NUMBER.fullmatch(next(iter(maxima)))
            and all(value in ("", "-") or _NUMBER.fullmatch(value) for value in before)
        ):
            return column - 1
    raise CannotGrade(
        "No column of grades was found in Moodle's worksheet. Set the assignment's grade type to "
        "points in Moodle, download the worksheet again, and collect with --worksheet."
    )


def feedback_zip(pages: Mapping[str, bytes], rows: list[Total]) -> bytes:
    """A zip for Moodle's "upload multiple feedback files in a zip".

    Args:
        pages: each learner's feedback page, by id.
        rows: from `table.read_rows`; those without Moodle's number are left out.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for row in rows:
            if row.number and row.id in pages:
                name = " ".join(filter(None, (row.first_name, row.last_name))) or "Participant"
                name = re.sub(r"[\\/:*?\"<>|_\x00-\x1f]", " ", name)
                folder = f"{name}_{row.number}_assignsubmission_file_"
                archive.writestr(f"{folder}/feedback.html", pages[row.id])
    return target.getvalue()
