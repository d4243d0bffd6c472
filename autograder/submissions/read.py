"""Reads a submitted file: from bytes that nobody vouches for to cells, or the reason why not."""

import json
import os
import re
import stat
from pathlib import Path
from typing import Any

from autograder.bounds import SECONDS, TookTooLong
from autograder.errors import Refused
from autograder.submissions.cells import Note, SubmittedCells, cells_of, listed_cells
from helpers.text import as_name, printable

#: A notebook full of pictures stays far below these; a file made to fill the memory does not.
LIMIT_BYTES = 100_000_000
LIMIT_VALUES = 2_000_000
LIMIT_CELLS = 10_000
LIMIT_CODE = 5_000_000
#: An error this close to the end of the text is the end of a file that was cut off.
_NEAR_END = 12
_CONFLICT = re.compile(r"^(<{7} |={7}$|>{7} )", re.MULTILINE)
#: Characters that neither text nor JSON contains.
_CONTROL = re.compile(r"[\0-\x08\x0e-\x1f]")
_UTF8 = ("utf-8", "utf-8-sig")
#: What is wrong and what to do, by code; where a code has several, with one word more.
_REASONS = {
    "missing": "There is no file {path}. Check its name and folder.",
    "is_a_link": "{name} is a link. Name the file that it points to.",
    "not_a_file folder": "{path} is a folder. Name one .ipynb file.",
    "not_a_file": "{path} is not a file. Name one .ipynb file.",
    "unreadable": "{name} cannot be read ({error}). Check its permissions.",
    "empty": "{name} is empty. Save the notebook again and hand that in.",
    "empty cells": "{name} is a notebook without cells. Hand in the one you worked in.",
    "too_large": "{name} is too large. Clear all outputs and save it again.",
    "too_large cells": "{name} has over {limit} cells. Delete those you do not need.",
    "too_large code": "{name} has over 5 MB of code. Keep large data in files of its own.",
    "too_slow": "{name} holds text that takes over {seconds} seconds to read. Delete what you do "
    "not need.",
    "too_large memory": "{name} holds text that takes too much memory to read. Delete what you do "
    "not need.",
    "git_conflict": "{name} holds both sides of a git conflict. Choose one side, then save it "
    "again.",
    "html_page": "{name} is a web page. Download the notebook itself, as .ipynb.",
    "truncated": "{name} is only a part of a notebook. Download it again as .ipynb.",
    "not_text": "{name} is not a text file, so it is no notebook. Download it again as .ipynb.",
    "not_a_notebook": "{name} is not a notebook. Download it again as .ipynb.",
}


class NotGradable(Refused):
    """A file that cannot be graded, with the reason in one sentence for its owner.

    Args:
        code: such as `missing`, `empty`, `truncated`, `html_page` or `not_ours`; stable.
        message: what is wrong and what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(printable(message))


def _not_gradable(reason: str, path: Path, **facts: object) -> NotGradable:
    message = _REASONS[reason].format(path=as_name(str(path)), name=as_name(path.name), **facts)
    return NotGradable(reason.partition(" ")[0], message)


def too_much(path: Path, error: TookTooLong | MemoryError) -> NotGradable:
    """Why a file was given up while it was read; see `bounds`."""
    reason = "too_slow" if isinstance(error, TookTooLong) else "too_large memory"
    return _not_gradable(reason, path, seconds=SECONDS)


def read_cells(path: Path) -> SubmittedCells:
    """Read a submitted notebook; the file is only ever opened for reading.

    Raises:
        NotGradable: the message says why and what to do.
    """
    notebook, mended = read_json(path)
    cells = listed_cells(notebook)
    if cells is None:
        raise _not_gradable("not_a_notebook", path)
    if not cells:
        raise _not_gradable("empty cells", path)
    if len(cells) > LIMIT_CELLS:
        raise _not_gradable("too_large cells", path, limit=LIMIT_CELLS)
    submitted = cells_of(notebook, cells)
    if sum(len(cell.source) for cell in submitted.cells if cell.kind == "code") > LIMIT_CODE:
        raise _not_gradable("too_large code", path)
    submitted.mended[:0] = mended
    return submitted


def read_json(path: Path) -> tuple[dict[str, Any], list[Note]]:
    """What a submitted file holds, and what had to be mended to read it, or NotGradable."""
    text, mended = _decode(read_bytes(path), path)
    return _parse(text, path), mended


def read_bytes(path: Path) -> bytes:
    """A submitted file's content, of a regular file of a bearable size only.

    Raises:
        NotGradable: the message says why and what to do.
    """
    try:
        if path.is_symlink():  # it could point to another learner's work
            raise _not_gradable("is_a_link", path)
        # Neither follows a link put there meanwhile, nor waits at a pipe for somebody to write.
        names = ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")  # not every system has all of them
        flags = os.O_RDONLY | sum(getattr(os, name, 0) for name in names)
        with os.fdopen(os.open(path, flags), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                folder = " folder" if stat.S_ISDIR(status.st_mode) else ""
                raise _not_gradable(f"not_a_file{folder}", path)
            data = file.read(LIMIT_BYTES + 1)
    except FileNotFoundError:
        raise _not_gradable("missing", path) from None
    except IsADirectoryError:
        raise _not_gradable("not_a_file folder", path) from None
    except OSError as error:
        raise _not_gradable("unreadable", path, error=error.strerror) from None
    if len(data) > LIMIT_BYTES:
        raise _not_gradable("too_large", path)
    if not data.strip():
        raise _not_gradable("empty", path)
    return data


def _decode(data: bytes, path: Path) -> tuple[str, list[Note]]:
    encoding: str = json.detect_encoding(data)  # by its first bytes
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        if not data.lstrip().startswith(b"{"):
            raise _not_gradable("not_text", path) from None
        encoding, text = "Latin-1", data.decode("cp1252", "replace")
    if encoding in _UTF8:
        return text, []
    words = f"The file is not in UTF-8; it was read as {encoding}."
    return text, [Note("encoding", "", words)]


def _parse(text: str, path: Path) -> dict[str, Any]:
    if sum(map(text.count, "[{,")) > LIMIT_VALUES:
        raise _not_gradable("too_large", path)
    try:
        notebook = json.loads(text, strict=False)  # a line may end within a string
    except RecursionError:
        notebook = None
    except ValueError as error:  # not only JSONDecodeError: a number may have too many digits
        raise _not_gradable(_why_not(text, error), path) from None
    if not isinstance(notebook, dict):
        raise _not_gradable("not_a_notebook", path)
    return notebook


def _why_not(text: str, error: ValueError) -> str:
    """The reason why a text is no JSON."""
    text = text.strip()
    if not text:
        return "empty"
    if _CONFLICT.search(text):
        return "git_conflict"
    if text.startswith("<"):
        return "html_page"
    if _CONTROL.search(text):
        return "not_text"
    position = getattr(error, "pos", 0)
    ended = position >= len(text) - _NEAR_END or "Unterminated" in str(error)
    if text.startswith("{") and (ended or not text.endswith("}")):
        return "truncated"
    return "not_a_notebook"
