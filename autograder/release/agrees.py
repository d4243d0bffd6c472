"""Holds solved notebooks and what they and the README say against the table of the course.

Each disagreement is a sentence that names the file and the mend.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.utils import is_grade

from autograder.checks.table import CHECKS, MARKER, PARTS, Part, points_of
from autograder.course.template import graded_key
from helpers.text import count

_TABLE = "autograder/checks/table.py"
#: What an exercise's text says that it is worth, and what else says a number of points.
_WORTH = re.compile(r"\*\*Points\*\* (\d+)")
_POINTS = re.compile(r"\b(\d+) points?\b")
_BAR = re.compile(r"\b(?:over|more than) (\d+(?:\.\d+)?)%", re.IGNORECASE)
#: A line of the README about a lesson.
_LESSON = re.compile(r"(?m)^\|.*?/(\w+\.ipynb)\).*$")

Notebooks = Mapping[str, NotebookNode]


def disagreements(course: Path, notebooks: Notebooks) -> Iterator[str]:
    """All that differs in these solved notebooks, by file name, and in the course's README."""
    for name, notebook in notebooks.items():
        yield from _cells(name, notebook)
        for cell, worth in _texts(notebook):
            yield from _said(f"{name}, cell {cell.id!r}", cell.source, parts_in(notebook), worth)
    yield from _in_no_notebook(notebooks)
    readme = course / "README.md"
    for line in _LESSON.finditer(readme.read_text("utf-8") if readme.is_file() else ""):
        if line[1] in notebooks:
            yield from _said("README.md", line[0], parts_in(notebooks[line[1]]))


def parts_in(notebook: NotebookNode) -> list[Part]:
    """The exercises that a notebook has, in its order."""
    keys = map(graded_key, notebook.cells)
    return [PARTS[key] for key in keys if key in PARTS]


def _cells(name: str, notebook: NotebookNode) -> Iterator[str]:
    keys = [key for key in map(graded_key, notebook.cells) if key]
    for key, times in Counter(keys).items():
        if times > 1:
            yield f"{name} has {times} cells {key!r}: give each a grade_id of its own."
    for cell in notebook.cells:
        key = graded_key(cell)
        label = MARKER.match(cell.source)
        if key in PARTS and (label is None or label[1] != PARTS[key].label):
            yield (
                f"{name}: the first line of the cell {key!r} should begin with "
                f"`# Exercise {PARTS[key].label}`, as {_TABLE} has it."
            )
        if not is_grade(cell):
            continue
        if key not in CHECKS:
            yield (
                f"{_TABLE} has no check {key!r}, as {name} has: add it to its exercise. Cells with "
                "plain asserts go into a notebook in another folder of solutions/."
            )
        elif cell.metadata.nbgrader.points != CHECKS[key].points:
            yield (
                f"{name}: the cell {key!r} has "
                f"{count(cell.metadata.nbgrader.points, 'point')} in its metadata, and "
                f"{CHECKS[key].points} in {_TABLE}: make them equal."
            )
    wanted = [key for key in CHECKS if key in keys]
    found = [key for key in dict.fromkeys(keys) if key in CHECKS]
    for one, other in zip(found, wanted, strict=True):
        if one != other:
            yield f"{name}: the check {one!r} stands where {_TABLE} has {other!r}: reorder one."
            break


def _in_no_notebook(notebooks: Notebooks) -> Iterator[str]:
    """An exercise of the table that its notebook lacks; whole lessons may be left out."""
    where = {part.notebook: name for name in notebooks for part in parts_in(notebooks[name])}
    there = {part.id for notebook in notebooks.values() for part in parts_in(notebook)}
    for part in PARTS.values():
        if part.notebook in where and part.id not in there:
            yield (
                f"{where[part.notebook]} has no solution cell {part.id!r}, as {_TABLE} has: "
                "add the exercise, or take its entry away."
            )


def _texts(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, Part | None]]:
    """The text cells; with each, the exercise whose solution cell stands right below it."""
    below = [*notebook.cells[1:], None]
    for cell, following in zip(notebook.cells, below, strict=True):
        if cell.cell_type == "markdown":
            yield cell, PARTS.get(graded_key(following)) if following is not None else None


def _said(where: str, text: str, parts: list[Part], about: Part | None = None) -> Iterator[str]:
    """What a text says of points and bars that is not so; larger numbers are of points in data."""
    for worth in _WORTH.findall(text):
        if about is not None and int(worth) != about.points:
            yield f"{where} says **Points** {worth}; {_TABLE} has {about.points}: correct one."
    of_notebook = sum(part.points for part in parts)
    known = {points for part in parts for points in (part.points, *part.checks.values())}
    if about is not None:
        known = {about.points, *about.checks.values()}
    known |= {of_notebook, points_of()}
    for number in map(int, _POINTS.findall(text)):
        if number <= points_of() and number not in known:
            yield (
                f"{where} says {count(number, 'point')}, which nothing there has by {_TABLE} (the "
                f"notebook has {of_notebook}, all have {points_of()}): correct one, or say rows of "
                "data."
            )
    bars = {f"{100 * part.dataset.pass_above:g}" for part in parts if part.dataset is not None}
    for bar in _BAR.findall(text):
        if bars and bar not in bars:
            yield (
                f"{where} says over {bar}%; autograder/checks/datasets.py has {_or(bars)}: "
                "correct one."
            )


def _or(bars: set[str]) -> str:
    return " or ".join(f"{bar}%" for bar in sorted(bars))
