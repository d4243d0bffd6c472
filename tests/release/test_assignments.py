"""A release is of all assignments, each with its proof; what it passes over is said."""

from __future__ import annotations

import nbformat
import pytest

from autograder.cli.main import main
from tests.support import extra


@pytest.fixture
def course(tmp_path, monkeypatch):
    made = extra.new(tmp_path / "course")
    monkeypatch.chdir(made)
    for each in (made / "solutions/classification").iterdir():
        each.unlink()  # one is enough here
    (made / "solutions/classification").rmdir()
    return made


def released(course):
    return course / f"notebooks/extra/{extra.NAME}.ipynb"


def test_it_is_released_with_its_proof(course, capsys):
    assert main(["release"]) == 0, capsys.readouterr().err
    assert "HIDDEN" not in released(course).read_text()
    assert "# YOUR CODE HERE" in released(course).read_text()


def test_a_solution_that_misses_marks_is_refused(course, capsys):
    extra.add(course, extra.solved(check="assert double(1) == 3, 'not three'"))
    assert main(["release"]) == 1
    said = capsys.readouterr().err
    assert "05_more: the solution earns 0 of 1 in check_double" in said
    assert "not three" in said
    assert not released(course).exists()


def test_an_untouched_notebook_that_earns_marks_is_refused(course, capsys):
    extra.add(course, extra.solved(check="assert callable(double)"))
    assert main(["release"]) == 1
    assert "the untouched notebook earns 1 of 1 in check_double" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("notebook", "why"),
    [
        (extra.solved(name="check_tanh_values"), "'check_tanh_values' has the name of one of"),
        (
            extra.solved(check="autograder.checks.check('check_tanh_pure', globals())"),
            "the cell 'check_double' calls the check 'check_tanh_pure'",
        ),
    ],
)
def test_names_of_our_checks_are_refused(course, capsys, notebook, why):
    extra.add(course, notebook)
    assert main(["release", "--no-proof"]) == 1
    said = capsys.readouterr().err
    assert "extra/05_more.ipynb: the cell" in said
    assert why in said
    assert main(["grade", "extra"]) == 2  # nor is it graded
    assert why in capsys.readouterr().err


def test_what_is_passed_over_is_said(course, capsys):
    solutions = course / "solutions"
    (solutions / "extra/data.csv").write_text("1")
    (solutions / "extra/.hidden").write_text("1")
    (solutions / "drafts").mkdir()
    nbformat.write(nbformat.v4.new_notebook(), solutions / "drafts/06_idea.ipynb")
    nbformat.write(extra.solved(), solutions / "07_loose.ipynb")
    assert main(["release", "--no-proof"]) == 0
    said = capsys.readouterr().out
    assert "drafts (it has no notebook with an exercise)" in said
    assert "07_loose.ipynb (it lies in no assignment's folder)" in said
    assert "data.csv (no notebook; what learners need goes into notebooks/extra/)" in said
    assert ".hidden" not in said


def test_it_stands_alone_in_a_folder_of_its_own(course, capsys):
    assert main(["release", "--no-proof", "--standalone"]) == 0
    assert (course / f"build/standalone/extra/{extra.NAME}.ipynb").is_file()
