"""Takes merged cells apart, and joins a statement that was cut in two, before cells are matched.

The code keeps its order; only the borders between cells change.
"""

import re
import tokenize
from bisect import bisect
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from autograder.course.cell_text import code_lines, label, quoted, tidy, tokens_of
from autograder.course.template import Template
from autograder.submissions.cells import Cell, Note

#: More than this is left as it is: nobody merges or cuts so much by hand.
_LIMIT = 200_000
_PIECES = 200
#: A clause that belongs to the statement above it, also where a comment stands between them.
_GOES_ON = re.compile(r"\s|(?:elif|else|except|finally)\b|[)\]}]")


def recut(cells: list[Cell], template: Template) -> tuple[list[Cell], list[Note], list[Note]]:
    """Give each exercise's code a cell of its own: headings and check cells tell where one ends.

    Returns:
        The cells, what was mended, and what a person should look at.
    """
    mended: list[Note] = []
    flags: list[Note] = []
    result: list[Cell] = []
    for cell in _joined(cells, template, flags):
        pieces = [cell]
        if cell.kind == "code" and len(result) < len(cells) + _PIECES:
            pieces = list(_pieces(cell, template))
        if len(pieces) > 1:
            words = f"One cell held several ({quoted(cell.source)}); its parts were taken apart."
            mended.append(Note("cut_apart", "", words))
        result += pieces
    return result, mended + flags, flags


def _joined(cells: list[Cell], template: Template, flags: list[Note]) -> list[Cell]:
    """The cells, with the second half of a statement put back under its first half."""
    solutions = {slot.key for slot in template.slots if slot.kind == "solution"}
    labels = {slot.label for slot in template.slots} - {""}
    joined: list[Cell] = []
    for cell in cells:
        before = joined[-1] if joined else None
        if before is not None and not cell.source.strip():
            continue  # says nothing, and stands in the way of the next line
        is_answer = before is not None and (
            not solutions.isdisjoint({before.grade_id, before.id}) or label(before.source) in labels
        )
        if before is None or not is_answer or not _goes_on(before, cell):
            joined.append(cell)
            continue
        part = before.grade_id or before.id
        words = f"A statement was cut in two ({quoted(before.source)}); its halves were joined."
        flags.append(Note("joined", part if part in solutions else "", words))
        joined[-1] = replace(before, source=before.source.rstrip("\n") + "\n" + cell.source)
    return joined


def _goes_on(before: Cell, cell: Cell) -> bool:
    if len(before.source) > _LIMIT // 10:
        return False
    above, below = code_lines(before.source), code_lines(cell.source)
    return (
        before.kind == cell.kind == "code"
        and cell.grade_id in ("", before.grade_id)
        and bool(above and below)
        and below[0][0].isspace()
        and (above[-1][0].isspace() or above[-1][-1] in ":([{,\\")
    )


def _pieces(cell: Cell, template: Template) -> Iterator[Cell]:
    """A cell cut at each exercise's heading and around each check."""
    slots = [slot for slot in template.slots if slot.kind == "check"]
    checks = {form: slot.key for slot in slots for form in slot.known}
    lines = cell.source.split("\n")
    starts = set(_headings(lines, template)) if len(cell.source) <= _LIMIT else set()
    for number, line in enumerate(lines):
        if line.rstrip() in checks:  # each released check is one line
            starts |= {number, number + 1}
    cuts = [0, *sorted(starts - {0, len(lines)}), len(lines)]
    texts = ["\n".join(lines[a:b]).strip("\n") for a, b in pairwise(cuts)]
    texts = [text for text in texts if code_lines(text)]
    if tidy(cell.source) in checks or not 1 < len(texts) <= _PIECES:
        yield cell
        return
    # The cell's own name goes to its check if it was one, and else to the first other code in it.
    named = cell.grade_id in checks.values()
    for text in texts:
        if tidy(text) in checks:
            yield Cell("code", text, grade_id=checks[tidy(text)])
        elif named:
            yield Cell("code", text, ran=cell.ran, piece=True)
        else:
            yield replace(cell, source=text)
            named = True


def _headings(lines: list[str], template: Template) -> Iterator[int]:
    """The lines at which another exercise begins, where no statement is cut by it."""
    headings = {slot.heading for slot in template.slots} - {""}
    labels = {slot.label for slot in template.slots} - {""}
    code = [number for number, line in enumerate(lines) if code_lines(line)]
    found = [
        number
        for number, line in enumerate(lines)
        if line.startswith("#")
        and (line.strip() in headings or label(line) in labels)
        and code
        and code[0] < number < code[-1]
    ]
    comments = _comments_between_statements("\n".join(lines)) if found else set()
    for number in found:
        after = lines[code[bisect(code, number)]]
        if number in comments and not _GOES_ON.match(after):
            yield number


def _comments_between_statements(source: str) -> set[int]:
    """Numbers of the lines that are comments at the margin, in no bracket and no string."""
    found: set[int] = set()
    depth = 0
    try:
        for token in tokens_of(source):
            if token.type == tokenize.OP:
                depth += (token.string in "([{") - (token.string in ")]}")
            elif token.type == tokenize.COMMENT and depth == 0 and token.start[1] == 0:
                found.add(token.start[0] - 1)
    except (tokenize.TokenError, SyntaxError):
        pass  # what was found so far stands between whole statements
    return found
