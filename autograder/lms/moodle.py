"""Moodle: its zips' file names, its grading worksheet in any language, and what goes back to it.

The worksheet's columns are known by what is in them.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence

from autograder.files import safe_name
from autograder.gradebook.errors import CannotGrade
from autograder.gradebook.learners import Person
from autograder.gradebook.standing import Standing
from autograder.lms.archive import CannotCollect
from autograder.lms.hours import is_date, read_date

#: What stands in the name of each file or folder that Moodle has named.
MARK = "_assignsubmission_"
#: A file in a zip: `Ada Lovelace_123_assignsubmission_file_/x.ipynb`, or all of it in one name.
#: What follows the first mark is the learner's own, whatever it looks like.
FILE = re.compile(
    r"^(?P<name>.*?)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+)_?(?P<rest>.*)$"
)
_PARTICIPANT = re.compile(r"^[^\d@]*(\d+)$")
_NUMBER = re.compile(r"\d+([.,]\d+)?")


def text_of(content: bytes) -> str:
    """A worksheet's text; a spreadsheet program may have saved it in an encoding of its own."""
    return content.decode(encoding_of(content))


def encoding_of(content: bytes) -> str:
    """The encoding that a worksheet is in."""
    try:
        content.decode()
        return "utf-8"
    except UnicodeDecodeError:
        return "latin-1"


def is_worksheet(text: str) -> bool:
    """True if a text is a grading worksheet: its first column names participants by numbers."""
    rows = _filled(parsed(text)[0])
    return (
        len(rows) > 1 and len(rows[0]) > 3 and all(_PARTICIPANT.match(row[0]) for row in rows[1:])
    )


def read_worksheet(text: str) -> dict[str, Person]:
    """The participants, by number.

    Raises:
        CannotCollect: it is no worksheet.
    """
    if not is_worksheet(text):
        raise CannotCollect(
            "The worksheet is not Moodle's grading worksheet: its first column should name "
            "participants by number. Download it again, under the assignment's grading actions."
        )
    rows = _filled(parsed(text)[0])[1:]
    columns = [[row[n].strip() for row in rows] for n in range(min(map(len, rows)))]
    others = range(1, len(columns))
    email = next((n for n in others if _holds(columns[n], lambda value: "@" in value)), None)
    dates = [n for n in others if _holds(columns[n], is_date)]
    named = [n for n in range(1, 1 if email is None else email) if n not in dates]
    people = (
        Person(
            _number(values),
            values[named[0]] if named else "",
            values[email].lower() if email is not None else "",
            values[named[1]] if len(named) > 1 else "",
            # Moodle puts the hour of submission before that of grading.
            read_date(values[dates[0]]) if dates else None,
        )
        for values in zip(*columns, strict=True)
    )
    return {person.number: person for person in people}


def fill(worksheet: str, rows: list[Standing]) -> tuple[str, list[str]]:
    """The worksheet with a grade in the line of each learner who has handed in.

    Nothing else in the text is new; beside it come the learners who have no line in it. Grades are
    scaled to Moodle's maximum.

    Raises:
        CannotGrade: no column of grades can be found.
    """
    lines, _ = parsed(worksheet)
    filled = _filled(lines[1:])
    column = _grades(filled)
    known = {row.number: row for row in rows if row.number and row.handed_in}
    for line in filled:
        if (row := known.pop(_number(line), None)) is not None:
            maximum = line[column + 1]
            grade = row.score / row.most * float(maximum.replace(",", ".")) if row.most else 0.0
            shown = f"{grade:.2f}"
            line[column] = shown.replace(".", ",") if "," in maximum else shown
    handed_in = (row for row in rows if row.handed_in)
    without = [r.student for r in handed_in if not r.number or known.get(r.number) is r]
    return _written(lines, worksheet), without


def leave_out(worksheet: str, marks: Collection[str], number: str) -> str:
    """The worksheet without the lines of one participant: the number, or a cell, says whose.

    The first line stays in any case.
    """
    lines, _ = parsed(worksheet)
    known = {each.casefold() for each in marks if each}
    kept = [
        line
        for n, line in enumerate(lines)
        if n == 0
        or not line
        or not (
            (number and _number(line) == number)
            or known & {cell.strip().casefold() for cell in line}
        )
    ]
    return _written(kept, worksheet) if len(kept) < len(lines) else worksheet


def _written(lines: list[list[str]], like: str) -> str:
    """Lines as a worksheet that is like another one in all but its cells."""
    mark = "\ufeff" if like.startswith("\ufeff") else ""
    target = io.StringIO()
    end, separator = "\r\n" if "\r\n" in like else "\n", parsed(like)[1]
    for line in lines:  # Python quotes only those ends of lines that it writes itself
        one = io.StringIO()
        csv.writer(one, delimiter=separator, lineterminator="\r\n").writerow(line)
        target.write(one.getvalue().removesuffix("\r\n") + end)
    return mark + target.getvalue()


def parsed(text: str) -> tuple[list[list[str]], str]:
    """A sheet's lines, none where it is no sheet, and what separates its cells."""
    text = text.removeprefix("\ufeff")
    separator = max(",;\t", key=text.partition("\n")[0].count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=separator)), separator
    except csv.Error:
        return [], separator


def _filled(lines: list[list[str]]) -> list[list[str]]:
    return [line for line in lines if any(cell.strip() for cell in line)]


def _number(line: Sequence[str]) -> str:
    """Moodle's number of the participant whom a line is about; "" if it has none."""
    match = _PARTICIPANT.match(line[0])
    return match[1] if match else ""


def _holds(column: list[str], fits: Callable[[str], bool]) -> bool:
    filled = [value for value in column if value not in ("", "-")]
    return bool(filled) and all(map(fits, filled))


def _grades(lines: list[list[str]]) -> int:
    """Which column takes grades: the one before the maximum, which is the same in all lines."""
    for column in range(2, min(map(len, lines), default=0)):
        maxima = {line[column] for line in lines}
        before = (line[column - 1].strip() for line in lines)
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


def feedback_zip(pages: Mapping[str, bytes], rows: list[Standing]) -> bytes:
    """A zip of pages, by learner's id, for Moodle's "upload multiple feedback files in a zip".

    Learners without Moodle's number are left out.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for row in rows:
            if row.number and row.student in pages:
                name = " ".join(filter(None, (row.first_name, row.last_name)))
                # Moodle tells the parts of a name by this sign.
                name = safe_name(name.replace("_", " ")) or "Participant"
                folder = f"{name}_{row.number}_assignsubmission_file_"
                archive.writestr(f"{folder}/feedback.html", pages[row.student])
    return target.getvalue()
