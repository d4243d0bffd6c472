"""A second assignment of the course: released, graded and explained as the first one is."""

from __future__ import annotations

import csv
import shutil
from datetime import datetime

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.cli.main import main
from autograder.course.folders import read_notebook
from tests.support import extra, small
from tests.support.classes import FULL, TANH, hand_in


def hand_in_extra(course, learner, answer):
    released = read_notebook(course / f"notebooks/extra/{extra.NAME}.ipynb")
    content = nbformat.writes(extra.answered(answer, released))
    path = hand_in(course, learner, content, f"{extra.NAME}.ipynb")
    target = course / "grading/submitted" / learner / "extra" / path.name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(path, target)
    path.parent.rmdir()


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """ada is right in both assignments; ben misses the hidden test of the second one."""
    course = extra.new(tmp_path_factory.mktemp("extra") / "course")
    code, said, errors = small.run(course, "release", "--no-proof")
    assert code == 0, errors
    assert "extra/05_more.ipynb" in said
    for learner, answer in (("ada", extra.RIGHT), ("ben", extra.NEAR)):
        hand_in_extra(course, learner, answer)
    hand_in(course, "ada", small.notebook(small.ANSWERS["ada"]))
    code, said = small.grade(course)
    assert code == 0, said
    code, said = small.grade(course, "extra")
    assert code == 0, said
    assert "ada" in said
    assert "3 of 3" in said
    return course


def say(capsys, *arguments, code=0):
    capsys.readouterr()
    assert main(arguments) == code, capsys.readouterr()
    done = capsys.readouterr()
    return done.out + done.err


def test_a_part_of_it_is_explained_by_what_its_checks_printed_and_raised(course, capsys):
    said = say(capsys, "explain", "ben", "double", "--assignment", "extra")
    assert "ben, double (05_more): 1 of 3" in said
    assert "check_double_more: 0 of 2" in said
    assert "AssertionError: not double of 4" in said
    assert "Printed: trying 4" in said
    assert "in the learner's own kernel" in said
    one = say(capsys, "explain", "ben", "check_double_more", "--assignment", "extra")
    assert "check_double:" not in one
    assert "check_double_more: 0 of 2" in one
    assert "2 points" not in say(capsys, "explain", "ada", "--assignment", "extra")


def test_a_learner_reads_nothing_that_a_hidden_test_printed(course, capsys):
    said = say(capsys, "explain", "ben", "double", "--assignment", "extra", "--for-learner")
    assert "trying 4" not in said


def test_a_part_that_is_not_there_is_told_with_those_that_are(course, capsys):
    said = say(capsys, "explain", "ben", "tanh", "--assignment", "extra", code=2)
    assert "There is no part 'tanh'" in said
    assert "double, check_double, check_double_more" in said


def test_a_check_of_ours_is_explained_alone(course, capsys):
    said = say(capsys, "explain", "ada", "check_tanh_pure")
    assert "check_tanh_pure: 1 of 1" in said
    assert "check_tanh_values" not in said


def test_its_checks_are_not_judged_again_without_a_run(course, capsys):
    said = say(capsys, "regrade", "extra")
    assert "0 notebooks judged again" in said
    assert "4 checks have no judge of ours" in said
    assert "`autograder grade extra --force`" in said
    assert "no judge" not in say(capsys, "regrade")


def test_points_are_given_and_pages_written_for_it(course, capsys):
    said = say(capsys, "decide", "check_double_more", "full", "--student", "ben", "--by", "T",
               "--reason", "a typo of ours", "--assignment", "extra")  # fmt: skip
    assert "ben: check_double_more: 0 -> 2 points" in said
    assert "extra/index.html" in say(capsys, "report", "extra").replace("\\", "/")
    say(capsys, "export", "--assignment", "extra")
    rows = list(
        csv.DictReader((course / "grading/export/extra-csv.csv").open(encoding="utf-8-sig"))
    )
    assert {row["learner"]: row["score"] for row in rows} == {"ada": "3", "ben": "3"}


def test_it_is_collected(course, capsys):
    place = course.parent / "sent/cleo"
    place.mkdir(parents=True)
    shutil.copy(course / f"notebooks/extra/{extra.NAME}.ipynb", place)
    said = say(capsys, "collect", str(place.parent), "--assignment", "extra")
    assert "cleo" in said
    assert (course / f"grading/submitted/cleo/extra/{extra.NAME}.ipynb").is_file()


def test_what_learners_got_before_a_release_is_graded_as_such(course, capsys):
    notebook = extra.solved()
    notebook.cells[0].source = "Double any number."
    extra.add(course, notebook)
    assert main(["release", "--no-proof"]) == 0
    assert len(list((course / "grading/releases/extra/05_more").glob("*.ipynb"))) == 1
    hand_in_extra(course, "dora", extra.RIGHT)
    code, said = small.grade(course, "extra", "--student", "dora")
    assert code == 0, said
    assert "3 of 3" in said


def test_data_beside_its_notebook_is_there_when_it_runs(course, capsys):
    (course / "notebooks/extra/data.txt").write_text("4")
    extra.add(course, extra.solved(check="assert double(int(open('data.txt').read())) == 8"))
    assert main(["release"]) == 0, capsys.readouterr().err
    code, said = small.grade(course, "extra")
    assert code == 0, said
    assert "3 of 3" in said


@pytest.mark.parametrize("how", ["edited", "gone", "new"])
def test_marks_are_read_whatever_has_become_of_the_sources(course, capsys, how):
    path = course / "solutions/classification/02_tanh.ipynb"
    if how == "edited":
        path.write_text(path.read_text().replace("tanh", "TANH", 1))
    elif how == "gone":
        shutil.rmtree(path.parent)
    else:
        shutil.copy(path, path.with_name("04_new.ipynb"))
    assert f"ada: {TANH} of {FULL}" in say(capsys, "explain", "ada")
    assert "check_tanh_pure: 1 of 1" in say(capsys, "explain", "ada", "tanh")
    say(capsys, "report")
    say(capsys, "export")
    say(capsys, "decide", "check_tanh_pure", "0", "--student", "ada", "--dry-run")
    assert "solutions/" in say(capsys, "grade", code=2) or how == "gone"


def test_an_assignment_that_is_not_there_is_told_with_those_that_are(course, capsys):
    said = say(capsys, "grade", "other", code=2)
    assert "There is no assignment 'other' in this course. There is: classification, extra." in said


def test_one_that_was_not_released_says_so(course, capsys):
    shutil.rmtree(course / "notebooks/extra")
    said = say(capsys, "grade", "extra", code=2)
    assert "05_more of extra was not released yet: run `autograder release`." in said


def test_all_assignments_are_one_table_with_late_days_and_sum(course, capsys):
    config = course / "nbgrader_config.py"
    config.write_text(
        config.read_text()
        + "\nc.AssignLatePenalties.plugin_class = 'autograder.late.LatePolicy'"
        + "\nc.LatePolicy.bank_days, c.LatePolicy.percent_a_day = 3, 10\n"
    )
    with Gradebook(f"sqlite:///{course / 'grading/gradebook.db'}", "moons-and-spirals") as book:
        for name in ("classification", "extra"):
            book.find_assignment(name).duedate = datetime(2026, 1, 10)
        book.find_submission("extra", "ada").timestamp = datetime(2026, 1, 11, 12)
        book.find_student("ben").first_name = "=1+1"
        book.update_or_create_assignment("=later")
        book.db.commit()
    said = say(capsys, "export", "--all")
    assert "'=later' has no column: nothing of it is graded yet." in said.replace('"', "'")
    text = (course / "grading/export/all.csv").read_text("utf-8-sig")
    rows = {row["learner"]: row for row in csv.DictReader(text.splitlines())}
    full, both = str(FULL), str(FULL + 3)
    shown = ("classification", "classification_max", "extra", "extra_max", "late_days",
             "late_days_left", "score", "max_score", "needs_a_person")  # fmt: skip
    ada = [str(TANH), full, "3", "3", "2", "1", str(TANH + 3), both, "no"]
    assert [rows["ada"][each] for each in shown] == ada
    assert [rows["ben"][each] for each in shown] == ["", full, "1", "3", "0", "3", "1", both, "no"]
    assert rows["ben"]["first_name"] == "'=1+1"
    said = say(capsys, "export", "--all", "--format", "canvas", code=2)
    assert "canvas takes one assignment at a time" in said


def test_one_file_of_it_is_checked_where_it_lies(course, capsys):
    said = say(capsys, "check", f"solutions/extra/{extra.NAME}.ipynb")
    assert "3 of 3 points" in said
    say(capsys, "check", f"notebooks/extra/{extra.NAME}.ipynb", code=1)
