"""Fills the gradebook that an instructor exported from Canvas, Blackboard or Brightspace.

Who is who, which column is the assignment's and how many points it has there are the system's own:
nothing is guessed, and nothing but the marks is new in the file.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from autograder.gradebook.errors import CannotGrade
from autograder.gradebook.standing import Standing
from autograder.lms.lines import lines_of
from autograder.lms.sheet import Sheet
from helpers.text import listed

_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*")
_FEW = 20


@dataclass(frozen=True)
class System:
    """What is to be known of an LMS's gradebook.

    Attributes:
        name: of the LMS.
        keys: heads of columns that say who somebody is; the first that fits counts.
        item: finds a mark's column by its head: the title, the id, and the points if it has them.
        keeps: cells that are not filled, and what each says.
    """

    name: str
    keys: tuple[str, ...]
    item: re.Pattern[str]
    keeps: dict[str, str] = field(default_factory=dict)


CANVAS = System(
    "Canvas",
    ("id", "sis user id", "sis login id"),
    re.compile(r"(?P<title>.+?)(?: \((?P<id>\d+)\))?(?P<points>\Z)"),
    {"EX": "Excused", "N/A": "Not assigned this"},
)
BLACKBOARD = System(
    "Blackboard",
    ("username", "student id"),
    re.compile(
        r"(?P<title>.+?) *\[Total Pts: (?:up to )?(?P<points>\d+(?:[.,]\d+)*)[^\]]*\]"
        r" *\|(?P<id>\d+)"
    ),
)
BRIGHTSPACE = System(
    "Brightspace",
    ("orgdefinedid", "username", "email"),
    re.compile(
        r"(?P<title>.+?) Points Grade(?P<id>)(?: <.*?MaxPoints:(?P<points>\d+(?:[.,]\d+)*).*)?"
    ),
)
SYSTEMS = {"canvas": CANVAS, "blackboard": BLACKBOARD, "brightspace": BRIGHTSPACE}
#: Columns of Canvas's that are no assignment's: it works them out itself.
_CANVAS_SUMS = re.compile(
    r"(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)|\(read only\)"
)


@dataclass
class FilledBook:
    """A gradebook with marks.

    Attributes:
        content: the file's bytes.
        column: what the assignment is called there.
        filled: how many lines have their mark now.
        without: learners with a mark and no line of their own.
        left: learners whose cell says something else, and what.
    """

    content: bytes
    column: str
    filled: int = 0
    without: list[str] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)


def fill_book(content: bytes, rows: Collection[Standing], system: System, title: str) -> FilledBook:
    """The gradebook with the marks of those who have handed in; points become the system's own.

    Raises:
        CannotGrade: it is no gradebook of that system's, or has no column of that title, or says
            nothing of its points.
    """
    sheet = Sheet(content)
    book = _Book(sheet, system)
    column, possible = book.column(title)
    made = FilledBook(content, sheet.cell(0, column))
    commas = book.with_commas(column)
    handed_in = [row for row in rows if row.handed_in]
    whose = lines_of(sheet, book.lines, book.keys, handed_in)
    for row in handed_in:
        line = whose.get(row.student)
        if line is None:
            made.without.append(row.student)
            continue
        before = sheet.cell(line, column)
        if (says := system.keeps.get(before.upper())) is not None:
            made.left[row.student] = says
            continue
        made.filled += 1
        shown = f"{row.score / row.most * possible if row.most else 0.0:.2f}"
        if not (_NUMBER.fullmatch(before) and number_in(before) == float(shown)):
            sheet.set(line, column, shown.replace(".", ",") if commas else shown)
    made.content = sheet.content
    return made


def number_in(text: str) -> float:
    """A number as these systems read it: the last sign of several stands before the decimals."""
    whole, *others = re.split("[.,]", text.strip())
    return float(f"{whole}{''.join(others[:-1])}.{others[-1]}") if others else float(whole)


class _Book:
    """A gradebook's columns and lines."""

    def __init__(self, sheet: Sheet, system: System) -> None:
        self.sheet, self.system = sheet, system
        self.head = [" ".join(cell.split()) for cell in (sheet.rows or [[]])[0]]
        names = [cell.casefold() for cell in self.head]
        self.keys = {each: names.index(each) for each in system.keys if each in names}
        if not self.keys:
            raise CannotGrade(
                f"This is not a gradebook that {system.name} has exported: no column is called "
                f"{' or '.join(map(repr, system.keys))}. Its columns: {self._columns(self.head)}."
            )
        self.points = [
            n for n in range(1, len(sheet.rows)) if "Points Possible" in sheet.cell(n, 0)
        ]
        self.lines = [
            n
            for n in range(1, len(sheet.rows))
            if n not in self.points and any(sheet.cell(n, key) for key in self.keys.values())
        ]
        after = names.index("section") if "section" in names else max(self.keys.values())
        self.items = {
            n: match
            for n, cell in enumerate(self.head)
            if n > after and (match := system.item.fullmatch(cell)) and not self._is_sum(n)
        }

    def _is_sum(self, column: int) -> bool:
        said = [self.head[column], *(self.sheet.cell(n, column) for n in self.points)]
        return self.system is CANVAS and any(map(_CANVAS_SUMS.search, said))

    def _columns(self, names: Iterable[str]) -> str:
        return listed([repr(name) for name in names if name], _FEW) or "none"

    def column(self, title: str) -> tuple[int, float]:
        """The assignment's column, and the points that it has there."""
        wanted = " ".join(title.split()).casefold()
        ways: tuple[Callable[[int], str | None], ...] = (
            lambda n: self.head[n], lambda n: self.items[n]["id"], lambda n: self.items[n]["title"],
        )  # fmt: skip
        for way in ways:
            found = [n for n in self.items if (way(n) or "").casefold() == wanted]
            if len(found) == 1:
                return found[0], self._possible(found[0])
        there = self._columns(self.head[n] for n in self.items)
        what = "Several columns are" if found else "No column is"
        raise CannotGrade(
            f"{what} called {title!r} in {self.system.name}'s gradebook. Say which one is meant, "
            f"with --column. There are: {there}."
        )

    def _possible(self, column: int) -> float:
        said = self.items[column]["points"] or ""
        for line in self.points:
            said = self.sheet.cell(line, column)
        if not _NUMBER.fullmatch(said) or (found := number_in(said)) <= 0:
            raise CannotGrade(
                f"{self.head[column]!r} has no points in {self.system.name}'s gradebook, so marks "
                "cannot be scaled to them. Set its points there, and export it again."
            )
        return found

    def with_commas(self, column: int) -> bool:
        """Whether decimals stand behind a comma in this file."""
        for each in (column, *self.items):
            for line in (*self.points, *self.lines):
                cell = self.sheet.cell(line, each)
                if _NUMBER.fullmatch(cell) and {",", "."} & {*cell}:
                    return "," in cell
        return self.sheet.separator == ";"
