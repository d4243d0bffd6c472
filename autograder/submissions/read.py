"""Reads a submitted file: from bytes that nobody vouches for to cells, or the reason why not."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path
from typing import Any

from autograder.errors import Refused
from autograder.submissions.cells import Note, Submission, listed_cells, submission_of

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


class NotGradable(Refused):
    """A file that cannot be graded, with the reason in one sentence for its owner.

    Args:
        code: such as `missing`, `empty`, `truncated`, `html_page` or `not_ours`; stable.
        message: what is wrong and what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


def read_submission(path: Path) -> Submission:
    """Read a submitted notebook; the file is only ever opened for reading.

    Raises:
        NotGradable: the message says why and what to do.
    """
    text, mended = _decode(read_bytes(path), path.name)
    notebook = _parse(text, path.name)
    cells = listed_cells(notebook)
    if cells is None:
        raise _not_a_notebook(path.name)
    if not cells:
        raise NotGradable(
            "empty", f"{path.name} is a notebook without cells. Hand in the one you worked in."
        )
    if len(cells) > LIMIT_CELLS:
        raise NotGradable(
            "too_large", f"{path.name} has over {LIMIT_CELLS} cells. Delete those you do not need."
        )
    submission = submission_of(notebook, cells)
    if sum(len(cell.source) for cell in submission.cells if cell.kind == "code") > LIMIT_CODE:
        raise NotGradable(
            "too_large", f"{path.name} has over 5 MB of code. Keep large data in files of its own."
        )
    submission.mended[:0] = mended
    return submission


def read_bytes(path: Path) -> bytes:
    """A submitted file's content, of a regular file of a bearable size only.

    Raises:
        NotGradable: the message says why and what to do.
    """
    name = path.name
    try:
        if path.is_symlink():  # it could point to another learner's work
            raise NotGradable("is_a_link", f"{name} is a link. Name the file that it points to.")
        # Neither follows a link put there meanwhile, nor waits at a pipe for somebody to write.
        names = ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")  # not every system has all of them
        flags = os.O_RDONLY | sum(getattr(os, name, 0) for name in names)
        with os.fdopen(os.open(path, flags), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                kind = "a folder" if stat.S_ISDIR(status.st_mode) else "not a file"
                raise NotGradable("not_a_file", f"{path} is {kind}. Name one .ipynb file.")
            data = file.read(LIMIT_BYTES + 1)
    except FileNotFoundError:
        raise NotGradable(
            "missing", f"There is no file {path}. Check its name and folder."
        ) from None
    except IsADirectoryError:
        raise NotGradable("not_a_file", f"{path} is a folder. Name one .ipynb file.") from None
    except OSError as error:
        raise NotGradable(
            "unreadable", f"{name} cannot be read ({error.strerror}). Check its permissions."
        ) from None
    if len(data) > LIMIT_BYTES:
        raise _too_large(name)
    if not data.strip():
        raise NotGradable("empty", f"{name} is empty. Save the notebook again and hand that in.")
    return data


def _decode(data: bytes, name: str) -> tuple[str, list[Note]]:
    encoding: str = json.detect_encoding(data)  # by its first bytes
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        if not data.lstrip().startswith(b"{"):
            raise _not_text(name) from None
        encoding, text = "Latin-1", data.decode("cp1252", "replace")
    if encoding in _UTF8:
        return text, []
    words = f"The file is not in UTF-8; it was read as {encoding}."
    return text, [Note("encoding", "", words)]


def _parse(text: str, name: str) -> dict[str, Any]:
    if sum(map(text.count, "[{,")) > LIMIT_VALUES:
        raise _too_large(name)
    try:
        notebook = json.loads(text, strict=False)  # a line may end within a string
    except RecursionError:
        raise _not_a_notebook(name) from None
    except ValueError as error:  # not only JSONDecodeError: a number may have too many digits
        raise _why_not(text, name, error) from None
    if not isinstance(notebook, dict):
        raise _not_a_notebook(name)
    return notebook


def _why_not(text: str, name: str, error: ValueError) -> NotGradable:
    """The reason why a text is no JSON."""
    text = text.strip()
    if not text:
        return NotGradable("empty", f"{name} is empty. Save the notebook again and hand that in.")
    if _CONFLICT.search(text):
        return NotGradable(
            "git_conflict",
            f"{name} holds both sides of a git conflict. Choose one side, then save it again.",
        )
    if text.startswith("<"):
        return NotGradable(
            "html_page", f"{name} is a web page. Download the notebook itself, as .ipynb."
        )
    if _CONTROL.search(text):
        return _not_text(name)
    position = getattr(error, "pos", 0)
    ended = position >= len(text) - _NEAR_END or "Unterminated" in str(error)
    if text.startswith("{") and (ended or not text.endswith("}")):
        return NotGradable(
            "truncated", f"{name} is only a part of a notebook. Download it again as .ipynb."
        )
    return _not_a_notebook(name)


def _not_text(name: str) -> NotGradable:
    return NotGradable(
        "not_text", f"{name} is not a text file, so it is no notebook. Download it again as .ipynb."
    )


def _not_a_notebook(name: str) -> NotGradable:
    return NotGradable("not_a_notebook", f"{name} is not a notebook. Download it again as .ipynb.")


def _too_large(name: str) -> NotGradable:
    return NotGradable("too_large", f"{name} is too large. Clear all outputs and save it again.")
