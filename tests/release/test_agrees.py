"""A release refuses what notebooks, texts and README state otherwise than the table does."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import nbformat
import pytest

from autograder.checks.table import PARTS, Check, points_of
from autograder.checks.words.messages import rules
from autograder.cli.main import main
from autograder.course.folders import notebooks_in, read_notebook
from autograder.release.agrees import disagreements
from tests.support.classes import NAME, ROOT, new_course


@pytest.fixture
def course(tmp_path, monkeypatch):
    made = new_course(tmp_path / "course")
    shutil.rmtree(made / "notebooks")
    monkeypatch.chdir(made)
    return made


@pytest.fixture(autouse=True)
def kept_in_order():
    """What is replaced would come last in its table."""
    before = dict(PARTS), dict(rules())
    yield
    for each, rows in zip((PARTS, rules()), before, strict=True):
        each.clear()
        each.update(rows)


def change(course, cell_id, make):
    """Change one cell of the solved notebook, or the list of cells."""
    path = course / "solutions/classification" / f"{NAME}.ipynb"
    notebook = read_notebook(path)
    make(next(cell for cell in notebook.cells if cell.id == cell_id), notebook.cells)
    nbformat.write(notebook, path)


def points(cell, cells):
    cell.metadata.nbgrader.points = 3


def swapped(cell, cells):
    place = cells.index(cell)
    cells[place], cells[place + 1] = cells[place + 1], cells[place]


def doubled(cell, cells):
    cells.insert(cells.index(cell) + 1, nbformat.from_dict({**cell, "id": "again"}))


def renamed(cell, cells):
    cell.metadata.nbgrader.grade_id = cell["id"] = "check_tanh_new"


def says(old, new):
    def make(cell, cells):
        assert old in cell.source
        cell.source = cell.source.replace(old, new)

    return make


#: What is changed in 02_tanh, and what the refusal names: the file, and what to mend.
WRONG = {
    "points": ("check_tanh_pure", points, f"{NAME}.ipynb: the cell 'check_tanh_pure' has 3 points "
               "in its metadata, and 1 in autograder/checks/table.py"),
    "order": ("check_tanh_gradient", swapped, "the check 'check_tanh_pure' stands where "
              "autograder/checks/table.py has 'check_tanh_gradient'"),
    "twice": ("check_tanh_gradient", doubled, f"{NAME}.ipynb has 2 cells 'check_tanh_gradient'"),
    "in no table": ("check_tanh_stable", renamed, f"{NAME}.ipynb has no cell 'check_tanh_stable'"),
    "worth": ("ex-6", says("**Points** 5", "**Points** 6"), f"{NAME}.ipynb, cell 'ex-6' says "
              "**Points** 6; autograder/checks/table.py has 5"),
    "a check's worth": ("ex-6", says("2 points", "3 points"), "says 3 points"),
    "the whole": ("points-text", says("## Your points", "## Your 28 points"), "says 28 points"),
    "number": ("tanh", says("# Exercise 6", "# Exercise 7"), "should begin with `# Exercise 6`"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_differs_from_the_table_is_refused(course, capsys, what):
    cell, make, words = WRONG[what]
    change(course, cell, make)
    assert main(["release", "--no-proof"]) == 1
    assert words in capsys.readouterr().err
    assert not (course / "notebooks").exists()


def test_a_graded_cell_that_the_table_lacks_is_refused(course, capsys):
    def more(cell, cells):
        doubled(cell, cells)
        cells[cells.index(cell) + 1].metadata.nbgrader.grade_id = "check_tanh_new"

    change(course, "check_tanh_stable", more)
    assert main(["release", "--no-proof"]) == 1
    assert "table.py has no check 'check_tanh_new', as 02_tanh.ipynb has" in capsys.readouterr().err


def test_an_exercise_of_the_table_that_its_notebook_lacks_is_refused(course, capsys):
    PARTS["tanh_again"] = dataclasses.replace(
        PARTS["tanh"], id="tanh_again", graded=(Check("check_again", 1, "tanh_values"),)
    )
    assert main(["release", "--no-proof"]) == 1
    assert "02_tanh.ipynb has no solution cell 'tanh_again'" in capsys.readouterr().err


def test_a_rule_with_a_number_that_nobody_knows_is_refused(course, capsys):
    rules()["tanh_pure"] = {"rule": "Over {pass_above}."}  # tanh is on no dataset
    assert main(["release", "--no-proof"]) == 1
    assert "rules.toml has 'pass_above' in [tanh_pure]" in capsys.readouterr().err


def test_the_bar_that_texts_and_readme_state_is_held():
    folder = ROOT / "solutions/classification"
    notebooks = {path.name: read_notebook(path) for path in notebooks_in(folder).values()}
    assert list(disagreements(ROOT, notebooks)) == []
    train = PARTS["moons_train"]
    harder = dataclasses.replace(train.dataset, pass_above=0.97)
    for part in [each for each in PARTS.values() if each.notebook == "moons"]:
        PARTS[part.id] = dataclasses.replace(part, dataset=harder)
    told = list(disagreements(ROOT, notebooks))
    assert {each.partition(" says ")[0] for each in told} >= {
        "README.md", "01_moons.ipynb, cell 'ex-4b'", "01_moons.ipynb, cell 'ex-stretch-1'"
    }  # fmt: skip
    assert all("datasets.py has 97%" in each for each in told)


def test_large_numbers_are_of_points_in_data(tmp_path):
    notebook = read_notebook(ROOT / f"solutions/classification/{NAME}.ipynb")
    notebook.cells[0].source = f"A grid of 400 points. In all there are {points_of()} points."
    assert list(disagreements(Path(tmp_path), {f"{NAME}.ipynb": notebook})) == []
