"""Tells a notebook from other files: by what is in it, whatever it is called."""

import json
import re

from autograder.submissions.read import LIMIT_VALUES

#: `.ipynb`, and what browsers, mail programs and people make of it.
_ENDS = re.compile(r"(\.ipynb)(\.\w{1,5})?(?:\s*\(\d+\))?$", re.IGNORECASE)
_BLANKS = b"\xef\xbb\xbf \t\r\n"


def says_notebook(name: str) -> bool:
    """Whether a file's name says that it is a notebook: it is read as one, whatever is in it."""
    found = _ENDS.search(name)
    return found is not None and not found[2]


def notebook_name(name: str, content: bytes) -> str:
    """What a notebook should be called that has this name; "" if the file is none."""
    end, stem = _ENDS.search(name), _ENDS.sub("", name) or "notebook"
    if says_notebook(name):
        return f"{stem}.ipynb"
    if not content.lstrip(_BLANKS).startswith(b"{") or b'"cells"' not in content:
        return ""
    if sum(map(content.count, (b"[", b"{", b","))) > LIMIT_VALUES:
        return ""
    if end is not None:
        return f"{stem}.ipynb"
    try:
        cells = json.loads(content)["cells"]
        whole = isinstance(cells, list) and all("cell_type" in cell for cell in cells)
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    return f"{stem.rpartition('.')[0] or stem}.ipynb" if whole and cells else ""
