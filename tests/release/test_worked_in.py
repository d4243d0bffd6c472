"""People work in `notebooks/`, and editors leave files: a release and grading mind neither."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest

from autograder.cli.main import main
from autograder.course import folders, releases
from autograder.demo.build import released_notebooks
from tests.support.classes import NAME, new_course
from tests.support.released import read

ANSWER = "def tanh(x):\n    return 1 - 2 / (torch.exp(2 * x) + 1)"
PLACE = "classification"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course as it is after a day: somebody works in the notebook, and JupyterLab was there."""
    made = new_course(tmp_path / "course")
    notebooks = made / "notebooks" / PLACE
    notebook = read("notebooks", NAME)
    for cell in notebook.cells:
        if cell.id == "tanh":
            cell.source, cell.execution_count = ANSWER, 3
    notebook.cells.append(nbformat.v4.new_code_cell("print('mine')", id="mine"))
    nbformat.write(notebook, notebooks / f"{NAME}.ipynb")
    nbformat.write(nbformat.v4.new_notebook(), notebooks / "Untitled.ipynb")
    shutil.copy(notebooks / f"{NAME}.ipynb", notebooks / f"{NAME}-Copy1.ipynb")
    for part in ("notebooks", "solutions"):
        folder = made / part / PLACE
        (folder / ".ipynb_checkpoints").mkdir()
        shutil.copy(folder / f"{NAME}.ipynb", folder / f".ipynb_checkpoints/{NAME}-c.ipynb")
        shutil.copy(folder / f"{NAME}.ipynb", folder / f"{NAME}.ipynb~")
        (folder / f".#{NAME}.ipynb").symlink_to("somebody@somewhere.1234")
    nbformat.write(nbformat.v4.new_notebook(), made / "solutions" / PLACE / "Untitled.ipynb")
    monkeypatch.chdir(made)
    return made


@pytest.fixture
def installed(course, monkeypatch):
    """The same as what is installed."""
    monkeypatch.setattr(folders, "course_folder", lambda: course)
    monkeypatch.setattr(releases, "course_folder", lambda: course)
    for cached in (folders.masters, releases.released_notebooks):
        cached.cache_clear()
    yield course
    for cached in (folders.masters, releases.released_notebooks):
        cached.cache_clear()


def test_a_notebook_that_somebody_works_in_is_no_template(installed):
    expected = read("notebooks", NAME)
    (name,) = releases.released_notebooks()
    assert name == NAME
    found = releases.released_notebooks()[name]
    assert [(c.id, c.source) for c in found.cells] == [(c.id, c.source) for c in expected.cells]
    assert released_notebooks().keys() == {NAME}
    assert list(folders.masters()) == [NAME]


def test_a_file_that_is_damaged_is_no_template(installed):
    (installed / "notebooks" / PLACE / f"{NAME}.ipynb").write_text('{"cells": [')
    (found,) = releases.released_notebooks().values()
    assert "# YOUR CODE HERE" in next(c.source for c in found.cells if c.id == "tanh")


def test_grading_goes_on_beside_it(course, capsys):
    assert main(["grade"]) == 2
    assert "There are no submissions" in capsys.readouterr().err


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*.ipynb") if path.is_file()}


def test_a_release_replaces_nobodys_work(course, capsys):
    before = contents(course)
    assert main(["release", "--no-proof"]) == 1
    said = capsys.readouterr().err
    assert f"{Path('notebooks', PLACE, NAME)}.ipynb holds answers or outputs" in said
    assert contents(course) == before
    (course / "notebooks" / PLACE / f"{NAME}.ipynb").unlink()
    assert main(["release", "--no-proof"]) == 0
    said = capsys.readouterr().out
    for name in ("Untitled", f"{NAME}-Copy1"):
        assert f"left as it is: {course / 'notebooks' / PLACE / name}.ipynb" in said
    assert f"passed over: {course / 'solutions' / PLACE / 'Untitled.ipynb'}" in said
    after = contents(course)
    new = course / "notebooks" / PLACE / f"{NAME}.ipynb"
    assert {path: after[path] for path in before if path != new} == {
        path: content for path, content in before.items() if path != new
    }
    assert nbformat.reads(after[new].decode(), as_version=4) == read("notebooks", NAME)
    assert not (course / "grading/releases").exists()


def test_two_solutions_of_one_exercise_are_refused(course, capsys):
    folder = course / "solutions" / PLACE
    shutil.copy(folder / f"{NAME}.ipynb", folder / f"{NAME}-Copy1.ipynb")
    assert main(["release", "--no-proof"]) == 1
    said = capsys.readouterr().err
    assert f"{NAME}-Copy1.ipynb and {NAME}.ipynb both have tanh" in said
