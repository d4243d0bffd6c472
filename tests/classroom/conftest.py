"""One small graded class for all tests that change marks without running anything."""

from __future__ import annotations

import shutil

import pytest
from nbgrader.api import Gradebook

from tests.support import remembered, small
from tests.support.classes import NAME


@pytest.fixture(scope="session")
def graded(tmp_path_factory):
    """ada is right, cleo has used the library's tanh, and dan's overflows far out."""
    answers = {each: small.ANSWERS[each] for each in ("ada", "cleo", "dan")}
    course = small.new_class(tmp_path_factory.mktemp("graded") / "course", answers)
    with remembered.runs():
        code, said = small.grade(course)
    assert code == 1, said  # cleo waits for a person
    return course


@pytest.fixture
def equal_runs_once():
    """For tests of what is done with the results of runs."""
    with remembered.runs():
        yield


@pytest.fixture
def course(graded, tmp_path, monkeypatch):
    """A copy of the graded class, in which commands are given."""
    copied = shutil.copytree(graded, tmp_path / "course")
    monkeypatch.chdir(copied)
    return copied


@pytest.fixture
def scores(course):
    """A function that gives a learner's points by check, as the gradebook has them."""

    def read(student):
        url = f"sqlite:///{course / 'grading/gradebook.db'}"
        with Gradebook(url, "moons-and-spirals") as book:
            notebook = book.find_submission_notebook(NAME, "classification", student)
            return {grade.name: grade.score for grade in notebook.grades}

    return read
