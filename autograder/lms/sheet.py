"""A sheet of cells that some program has written: read in whatever form, changed in single cells.

What is not set goes back byte for byte, with its encoding, separators, quotes and ends of lines.
"""

import codecs
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from autograder.errors import Refused

#: Bytes of a sheet, and its cells. An LMS's gradebook of a large course has a tenth of that.
LARGEST, MOST_CELLS = 20 * 2**20, 2_000_000
_MARKS = {
    codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be",
}  # fmt: skip
_MARK = "\ufeff"
_SEPARATORS = ",;\t"


class NoSheet(Refused):
    """A file is no sheet, or too large for one; the message says which."""


def read_content(path: Path) -> bytes:
    """The bytes of a file that should be a sheet, and no more of them than a sheet may have.

    Raises:
        NoSheet: it is too large.
    """
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    _see_size(content, path.name)
    return content


def _see_size(content: bytes | str, name: str) -> None:
    if len(content) > LARGEST:
        raise NoSheet(f"{name} is larger than {LARGEST >> 20} MB, as no LMS's sheet is.")


def encoding_of(content: bytes) -> str:
    """The encoding that a sheet is in: the LMS's own, or that of who has saved it again."""
    for mark, name in _MARKS.items():
        if content.startswith(mark) and _decodes(content, name):
            return name
    even, odd = (sum(not each for each in content[n:4000:2]) for n in (0, 1))
    if content and len(content) % 2 == 0:  # most signs of a sheet are in all alphabets the same
        for many, few, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
            if many > min(len(content), 4000) // 4 > 10 * few and _decodes(content, name):
                return name
    return next(name for name in ("utf-8", "cp1252", "latin-1") if _decodes(content, name))


def _decodes(content: bytes, name: str) -> bool:
    try:
        return content.decode(name).encode(name) == content
    except UnicodeError:
        return False


def text_of(content: bytes) -> str:
    """A sheet's text, whoever has saved it."""
    return content.decode(encoding_of(content))


def parsed(text: str) -> tuple[list[list[str]], str]:
    """A sheet's lines as cells, and what separates these."""
    sheet = Sheet(text)
    return sheet.rows, sheet.separator


class Sheet:
    """A sheet's cells, as `csv` reads them.

    Attributes:
        rows: the cells of each line; one that is empty has a single empty cell.
        separator: stands between them.
    """

    def __init__(self, content: bytes | str) -> None:
        """Read a sheet's bytes, or its text.

        Raises:
            NoSheet: it is too large, or has too many cells.
        """
        _see_size(content, "The sheet")
        text = content if isinstance(content, str) else text_of(content)
        self._encoding = "utf-8" if isinstance(content, str) else encoding_of(content)
        self._mark = _MARK if text.startswith(_MARK) else ""
        text = text.removeprefix(_MARK)
        self.separator = max(_SEPARATORS, key=lambda sign: _width(text, sign))
        self.rows: list[list[str]] = []
        self._raw: list[list[str]] = []
        self._ends: list[str] = []
        for raw, row, end in _lines(text, self.separator):
            self._raw.append(raw)
            self.rows.append(row)
            self._ends.append(end)

    def cell(self, row: int, column: int) -> str:
        """A cell's text without what is around it; "" where the line has no such cell."""
        cells = self.rows[row]
        return cells[column].strip() if column < len(cells) else ""

    def set(self, row: int, column: int, value: str) -> None:
        """Set one cell; in quotes if it had them, or if it needs them."""
        raw, cells = self._raw[row], self.rows[row]
        for line in (raw, cells):
            line += [""] * (column + 1 - len(line))
        quoted = raw[column].startswith('"') or {*value} & {self.separator, '"', "\r", "\n"}
        cells[column] = value
        raw[column] = '"' + value.replace('"', '""') + '"' if quoted else value

    def drop(self, rows: Collection[int]) -> None:
        """Take whole lines out."""
        kept = [n for n in range(len(self.rows)) if n not in rows]
        self.rows, self._raw = [self.rows[n] for n in kept], [self._raw[n] for n in kept]
        self._ends = [self._ends[n] for n in kept]

    @property
    def content(self) -> bytes:
        """The sheet's bytes."""
        lines = zip(self._raw, self._ends, strict=True)
        text = "".join(self.separator.join(raw) + end for raw, end in lines)
        return (self._mark + text).encode(self._encoding)


def _width(text: str, separator: str) -> int:
    """How many cells the first line would have that is not empty."""
    return next((len(row) for _, row, _ in _lines(text.lstrip("\r\n"), separator)), 0)


def _lines(text: str, separator: str) -> Iterator[tuple[list[str], list[str], str]]:
    """Each line: its cells as they stand, what they say, and what ends it."""
    others = rf"[^{separator}\r\n]*"
    # Quotes that nobody closes go on to the end, as in `csv`.
    cell = re.compile(rf'(?:"((?:[^"]++|"")*+)"?+)?+({others})(\r\n|[{separator}\r\n]|\Z)')
    raw: list[str] = []
    row: list[str] = []
    at = cells = 0
    while at < len(text) and (match := cell.match(text, at)):
        inner, rest, end = match.groups()
        raw.append(text[at : match.start(3)])
        row.append(rest if inner is None else inner.replace('""', '"') + rest)
        at, cells = match.end(), cells + 1
        if cells > MOST_CELLS:
            raise NoSheet(f"The sheet has more than {MOST_CELLS:,} cells, as no LMS's has.")
        if end != separator:
            yield raw, row, end
            raw, row = [], []
    if raw:
        yield [*raw, ""], [*row, ""], ""
