"""A void part's points are for all who have handed in its notebook, in a file that can be read."""

from __future__ import annotations

import sqlite3

import pytest

from autograder.classroom import enter
from autograder.classroom.course import open_course
from autograder.classroom.plan import todos
from autograder.cli.main import main
from autograder.workers.job import Result
from tests.support.classes import NAME, hand_in
from tests.support.kept import points

VOID = ("decide", "tanh", "full", "--all", "--by", "N. N.", "--reason", "It was broken.")


@pytest.fixture
def with_a_pdf(course, capsys):
    hand_in(course, "eve", b"%PDF-1.4", "essay.pdf")
    hand_in(course, "fay", "<html>")
    main(["grade"])
    capsys.readouterr()
    return course


def test_who_handed_in_nothing_that_can_be_read_gets_nothing(with_a_pdf, capsys):
    assert main([*VOID, "--dry-run"]) == 0
    tried = capsys.readouterr().out
    assert main([*VOID]) == 0
    for said in (tried, capsys.readouterr().out):
        assert "eve gets none of 02_tanh: No notebook was handed in, only essay.pdf." in said
        assert "fay gets none of 02_tanh: 02_tanh.ipynb is a web page." in said
        assert "dan: check_tanh_stable: 0 -> 1 point" in said
        assert "eve: check" not in said
    assert sum(points(with_a_pdf, "eve").values()) == sum(points(with_a_pdf, "fay").values()) == 0
    assert sum(points(with_a_pdf, "dan").values()) == 5


def test_the_zero_still_waits_for_a_person_and_the_points_come_with_the_file(with_a_pdf, capsys):
    assert main([*VOID]) == 0
    main(["grade"])
    assert "For a person: eve" in capsys.readouterr().out
    hand_in(with_a_pdf, "eve", (with_a_pdf / f"grading/submitted/ada/classification/{NAME}.ipynb")
            .read_bytes())  # fmt: skip
    main(["grade"])
    assert sum(points(with_a_pdf, "eve").values()) == 5


def test_who_handed_in_nothing_at_all_is_named(course, capsys):
    mine = open_course("classification")
    with mine.book.transaction() as gradebook:
        for student in ("gus", "ida"):
            gradebook.update_or_create_student(student)
    mine.book.close()
    assert main([*VOID, "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "2 learners have not handed in 02_tanh, and get none of it: gus, ida." in said


def test_who_has_points_of_his_own_keeps_them_and_is_named(course, capsys):
    give = ("decide", "check_tanh_stable", "0.5", "--student", "dan", "--by", "N. N.")
    assert main([*give, "--reason", "Half."]) == 0
    assert main([*VOID, "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "dan keeps what was decided for this learner: N. N. gave 0.5 points" in said


@pytest.mark.parametrize("code", ["kernel", "internal"])
def test_a_file_that_only_we_could_not_grade_was_handed_in(course, code):
    mine = open_course("classification")
    (todo,) = todos(mine, "dan", force=True)
    enter.enter(mine, [enter.ToEnter(todo.submission, NAME, Result(error=(code, "It stopped.")))])
    mine.book.close()
    assert main([*VOID]) == 0
    assert sum(points(course, "dan").values()) == 5


def test_an_older_gradebook_knows_it_from_the_record(with_a_pdf):
    with sqlite3.connect(with_a_pdf / "grading/gradebook.db") as database:
        for table, column in (
            ("record", "readable"), ("decision", "most"), ("decision", "over"),
        ):  # fmt: skip
            database.execute(f"alter table autograder_{table} drop column {column}")
        database.execute("drop table autograder_taken")
    database.close()
    assert main([*VOID]) == 0
    assert sum(points(with_a_pdf, "eve").values()) == 0
    assert sum(points(with_a_pdf, "dan").values()) == 5


def test_one_decision_settles_all_of_a_wrong_file(with_a_pdf, capsys):
    by = ("--by", "N. N.", "--reason", "No notebook.")
    assert main(["decide", "classification", "0", "--student", "eve", *by]) == 0
    assert main(["decide", NAME, "same", "--student", "fay", *by]) == 0
    capsys.readouterr()
    main(["grade"])
    said = capsys.readouterr().out
    assert "For a person: eve" not in said
    assert "For a person: fay" not in said
    for what in ("classification", NAME, "tanh"):
        assert main(["decide", what, "1", "--student", "eve", *by]) == 2
        assert f"{what} has several checks" in capsys.readouterr().err
    assert main(["decide", "classification", "full", "--student", "dan", *by]) == 0
    assert sum(points(with_a_pdf, "dan").values()) == 5
