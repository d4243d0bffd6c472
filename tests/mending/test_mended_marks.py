"""Answers in unusual places earn their points: mended notebooks are played, and judged."""

from __future__ import annotations

import pytest

from autograder.checks.table import PART_OF, PARTS
from autograder.course.releases import current
from autograder.mending.mend import mend
from autograder.submissions.cells import cells_of, listed_cells
from tests.support import damage
from tests.support.lesson import Lesson


def earned(notebook, name) -> dict[str, str]:
    """The outcome code of every check that did not pass."""
    template = current()[name]
    result = mend(cells_of(notebook, listed_cells(notebook)), template).notebook
    lesson = Lesson(name, until=None)
    failed = {}
    for cell in result.cells:
        if cell.cell_type != "code":
            continue
        if cell.id in PART_OF:
            verdict = lesson.verdict(cell.id)
            if not verdict.passed:
                failed[cell.id] = verdict.code
        elif cell.id in PARTS or cell.id.startswith("extra-") or "ProgressLog(" in cell.source:
            lesson.run(cell.source)
    return failed


def pasted_together(notebook) -> None:
    """Two answers in the first one's cell, the second cell blank; and again further down."""
    for first, second in (("moons_data", "moons_model"), ("moons_train", "moons_plot")):
        cells = notebook["cells"]
        one, two = damage.find(notebook, first), damage.find(notebook, second)
        cells[one]["source"] = [f"{damage.text(cells[one])}\n\n{damage.text(cells[two])}"]
        cells[two]["source"] = damage.released("01_moons")["cells"][two]["source"]


def without_headings(notebook) -> None:
    for cell in filter(damage.is_solution, notebook["cells"]):
        cell["source"] = [damage.text(cell).split("\n", 1)[1]]
    damage.strip_all(notebook)


# Other kinds of damage leave the same code as before, as test_mending shows.
@pytest.mark.parametrize(
    "change",
    [
        pasted_together,
        damage.merge_first_two_answers,
        damage.merge_all_code,
        damage.split_without_marks,
    ],
)
def test_a_mended_notebook_earns_full_marks(change):
    notebook = damage.filled("01_moons")
    change(notebook)
    assert earned(notebook, "01_moons") == {}


def test_without_any_mark_all_but_the_recorded_outputs_are_judged():
    """Exercise 4a is judged by what its cell left; without a heading, nobody saw it."""
    notebook = damage.filled("01_moons")
    without_headings(notebook)
    assert set(earned(notebook, "01_moons")) <= {"check_moons_outputs"}
