"""Markdown as GitHub shows it, of texts that somebody else may have written."""

import re
from collections.abc import Iterable, Sequence

from helpers.text import printable

_CODE = re.compile(r"`([^`\n\\|]{1,200})`")
_SIGN = re.compile(r"[!-/:-@\[-`{-~]")
#: What a backslash does not keep from being a tag, a cell's end, or a link to a person or an issue.
_OTHERWISE = {
    "<": "&lt;", ">": "&gt;", "&": "&amp;", "|": "&#124;", "\\": "&#92;",
    "@": "@<!-- -->", "#": "#<!-- -->",
}  # fmt: skip


def plain(text: str) -> str:
    """A text that shows as it is, in its lines: names in backticks are code, and nothing else is.

    It makes no link, no picture, no HTML and no cell of a table.
    """
    lines = (printable(line) for line in text.split("\n"))
    return "<br>".join(map(_line, lines))


def _line(text: str) -> str:
    pieces = _CODE.split(text)  # every second one stood in backticks
    return "".join(f"`{each}`" if n % 2 else _escaped(each) for n, each in enumerate(pieces))


def _escaped(text: str) -> str:
    return _SIGN.sub(lambda found: _OTHERWISE.get(found[0], f"\\{found[0]}"), text)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A heading and a table; a column's head that begins with `>` is above numbers."""
    heads = [plain(head.removeprefix(">")) for head in columns]
    sides = ["---:" if head.startswith(">") else ":---" for head in columns]
    body = [[plain(cell) for cell in row] for row in rows]
    lines = ["| " + " | ".join(cells) + " |" for cells in (heads, sides, *body)]
    return "\n".join([f"### {plain(title)}", "", *lines])
