"""Marks for other programs: the numbers are the gradebook's, and no text becomes a formula."""

from __future__ import annotations

import csv
import io
import os
import shutil
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from nbgrader.api import Gradebook

from autograder.cli.main import main
from autograder.gradebook.standing import read_standings
from tests.support import sheets
from tests.support.classes import new_course
from tests.support.sheets import Form, Line, worksheet

FORMULA = '=HYPERLINK("http://x","y")'
ADA = Line("11", 'Ada "A", Ü B', ("ada@example.org",))
EVE = Line("99", "Eve", ("eve@example.org",), grade="55.00")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A gradebook: ada is late and waits for a person, ben is a formula, cleo has no submission."""
    course = new_course(tmp_path_factory.mktemp("export") / "course")
    (course / "grading").mkdir()
    with pytest.MonkeyPatch.context() as patch:  # nbgrader calls alembic through PATH
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        book = Gradebook(f"sqlite:///{course / 'grading/gradebook.db'}", "moons-and-spirals")
    with book:
        book.add_student("ada", first_name="Ada", last_name='"A", Ü\nB', lms_user_id="11")
        book.add_student("ben", first_name=FORMULA, last_name="  +A1", email="-x@example.org")
        book.add_student("cleo")
        book.add_assignment("classification", duedate="2026-01-02 00:00:00 UTC")
        book.add_notebook("02_tanh", "classification")
        for check, most in (("values", 2), ("gradient", 1)):
            name = f"check_tanh_{check}"
            book.add_grade_cell(name, "02_tanh", "classification", max_score=most, cell_type="code")
        for student in ("ada", "ben"):
            when = "2026-01-03 12:00:00 UTC" if student == "ada" else "2026-01-01 00:00:00 UTC"
            book.add_submission("classification", student, timestamp=when)
            for check, points in (("values", 2), ("gradient", 1)):
                grade = book.find_grade(f"check_tanh_{check}", "02_tanh", "classification", student)
                grade.auto_score, grade.needs_manual_grade = points, False
        grade = book.find_grade("check_tanh_gradient", "02_tanh", "classification", "ada")
        grade.manual_score, grade.needs_manual_grade = 0.5, True
        notebook = book.find_submission_notebook("02_tanh", "classification", "ada")
        notebook.late_submission_penalty = 0.25
        book.db.commit()
    return course


@pytest.fixture
def export(made, monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.chdir(made)
        return main(["export", *arguments]), capsys.readouterr()

    return run


def test_the_table_has_the_gradebooks_numbers(made, export):
    code, said = export()
    assert code == 1
    assert "ada: a mark waits for a person." in said.out
    path = made / "grading/export/classification-csv.csv"
    assert path.stat().st_mode & 0o077 == 0
    found = pd.read_csv(path).set_index("learner")
    assert list(found.index) == ["ada", "ben", "cleo"]
    assert list(found["score"]) == [2.25, 3, 0]
    assert list(found["tanh"]) == [2.5, 3, 0]
    assert list(found["late_penalty"]) == [0.25, 0, 0]
    assert list(found["late_days"]) == [2, 0, 0]  # have begun
    assert list(found["handed_in"]) == ["yes", "yes", "no"]
    assert set(found["max_score"]) == {3}
    assert found.loc["ada", "last_name"] == '"A", Ü\nB'
    with Gradebook(f"sqlite:///{made / 'grading/gradebook.db'}", "moons-and-spirals") as book:
        for each in ("ada", "ben"):
            submission = book.find_submission("classification", each)
            counts = submission.score - submission.late_submission_penalty
            assert found.loc[each, "score"] == counts


@pytest.mark.parametrize("form", ["csv", "canvas", "blackboard", "brightspace"])
def test_no_text_is_a_formula(made, export, form):
    export("--format", form)
    text = (made / f"grading/export/classification-{form}.csv").read_text("utf-8-sig")
    for line in csv.reader(io.StringIO(text)):
        for value in line:
            plain = value.strip()
            assert not plain.startswith(("=", "+", "-", "@")), value
    assert ("HYPERLINK" in text) == (form != "brightspace")


def test_canvas_gets_its_form(made, export):
    assert export("--format", "canvas")[0] == 1
    text = (made / "grading/export/classification-canvas.csv").read_text()
    lines = list(csv.reader(io.StringIO(text)))
    assert lines[0][:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert lines[1] == ["    Points Possible", "", "", "", "", "3"]
    assert lines[2][1:] == ["11", "", "ada", "", "2.25"]
    assert lines[4][-1] == ""  # nothing was handed in


def written(made, form):
    text = (made / f"grading/export/classification-{form}.csv").read_text("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_canvas_gets_the_name_of_its_assignment(made, export):
    _, said = export("--format", "canvas", "--column", "Week 3 (77)")
    assert written(made, "canvas")[0][-1] == "Week 3 (77)"
    assert "if none is called 'Week 3 (77)', to the letter" in said.out
    assert "out of 3 points" in said.out


def test_blackboard_gets_its_form(made, export):
    code, said = export("--format", "blackboard")
    assert code == 1
    assert "'classification' does not end with a column's id" in said.out
    head = "Quiz 3 [Total Pts: 10 Score] |664617"
    _, said = export("--format", "blackboard", "--column", head)
    assert "id: --column" not in said.out
    assert [line[2:] for line in written(made, "blackboard")] == [
        ["Username", head], ["ada", "7.5"], ["ben", "10"], ["cleo", ""],
    ]  # fmt: skip


def test_brightspace_gets_its_form(made, export):
    _, said = export("--format", "brightspace", "--column", "Week 3")
    assert "an item for 'Week 3 Points Grade'" in said.out
    assert "out of 3 points" in said.out
    rows = [["ada", "2.25", "#"], ["ben", "3", "#"], ["cleo", "", "#"]]
    head = ["Username", "Week 3 Points Grade", "End-of-Line Indicator"]
    assert written(made, "brightspace") == [head, *rows]
    export("--format", "brightspace", "--column", "Week 3 Points Grade <Numeric MaxPoints:30>")
    assert [line[1] for line in written(made, "brightspace")[1:]] == ["22.5", "30", ""]


@pytest.mark.parametrize(
    ("form", "book", "points"),
    [
        (
            "canvas",
            sheets.canvas([("B, Ada", "11", "", "x", "")], ["classification (5)"], ["10.00"]),
            "7.50",
        ),
        (
            "blackboard",
            sheets.blackboard(
                [("B", "Ada", "ADA", "x", "")], ["classification [Total Pts: 6 Score] |5"]
            ),
            "4.50",
        ),
        (
            "brightspace",
            sheets.brightspace(
                [("x", "ada", "B", "Ada", "")],
                ["classification Points Grade <Numeric MaxPoints:4>"],
            ),
            "3.00",
        ),
    ],
)
def test_the_systems_own_gradebook_is_filled(made, export, tmp_path, form, book, points):
    path = tmp_path / "book.csv"
    path.write_text(book, "utf-8")
    code, said = export("--format", form, "--gradebook", str(path), "--output", str(path))
    assert code == 1
    assert "Marks of 1 learner stand under 'classification" in said.out
    assert "No line of their own in book.csv: ben." in said.out
    assert points in path.read_text("utf-8")


def test_options_that_do_not_go_together(export, tmp_path):
    for words in (
        ("--column", "x"),
        ("--gradebook", "x.csv"),
        ("--format", "moodle", "--column", "x"),
    ):
        code, said = export(*words)
        assert code == 2
        assert "go with --format canvas, blackboard, brightspace" in said.err
    code, said = export("--format", "canvas", "--gradebook", str(tmp_path / "no.csv"))
    assert code == 2
    assert "no.csv" in said.err


def test_without_a_worksheet_moodle_gets_nothing(made, export):
    code, said = export("--format", "moodle")
    assert code == 2
    assert "--worksheet" in said.err


@pytest.fixture
def collected(made):
    folder = made / "grading/collected"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


def test_moodle_gets_worksheets_and_feedback(made, export, collected):
    (collected / "classification.csv").write_text(worksheet([ADA, EVE]), "utf-8")
    code, said = export("--format", "moodle")
    assert code == 1
    assert "autograder report" in said.out
    assert "No line of their own in the worksheet: ben." in said.out
    assert "75.00,100.00" in (made / "grading/export/classification-moodle.csv").read_text("utf-8")
    # Another group, saved by a spreadsheet; ben has no points and cannot be changed.
    german = Form((), "de", maximum="50,00", sheet={"delimiter": ";", "end": "\r\n", "mark": ""})
    lines = [Line("12", f"{FORMULA} +A1", locked=True), Line("13", "Cleo", submitted=False)]
    (collected / "classification+2.csv").write_bytes(worksheet(lines, german).encode("cp1252"))
    with Gradebook(f"sqlite:///{made / 'grading/gradebook.db'}", "moons-and-spirals") as book:
        book.update_or_create_student("ben", lms_user_id="12")
    pages = made / "grading/report/classification/learners"
    pages.mkdir(parents=True)
    for who in ("ada", "ben", "nobody"):
        (pages / f"{who}.html").write_text(f"<p>{who}")
    code, said = export("--format", "moodle")
    assert code == 1
    assert "Locked in Moodle, and left as they are there: ben." in said.out
    assert "No line" not in said.out
    second = (made / "grading/export/classification-moodle+2.csv").read_bytes()
    assert second == worksheet(lines, german).encode("cp1252")
    with zipfile.ZipFile(made / "grading/export/classification-moodle.zip") as archive:
        found = {archive.read(name).decode(): name for name in archive.namelist()}
    assert found.keys() == {"<p>ada", "<p>ben"}
    assert found["<p>ada"].endswith("_11_assignsubmission_file_/feedback.html")
    assert found["<p>ben"].endswith("_12_assignsubmission_file_/feedback.html")
    assert not [name for name in found.values() if '"' in name]
    # Elsewhere each learner has a folder, and who has left has none.
    stale = made / "grading/export/classification-feedback/gone/feedback.html"
    stale.parent.mkdir(parents=True)
    stale.write_text("old")
    code, said = export("--format", "canvas")
    assert "Feedback, a folder for each learner:" in said.out
    found = {
        path.parent.name: path.read_text()
        for path in (made / "grading/export/classification-feedback").rglob("feedback.html")
    }
    assert found == {"ada": "<p>ada", "ben": "<p>ben"}
    shutil.rmtree(made / "grading/report")


def test_zeros_and_words_that_moodle_may_pass_over_are_named(made, export, collected):
    text = worksheet([ADA]).replace(",Yes,", ",Jup,")
    (collected / "classification.csv").write_text(text, "utf-8")
    with Gradebook(f"sqlite:///{made / 'grading/gradebook.db'}", "moons-and-spirals") as book:
        notebook = book.find_submission_notebook("02_tanh", "classification", "ada")
        notebook.late_submission_penalty = 3
        book.db.commit()
        code, said = export("--format", "moodle")
        notebook.late_submission_penalty = 0.25
        book.db.commit()
    assert code == 1
    assert "passes over a 0 in a worksheet. After the upload" in said.out
    assert "or type it, for: ada." in said.out
    assert "in words that are not known here: Jup." in said.out


def test_a_worksheet_that_is_none_is_refused(made, export, collected):
    (collected / "classification.csv").write_text("a,b\n1,2\n")
    code, said = export("--format", "moodle")
    assert code == 2
    assert "not Moodle's grading worksheet" in said.err


def test_nothing_graded_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(new_course(tmp_path / "empty"))
    assert main(["export"]) == 2
    assert "autograder grade" in capsys.readouterr().err


def test_an_unknown_assignment_has_no_rows(made):
    with Gradebook(f"sqlite:///{made / 'grading/gradebook.db'}", "moons-and-spirals") as book:
        assert read_standings(book, "other") == ({}, {})
