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
