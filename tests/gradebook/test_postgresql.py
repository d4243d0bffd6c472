"""A gradebook in another database than SQLite gets the same marks."""

import os
import time

import pytest
from nbgrader.api import Gradebook

from autograder.course.nbgrader_log import quiet
from tests.support import postgresql, small

LEARNERS = ("ada", "ben", "cleo")

if not os.environ.get("CI"):  # where CI sets it, these tests have to run
    pytest.importorskip("psycopg2")
    if not (postgresql.program("initdb") and postgresql.program("postgres")):
        pytest.skip(postgresql.MISSING, allow_module_level=True)


@pytest.fixture(scope="module")
def database():
    with postgresql.server() as address:
        yield address


def marks(url):
    for _ in range(50):  # the server may still be starting
        try:
            with quiet(), Gradebook(url) as book:
                return {
                    (submission.student.id, grade.name): (grade.score, grade.needs_manual_grade)
                    for submission in book.assignment_submissions("classification")
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                }
        except Exception:
            time.sleep(0.1)
    raise AssertionError(f"{url} cannot be read")


def test_grading_into_postgresql(tmp_path, database):
    answers = {each: small.ANSWERS[each] for each in LEARNERS}
    plain = small.new_class(tmp_path / "plain", answers)
    other = small.new_class(tmp_path / "other", answers)
    with (other / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.CourseDirectory.db_url = {database!r}\n")
    for course in (plain, other):
        code, said = small.grade(course)
        assert code == 1, said  # the library's tanh needs a person
    found = marks(database)
    assert found == marks(f"sqlite:///{plain / 'grading/gradebook.db'}")
    assert len({student for student, _ in found}) == len(LEARNERS)
    assert not (other / "grading/gradebook.db").exists()
    code, said = small.grade(other)
    assert code == 1, said
    assert "0 notebooks to grade, 3 graded before" in said
    assert marks(database) == found


def test_learners_and_hours_in_postgresql(tmp_path, database):
    """In the class of the test before; in an order that leaves one learner."""
    course = small.new_class(tmp_path / "course", {each: small.ANSWERS[each] for each in LEARNERS})
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.CourseDirectory.db_url = {database!r}\n")
    code, said = small.grade(course)
    assert code == 1, said
    why = ("--by", "N. N.", "--reason", "ill")
    for words in (
        ("deadline", "classification", "2026-01-01 00:00 UTC"),
        ("extend", "ada", "2", *why),
        ("extend", "ada", "--until", "2026-01-09 00:00", "--assignment", "classification", *why),
        ("decide", "check_tanh_values", "1", "--student", "ada", *why),
        ("learner", "rename", "ada", "O'Ada"),
        ("learner", "merge", "ben", "O'Ada"),
        ("learner", "list"),
        ("learner", "remove", "cleo", "--yes"),
        ("explain", "O'Ada", "tanh"),
    ):
        code, said, errors = small.run(course, *words)
        assert code == 0, said + errors
    assert {student for student, _ in marks(database)} == {"O'Ada"}
    assert marks(database)["O'Ada", "check_tanh_values"][0] == 1
    code, _, errors = small.run(course, "term", "archive", "autumn")
    assert code == 2
    assert "this course's gradebook is no file" in errors
