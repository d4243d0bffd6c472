"""From a system's archive into the course, and with marks back to the very lines that it has."""

import csv
import io

import pytest
from nbgrader.api import Gradebook

from autograder.cli.main import main
from autograder.course.nbgrader_log import quiet
from tests.support.archives import NOTEBOOK, zipped
from tests.support.classes import NAME
from tests.support.sheets import Form, Line, canvas, worksheet

ADA = Line("57", "Ada King-Noel", ("Physics", "ada@x.org", "S-1"))
BEN = Line("58", "王伟", ("Maths", "ben@x.org", "S-2"), submitted=False)
CLEO = Line("59", "Cleo", ("Physics", "cleo@x.org", "S-3"))
SHOWN = ("Department", "Email address", "ID number")


def marked(course, *learners, assignment="classification", points=3):
    """Give everybody the same points, as if graded."""
    with quiet(), Gradebook(f"sqlite:///{course / 'grading/gradebook.db'}") as book:
        if assignment not in [each.name for each in book.assignments]:
            book.add_assignment(assignment)
            book.add_notebook(NAME, assignment)
            book.add_grade_cell("c", NAME, assignment, max_score=4, cell_type="code")
        for student in learners:
            book.add_submission(assignment, student)
            grade = book.find_grade("c", NAME, assignment, student)
            grade.auto_score, grade.needs_manual_grade = points, False
        book.db.commit()


def collect(tmp_path, files, *words):
    return main(["collect", str(zipped(tmp_path, files)), *words])


def grades(path, code="utf-8-sig", head="Grade", **form):
    lines = list(csv.reader(io.StringIO(path.read_bytes().decode(code), newline=""), **form))
    return [line[lines[0].index(head)] for line in lines[1:]]


def test_moodle_by_groups(course, tmp_path, capsys):
    first = worksheet([ADA, BEN], Form(SHOWN, override="Monday, 2 February 2026, 12:00 AM"))
    files = {
        f"Ada King Noel_57_assignsubmission_file_/{NAME}.ipynb": NOTEBOOK,
        "Grades-A.csv": first,
    }
    assert collect(tmp_path, files) == 0
    stamp = course / "grading/submitted/s-1/classification/timestamp.txt"
    assert stamp.read_text().startswith("2026-03-02")
    second = worksheet([CLEO], Form(SHOWN, sheet={"delimiter": ";", "end": "\r\n", "mark": ""}))
    path = tmp_path / "group B.csv"
    path.write_bytes(second.encode("utf-16"))
    files = {f"Cleo_59_assignsubmission_file_/{NAME}.ipynb": b'{"cells": [1]}'}
    assert collect(tmp_path, files, "--worksheet", str(path)) == 0
    marked(course, "s-1", "s-3")
    assert main(["export", "--format", "moodle"]) == 0
    out = course / "grading/export"
    assert grades(out / "classification-moodle.csv") == ["75.00", ""]
    assert grades(out / "classification-moodle+2.csv", "utf-16", delimiter=";") == ["75.00"]
    # Who has handed in nothing has a row, as the worksheet names everybody.
    assert main(["export"]) == 0
    assert grades(out / "classification-csv.csv", head="learner") == ["s-1", "s-2", "s-3"]
    assert grades(out / "classification-csv.csv", head="handed_in") == ["yes", "no", "yes"]


@pytest.mark.parametrize("shown", [SHOWN, ()])
def test_each_assignment_of_moodles_has_its_own_numbers(course, tmp_path, shown):
    lines = [Line("57", "Ada", ADA.shown[: len(shown)]), Line("58", "Ben", BEN.shown[: len(shown)])]
    files = {f"Ada_57_assignsubmission_file_/{NAME}.ipynb": NOTEBOOK}
    assert collect(tmp_path, files | {"Grades.csv": worksheet(lines, Form(shown))}) == 0
    (who,) = (each.name for each in (course / "grading/submitted").iterdir())
    marked(course, who)
    with quiet(), Gradebook(f"sqlite:///{course / 'grading/gradebook.db'}") as book:
        book.update_or_create_student(who, lms_user_id="99")  # a later assignment's
    assert main(["export", "--format", "moodle"]) == 0
    assert grades(course / "grading/export/classification-moodle.csv") == ["75.00", ""]


def test_canvas(course, tmp_path):
    files = {
        f"lovelaceada_LATE_71_9001_{NAME}.ipynb": NOTEBOOK,
        f"müllerben_72_9002_{NAME}-1.ipynb": b'{"cells": [1]}',
        f"van_der_berg_cleo_73_9003_{NAME}.ipynb": b'{"cells": [2]}',
    }
    assert collect(tmp_path, files) == 0
    students = sorted(each.name for each in (course / "grading/submitted").iterdir())
    marked(course, *students)
    book = tmp_path / "book.csv"
    names = [("Lovelace, Ada", "71"), ("Müller, Ben", "72"), ("van der Berg, Cleo", "73")]
    lines = [(*each, "", "", "") for each in names]
    book.write_text(canvas(lines, ["Week 3 (9)"], ["10.00"]), "utf-8")
    words = ("--gradebook", str(book), "--column", "Week 3")
    assert main(["export", "--format", "canvas", *words]) == 0
    out = course / "grading/export/classification-canvas.csv"
    assert grades(out, head="Week 3 (9)") == ["10.00", "7.50", "7.50", "7.50"]
    assert main(["export", "--format", "canvas"]) == 0
    assert grades(out, head="ID")[1:] == ["71", "72", "73"]
