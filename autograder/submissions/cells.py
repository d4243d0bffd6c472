"""A learner's notebook as plain cells, taken from the JSON of any version of the format.

Of each cell only what grading needs is taken; everything else in the file, however odd, large or
deep, is never looked at. nbformat is not used here: it refuses a notebook for one odd field.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from autograder.checks.words.verdict import CORRECT, HEADINGS
from helpers.text import printable, storable


@dataclass(frozen=True)
class Note:
    """One thing that was mended, or that a person should look at.

    Attributes:
        code: stable, for programs.
        part: the solution cell that it concerns; empty for the whole notebook.
        message: one or two sentences for a person.
    """

    code: str
    part: str
    message: str

    def __post_init__(self) -> None:
        # Names and code that learners chose are in it.
        object.__setattr__(self, "message", printable(self.message))


@dataclass
class Cell:
    """One submitted cell, as far as grading needs it.

    Attributes:
        kind: `code`, `markdown` or `raw`.
        source: its text, lines ending in a newline only.
        grade_id: nbgrader's name for it, or "".
        id: the notebook format's (or Colab's) name for it, or "".
        ran: its execution count, 0 if it has none.
        tags: such as `skip-execution`.
        piece: it was cut off from a cell that holds the code of several.
        claims_pass: its saved outputs show a check that passed.
        attachments: pictures that were pasted into its text, by name and then by type, in base64.
    """

    kind: str
    source: str
    grade_id: str = ""
    id: str = ""
    ran: int = 0
    tags: tuple[str, ...] = ()
    piece: bool = False
    claims_pass: bool = False
    attachments: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass
class SubmittedCells:
    """A learner's notebook as read, and what had to be mended to read it."""

    cells: list[Cell]
    mended: list[Note] = field(default_factory=list)


def listed_cells(notebook: dict[str, Any]) -> list[Any] | None:
    """A notebook's cells as they stand in the file; None where it has no list of them."""
    cells = notebook.get("cells")
    sheets = notebook.get("worksheets")  # versions 2 and 3
    if isinstance(cells, list):
        return cells
    if not isinstance(sheets, list):
        return None
    lists = (mapping(sheet).get("cells") for sheet in sheets)
    return [cell for cells in lists if isinstance(cells, list) for cell in cells]


def cells_of(notebook: dict[str, Any], cells: list[Any]) -> SubmittedCells:
    """Take what grading needs of a file's JSON, and of its cells from `listed_cells`."""
    mended = []
    major = notebook.get("nbformat")
    if isinstance(major, int) and major < 4:
        words = f"The file is in an old notebook format ({major}); it was brought up to date."
        mended.append(Note("old_format", "", words))
    kernel = _string(mapping(mapping(notebook.get("metadata")).get("kernelspec")).get("name"))
    if kernel not in ("", "python3"):
        words = f"The notebook asks for the kernel {kernel[:40]!a}; it ran with python3."
        mended.append(Note("kernel", "", words))
    left = [_ATTACHED]
    read = [_cell(cell, left) for cell in cells if isinstance(cell, dict)]
    if lost := len(cells) - len(read):
        words = f"{lost} of the file's cells are no cells; they were left out."
        mended.append(Note("broken_cells", "", words))
    return SubmittedCells(read, mended)


def _cell(cell: dict[str, Any], left: list[int]) -> Cell:
    metadata = mapping(cell.get("metadata"))
    kind, source = cell.get("cell_type"), _source(cell.get("source", cell.get("input")))
    if kind == "heading":  # a cell of its own in version 3
        level = cell.get("level")
        depth = level if isinstance(level, int) and 1 <= level <= 6 else 1
        kind, source = "markdown", f"{'#' * depth} {source}"
    ran = cell.get("execution_count", cell.get("prompt_number"))
    tags = metadata.get("tags")
    return Cell(
        kind if kind in ("code", "markdown") else "raw",
        source,
        grade_id=_string(mapping(metadata.get("nbgrader")).get("grade_id")),
        id=_string(cell.get("id")) or _string(metadata.get("id")),
        ran=ran if isinstance(ran, int) and 0 < ran < 1_000_000 else 0,
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        claims_pass=claims_pass(cell.get("outputs")),
        attachments=dict(_pictures(cell.get("attachments"), left)) if kind == "markdown" else {},
    )


#: Characters of all pasted pictures together; and what may be one.
_ATTACHED = 8_000_000
_PICTURES = ("image/png", "image/jpeg", "image/gif")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")


def _pictures(attached: Any, left: list[int]) -> Iterator[tuple[str, dict[str, str]]]:
    """Pasted pictures, as far as all of a notebook's are not too much; `left` says how much."""
    for name, forms in mapping(attached).items():
        for kind in _PICTURES:
            data = mapping(forms).get(kind)
            if isinstance(data, str) and len(data) <= left[0] and _BASE64.fullmatch(data):
                left[0] -= len(data)
                yield storable(name), {kind: data}
                break


def _source(value: Any) -> str:
    if isinstance(value, list):
        lines = [line for line in value if isinstance(line, str)]
        # Version 2 kept lines without their ends.
        value = ("" if any(line.endswith("\n") for line in lines[:-1]) else "\n").join(lines)
    if not isinstance(value, str):
        return ""
    return storable(value).replace("\r\n", "\n").replace("\r", "\n")


def mapping(value: Any) -> dict[str, Any]:
    """A part of a file's JSON that should be an object; empty if it is another thing."""
    return value if isinstance(value, dict) else {}


def _string(value: Any) -> str:
    return storable(value) if isinstance(value, str) else ""


#: Outputs of one cell that are looked at, and characters of each.
_MOST, _BEGINNING = 20, 200


def claims_pass(outputs: Any) -> bool:
    """True if a check cell's saved outputs, whatever stands there, hold a passing line of ours."""
    texts = [_text(output) for output in outputs[-_MOST:]] if isinstance(outputs, list) else []
    return any(text.startswith(f"{HEADINGS[CORRECT]} - exercise ") for text in texts)


def _text(output: Any) -> str:
    if not isinstance(output, dict) or output.get("output_type") == "error":
        return ""
    data = output.get("data")
    text = data.get("text/plain") if isinstance(data, dict) else output.get("text")
    if isinstance(text, list):
        text = text[0] if text else ""
    return text[:_BEGINNING].lstrip() if isinstance(text, str) else ""


_OF_A_KIND = 3


def shortened(notes: list[Note]) -> list[Note]:
    """At most a few notes of each kind: a damaged notebook often has one for every cell."""
    seen = Counter(note.code for note in notes)
    told: Counter[str] = Counter()
    result = []
    for note in notes:
        told[note.code] += 1
        if told[note.code] <= _OF_A_KIND:
            result.append(note)
        elif told[note.code] == seen[note.code]:
            more = seen[note.code] - _OF_A_KIND
            result.append(Note(note.code, "", f"The same is true of {more} more."))
    return result
