"""Illustrations are passed over only where that changes nothing."""

import copy

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.course.lessons import own_lessons
from autograder.course.template import TAG
from autograder.mending.mend import Mended
from autograder.running.illustrations import passed_over
from autograder.running.notebook import RUN, run_notebook
from autograder.running.one_file import mended_file
from autograder.running.retry import run_for_evidence
from tests.support import damage

GIVEN = "table = [1, 2]\nfor row in table:\n    print(row)"


def cells(*sources):
    """Code cells; a source that begins with `*` is an illustration."""
    return [
        new_code_cell(each.lstrip("*"), metadata={"tags": [TAG]} if each[0] == "*" else {})
        for each in sources
    ]


@pytest.mark.parametrize(
    "answer",
    [
        "x = 1",
        "# a table\nx = 'table'",
        "plt.table(row=3)",
        "table = 4\nprint(table)",
        "def f(table, row=None):\n    return table",
        "for row in range(3):\n    x = row",
        "with open(path) as table:\n    x = table.read()",
    ],
)
def test_an_illustration_that_nobody_speaks_of_is_passed_over(answer):
    assert passed_over(cells(f"*{GIVEN}", answer)) == {0}


@pytest.mark.parametrize(
    "answer",
    [
        "print(table)",
        "print(f'the last is {row}')",
        "x = table[0] if (",
        "%timeit table",
        "f(\n    # what was drawn\n    table,\n)",
        "x = [row for row in table]",
        f"# {'x' * 200_000}",
    ],
)
def test_one_that_a_later_cell_needs_is_run(answer):
    assert passed_over(cells(f"*{GIVEN}", answer)) == frozenset()


def test_what_it_needs_itself_is_run_too_and_what_may_change_it():
    sources = ("*first = [1]", "*second = first", "*first.append(2)", "*other = 3", "x = second")
    assert passed_over(cells(*sources)) == {3}


def test_one_that_a_learner_has_changed_is_the_learners_own(tmp_path):
    notebook = damage.filled("01_moons")
    forming = next(cell for cell in notebook["cells"] if cell["id"] == "forming")
    forming["source"] = damage.text(forming).replace("(10, 40, 80, 200)", "(10, 200)")
    mended = mended_notebook(notebook, tmp_path)
    over = {mended.cells[n].id for n in passed_over(mended.cells)}
    assert "forming" not in over
    assert {"goal", "folds", "curves"} <= over


def mended_notebook(notebook, folder):
    path = folder / "notebook.ipynb"
    nbformat.write(nbformat.from_dict(notebook), path)
    return mended_file(path, None, own_lessons())[1].notebook


@pytest.mark.parametrize("name", damage.NAMES)
def test_evidence_and_marks_are_those_of_a_run_of_everything(name, tmp_path):
    mended = mended_notebook(damage.filled(name), tmp_path)
    found = []
    for whole in (False, True):
        kept = {}
        run = copy.deepcopy(mended)
        run_notebook(run, secret=5, whole=whole, on_evidence=kept.update)
        found.append(kept)
        assert bool(run.metadata[RUN]["passed_over"]) != whole
    assert found[0] == found[1]
    assert all(found[0].values())


def test_a_name_that_is_missed_has_everything_run():
    notebook = new_notebook(cells=cells(f"*{GIVEN}", "exec('print(ta' + 'ble)')"))
    assert passed_over(notebook.cells) == {0}
    run_for_evidence(notebook, own_lessons().templates["02_tanh"], Mended(notebook, [], []))
    assert notebook.cells[1].outputs[0].text == "[1, 2]\n"
    assert notebook.cells[0].outputs[0].text == "1\n2\n"


def test_what_is_passed_over_says_so():
    notebook = new_notebook(cells=cells(f"*{GIVEN}", "x = 1"))
    run_for_evidence(notebook, own_lessons().templates["02_tanh"], Mended(notebook, [], []))
    assert "Not run in grading" in notebook.cells[0].outputs[0].data["text/plain"]
    assert notebook.cells[0].execution_count is None
