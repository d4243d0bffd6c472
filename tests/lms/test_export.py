"""Marks for other programs: the numbers are the gradebook's, and no text becomes a formula."""

from __future__ import annotations

import csv
import io
import os
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from nbgrader.api import Gradebook

from autograder.cli.main import main
from autograder.gradebook.errors import CannotGrade
from autograder.gradebook.standing import read_standings
from autograder.lms.moodle import fill, is_worksheet, read_worksheet
from tests.support.classes import new_course
from tests.support.standings import stood

FORMULA = '=HYPERLINK("http://x","y")'
ENGLISH = (
    "\ufeffIdentifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,"
    "Grade can be changed,Last modified (submission),Last modified (grade),Feedback comments\n"
    'Participant 11,"Ada ""A"", Ü",7,ada@example.org,Submitted for grading,,100.00,Yes,'
    '"Sunday, 4 January 2026, 10:00 AM",-,\n'
    "Participant 12,Ben,8,ben@example.org,No submission,,100.00,Yes,-,-,\n"
    "Participant 99,Eve,9,eve@example.org,Submitted for grading,55.00,100.00,Yes,"
    '"Sunday, 4 January 2026, 10:00 AM",-,kept\n'
)
GERMAN = (
    "ID;Vollständiger Name;E-Mail-Adresse;Status;Bewertung;Bestwertung;"
    "Bewertung kann geändert werden;Zuletzt geändert (Abgabe)\r\n"
    "Teilnehmer/in11;Ada;ada@example.org;Zur Bewertung abgegeben;-;50,00;Ja;"
    "Sonntag, 4. Januar 2026, 10:00\r\n"
)
BLIND = (
    "Identifier,Status,Grade,Maximum Grade,Last modified (submission)\n"
    'Participant 11,Submitted for grading,,10.00,"Sunday, 4 January 2026, 10:00 AM"\n'
)


def row(name="ada", number="11", score=3.0, **more):
    return stood(name, "", "", "", number, score=score, **more)


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


def test_no_text_is_a_formula(made, export):
    for form in ("csv", "canvas"):
        export("--format", form)
        text = (made / f"grading/export/classification-{form}.csv").read_text("utf-8-sig")
        for line in csv.reader(io.StringIO(text)):
            for value in line:
                plain = value.strip()
                assert not plain.startswith(("=", "+", "-", "@")), value
        assert "HYPERLINK" in text


def test_canvas_gets_its_form(made, export):
    assert export("--format", "canvas")[0] == 1
    text = (made / "grading/export/classification-canvas.csv").read_text()
    lines = list(csv.reader(io.StringIO(text)))
    assert lines[0][:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert lines[1] == ["    Points Possible", "", "", "", "", "3"]
    assert lines[2][1:] == ["11", "", "ada", "", "2.25"]
    assert lines[4][-1] == ""  # nothing was handed in


def test_without_a_worksheet_moodle_gets_nothing(made, export):
    code, said = export("--format", "moodle")
    assert code == 2
    assert "--worksheet" in said.err


def test_moodle_gets_worksheet_and_feedback(made, export):
    sheet = made / "grading/collected/classification.csv"
    sheet.parent.mkdir()
    sheet.write_text(ENGLISH, "utf-8")
    code, said = export("--format", "moodle")
    assert code == 1
    assert "autograder report" in said.out
    assert "ben has no line in the worksheet." in said.out
    pages = made / "grading/report/classification/learners"
    pages.mkdir(parents=True)
    (pages / "ada.html").write_text("<p>well done")
    export("--format", "moodle")
    with zipfile.ZipFile(made / "grading/export/classification-moodle.zip") as archive:
        (name,) = archive.namelist()
        assert archive.read(name) == b"<p>well done"
    assert name.endswith("_11_assignsubmission_file_/feedback.html")
    assert '"' not in name
    sheet.unlink()
    sheet.parent.rmdir()


def test_only_grades_are_new_in_a_worksheet():
    text, without = fill(ENGLISH, [row(score=2.0)])
    assert without == []
    assert text == ENGLISH.replace("grading,,100", "grading,66.67,100")
    assert is_worksheet(text)
    assert read_worksheet(text) == read_worksheet(ENGLISH)


def test_a_worksheet_that_a_spreadsheet_has_saved_is_filled(made, export):
    sheet = made / "grading/collected/classification.csv"
    sheet.parent.mkdir()
    sheet.write_text(GERMAN, "latin-1")
    assert export("--format", "moodle")[0] == 1
    assert "ann geändert" in (made / "grading/export/classification-moodle.csv").read_text("utf-8")
    sheet.unlink()
    sheet.parent.rmdir()


def test_a_worksheet_in_german_keeps_its_signs():
    text, _ = fill(GERMAN, [row(score=1.5)])
    assert text == GERMAN.replace("abgegeben;-;50", "abgegeben;25,00;50")


def test_blind_marking_knows_numbers_alone():
    text, _ = fill(BLIND, [row()])
    assert "Participant 11,Submitted for grading,10.00,10.00" in text


def test_who_has_no_line_is_named():
    _, without = fill(BLIND, [row(), row("ben", ""), row("cleo", "77")])
    assert without == ["ben", "cleo"]


def test_a_worksheet_without_grades_is_refused():
    with pytest.raises(CannotGrade, match="No column of grades"):
        fill("Identifier,Full name,Email\nParticipant 11,Ada,ada@example.org\n", [row()])


def test_nothing_graded_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(new_course(tmp_path / "empty"))
    assert main(["export"]) == 2
    assert "autograder grade" in capsys.readouterr().err


def test_an_unknown_assignment_has_no_rows(made):
    with Gradebook(f"sqlite:///{made / 'grading/gradebook.db'}", "moons-and-spirals") as book:
        assert read_standings(book, "other") == ({}, {})
