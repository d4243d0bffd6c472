"""Moodle's grading worksheet in any language: columns are known by their place and what is in them.

Moodle writes: identifier, full name, what the site shows of people, status, dates (as soon as one
learner has others), group, marker, grade, maximum or scale, workflow, whether the grade can be
changed, last modified (submission), texts, last modified (grade), feedback. In blind marking the
names and what is shown of people are left out.
"""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from autograder.gradebook.learners import Person
from autograder.lms.archive import CannotCollect
from autograder.lms.hours import is_date, read_date
from autograder.lms.names import of_word
from autograder.lms.sheet import NoSheet, Sheet

_IDENTIFIER = re.compile(r"^([^\d@]+)(\d+)")
_NUMBER = re.compile(r"\d+([.,]\d+)?")
_EMAIL = re.compile(r"^[^\s@]+@[^\s@]+")
#: What a site calls a learner by: with a digit in it, or a user name, which has no capitals.
_ID = re.compile(r"^[^\W_][\w./@#-]*(?: [\w./@#-]*)?")
_USER_NAME = re.compile(r"^[a-z][a-z0-9._@-]*")
_LONGEST_ID = 40


class Worksheet:
    """A worksheet with its columns; each is None where the sheet has none or does not tell.

    Attributes:
        lines: by participant's number, which line of the sheet is theirs.
        grade: the column for the grade; `maximum`, its maximum or its scale, comes next.
        scale: grades are words.
        changeable: whether a grade can be changed.
        submitted: when it was handed in.
    """

    def __init__(self, sheet: Sheet, names: Mapping[str, str] | None = None) -> None:
        """Find the columns; `names` are those that Moodle's archive has, by number.

        Raises:
            CannotCollect: the first column does not name participants by number.
        """
        self.sheet = sheet
        rows = [n for n, row in enumerate(sheet.rows) if any(map(str.strip, row))]
        self._head, self._rows = rows[:1], rows[1:]
        found = [_IDENTIFIER.fullmatch(sheet.cell(n, 0)) for n in self._rows]
        known = [each for each in found if each and any(map(str.isalpha, each[1]))]
        self.lines = {each[2]: n for each, n in zip(known, self._rows, strict=False)}
        words = {each[1] for each in known}
        if not found or len(words) != 1 or len(self.lines) != len(found):
            raise CannotCollect(
                "The worksheet is not Moodle's grading worksheet: its first column should name "
                "participants by number. Download it again, under the assignment's grading "
                "actions."
            )
        self.word = words.pop().strip()
        self.width = max(len(sheet.rows[n]) for n in rows)
        self._columns = [[sheet.cell(n, c) for n in self._rows] for c in range(self.width)]
        self.dates = [c for c in range(1, self.width) if _is_dates(self._columns[c])]
        self.maximum = self._maximum()
        self.grade = None if self.maximum is None else self.maximum - 1
        self.scale = self.maximum is not None and "\n" in self._columns[self.maximum][0]
        self.submitted = self._submitted()
        self.changeable = self._changeable()
        self._find_people(names or {})

    def head(self, column: int) -> str:
        """What a column is called."""
        return self.sheet.cell(self._head[0], column)

    def values(self, column: int | None) -> list[str]:
        """A column's cells, line by line; empty ones where there is no such column."""
        found = [""] * len(self._rows) if column is None else self._columns[column]
        return ["" if value == "-" else value for value in found]

    def _maximum(self) -> int | None:
        """Which column has the maximum, or the scale: it is the same in all lines.

        Behind it come the words on changing, and a date. A number that a site shows of everybody,
        such as the year, stands before.
        """
        found = []
        for column in range(2, self.width):
            before, (first, *others) = self._columns[column - 1], self._columns[column]
            words = "\n" in first
            points = _NUMBER.fullmatch(first) and all(
                value in ("", "-") or _NUMBER.fullmatch(value) for value in before
            )
            if (words or points) and all(value == first for value in others):
                found.append(column)
        sure = [c for c in found if {c + 1, c + 2, c + 3} & {*self.dates}]
        return max(sure or found, default=None)

    def _submitted(self) -> int | None:
        """When it was handed in: behind the grade. Before it stand dates that are for somebody."""
        if self.maximum is None:
            return self.dates[0] if len(self.dates) == 1 else None
        near = range(self.maximum + 1, self.maximum + 4)
        return next((column for column in self.dates if column in near), None)

    def _changeable(self) -> int | None:
        if self.maximum is None or self.maximum + 1 >= self.width:
            return None
        column = self.maximum + 1 if self.submitted is None else self.submitted - 1
        return column if column > self.maximum else None

    def _find_people(self, names: Mapping[str, str]) -> None:
        end = self.grade if self.grade is not None else min(self.dates, default=self.width)
        before = [c for c in range(1, end) if c not in self.dates]
        self.name = self._named(before, names)
        self.group = self._group([c for c in before if c != self.name], names)
        filled = {
            c: [value for value in self._columns[c] if value not in ("", "-")] for c in before
        }
        self.email = next(
            (c for c in before if filled[c] and all(map(_EMAIL.fullmatch, filled[c]))), None
        )
        # Before them stands the name, and behind them the status, and who marks.
        ids = [c for c in before[1:-1] if c not in (self.name, self.email, self.group)]
        self.id_number = next((c for c in ids if _are_ids(self._columns[c])), None)
        if self.name is None and (self.email, self.id_number) != (None, None):
            first = before[0]  # what a site shows of people stands behind their names
            self.name = first if first not in (self.email, self.id_number) else None

    def _named(self, before: list[int], names: Mapping[str, str]) -> int | None:
        """The full names, which come first: as in the archive, or such as nothing else can be."""
        if len(before) < 2:  # the status alone
            return None
        values = self._columns[before[0]]
        pairs = zip(self.lines, values, strict=True)
        same = [plain(names[n]) == plain(value) for n, value in pairs if n in names]
        if 2 * sum(same) > len(same):
            return before[0]
        # A status is one of a few, or says by how many days the work was late.
        many = len(values) >= 5 and len({*values}) == len(values)
        return before[0] if many and not any(re.search(r"\d|^-?$", v) for v in values) else None

    def _group(self, before: list[int], names: Mapping[str, str]) -> int | None:
        """The teams: a column of that name, or with all the names of a team's archive."""
        teams = {plain(name) for name in names.values()} - {"", plain(self.word)}
        for column in reversed(before):
            values = [plain(value) for value in self._columns[column]]
            if plain(self.head(column)) in words("group"):
                return column
            if teams and len({*values}) < len(values) and teams <= {*values}:
                return column
        return None


@cache
def words(what: str) -> frozenset[str]:
    """What Moodle says for something in the languages that it has."""
    found = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
    return frozenset(map(plain, found[what].split()))


def plain(text: str) -> str:
    """A name by which it is compared: Moodle leaves signs out of the names of files."""
    return "".join(filter(of_word, unicodedata.normalize("NFKC", text).casefold()))


def _is_dates(values: Collection[str]) -> bool:
    filled = [value for value in values if value]
    return bool(filled) and all(value == "-" or is_date(value) for value in filled)


def _are_ids(values: Collection[str]) -> bool:
    """Whether a site calls its learners so: everybody has one, and each another."""
    return len({value.casefold() for value in values}) == len(values) and all(
        len(value) <= _LONGEST_ID
        and (_USER_NAME.fullmatch(value) or (_ID.fullmatch(value) and re.search(r"\d", value)))
        for value in values
    )


def is_worksheet(text: str) -> bool:
    """True if a text is a grading worksheet, and no table that somebody has made of numbers."""
    try:
        found = Worksheet(Sheet(text))
    except (CannotCollect, NoSheet):
        return False
    return found.width > 3 and bool(found.dates)


def read_worksheet(text: str, names: Mapping[str, str] | None = None) -> dict[str, Person]:
    """The participants, by number, whether they have handed in or not.

    `names` are those of the archive that came with it, by number: they say which column is whose
    name, or that there is none.

    Raises:
        CannotCollect: it is no worksheet.
    """
    return people_of(Worksheet(Sheet(text), names))


def people_of(found: Worksheet) -> dict[str, Person]:
    """The participants of a worksheet, by number."""
    known = zip(
        found.lines,
        found.values(found.name),
        map(str.lower, found.values(found.email)),
        found.values(found.id_number),
        map(read_date, found.values(found.submitted)),
        found.values(found.group),
        strict=True,
    )
    return {number: Person(number, *facts) for number, *facts in known}
