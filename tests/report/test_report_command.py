"""`autograder report` on a course that was graded: its pages, which agree with the gradebook."""

from __future__ import annotations

import json
import re

import pytest
from nbgrader.api import Gradebook

from autograder.cli.main import main
from tests.support import small
from tests.support.classes import NAME, hand_in, new_course
from tests.support.kept import records


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class of five, graded; a person gave ada half a point.

    In gus's folder is nothing, and a file of eve's has her name.
    """
    people = ("ada", "ben", "cleo", "dan", "eve")
    answers = {each: small.ANSWERS[each] for each in people}
    course = small.new_class(tmp_path_factory.mktemp("report") / "course", answers)
    (course / "grading/submitted/gus/classification").mkdir(parents=True)
    hand_in(course, "eve", "<html>", "eve and her homework.ipynb")
    assert small.grade(course)[0] == 1
    with Gradebook(f"sqlite:///{course / 'grading/gradebook.db'}", "moons-and-spirals") as book:
        grade = book.find_grade("check_tanh_stable", NAME, "classification", "ada")
        grade.manual_score = 0.5
        book.db.commit()
    return course


@pytest.fixture
def report(graded, monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.chdir(graded)
        code = main(["report", *arguments])
        return code, capsys.readouterr()

    return run


def test_every_page_has_the_gradebooks_points(graded, report):
    code, said = report()
    assert code == 0
    folder = graded / "grading/report/classification"
    assert str(folder / "index.html") in said.out
    with Gradebook(f"sqlite:///{graded / 'grading/gradebook.db'}", "moons-and-spirals") as book:
        scores = {
            each.id: book.find_submission("classification", each.id).score for each in book.students
        }
    assert len(scores) == 6
    for student, score in scores.items():
        page = folder / "learners" / f"{student}.html"
        found = re.search(r'class="score">([\d.]+) of ([\d.]+) points', page.read_text())
        assert float(found[1]) == score
        assert page.stat().st_mode & 0o077 == 0
    index = (folder / "index.html").read_text()
    assert all(student in index for student in scores)
    assert "library" in index  # why cleo needs a person


def test_marks_by_hand_show(graded, report):
    report()
    page = (graded / "grading/report/classification/learners/ada.html").read_text()
    assert "these points were given by a person" in page


def test_a_page_of_somebody_who_left_goes(graded, report):
    stale = graded / "grading/report/classification/learners/gone.html"
    report()
    stale.write_text("old")
    report()
    assert not stale.exists()


def test_without_names(graded, report):
    assert report("--no-names")[0] == 0
    index = (graded / "grading/report/classification/index.html").read_text()
    assert not re.search(r"\b(ada|ben|cleo|dan|eve|gus|homework)\b", index)
    assert "No notebook was handed in." in index
    assert "A file was left out" in index


def test_no_fresh_point_is_shown(graded, report):
    """Why dan's form overflows names a point of the fresh draws; the page does not."""
    record = json.dumps(records(graded)["dan"][NAME])
    shown = re.search(r"At x = (-?[\d.]+)", record)
    assert shown
    report()
    page = (graded / "grading/report/classification/learners/dan.html").read_text()
    assert "At x = …" in page
    assert shown[1] not in re.sub("<svg.*?</svg>", "", page, flags=re.DOTALL)


def test_nothing_graded_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(new_course(tmp_path / "empty"))
    assert main(["report"]) == 2
    assert "autograder grade" in capsys.readouterr().err
