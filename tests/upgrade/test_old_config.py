"""A course that has the settings of version 0.1: they work, or one sentence says what to write.

Such a file was copied into each course, and names the steps that grading, release and feedback
take by the modules that they were in.
"""

from __future__ import annotations

import json
import re

import pytest

from tests.support.small import run
from tests.upgrade.course import (
    ASSIGNMENT,
    DATA,
    ROOT,
    expected,
    forget,
    marks,
    old_class,
    run_apart,
)

CONFIG = DATA / "nbgrader_config_0_1.py"
EXPECTED = expected()
TANH = "02_tanh"
#: A step's old name, and in the same sentence something of ours that is not there any more.
OLD = re.compile(r"autograder\.grading\.\w+(\.\w+)?")
NEW = re.compile(r"autograder\.(?!grading\b)\w+\.\w+")


@pytest.fixture
def course(tmp_path):
    return old_class(tmp_path / "course", config=CONFIG)


def works(code, said, errors, wanted=(0,)):
    """True if a command did its work; else see that it said, in one sentence, what to write."""
    for each in (said, errors):
        assert "Traceback" not in each, each
    if code in wanted:
        return True
    told = [line for line in errors.splitlines() if OLD.search(line)]
    assert len(told) == 1, errors
    assert NEW.search(told[0]), told
    return False


def test_these_settings_name_the_steps():
    """Else the other tests would see no old name."""
    text = CONFIG.read_text("utf-8")
    for name in (
        *("stamping.Stamp", "sandboxed.Mend", "sandboxed.SandboxedExecute", "sandboxed.Conclude"),
        *("inert.Inert", "clean_html.clean", "clean_html.markdown", "hidden.HideTests"),
    ):
        assert f'"autograder.grading.{name}"' in text


def test_grade_grades_what_is_left_and_finds_the_rest_as_it_was(course):
    (course / f"grading/autograded/hana/{ASSIGNMENT}/{TANH}.ipynb").unlink()
    code, said, errors = run(course, "grade", "--json")
    if works(code, said, errors, wanted=(1,)):  # two learners wait for a person
        found = json.loads(said)
        assert (found["graded"], found["graded_before"]) == (1, EXPECTED["notebooks"] - 1)
        assert marks(course) == EXPECTED["marks"]


def test_nbgrader_grades_and_puts_on_record(course):
    forget(course, "ivo")
    assert marks(course)["ivo"] != EXPECTED["marks"]["ivo"]
    options = ("--student", "ivo", "--notebook", TANH, "--force")
    if works(*run_apart(course, "nbgrader", "autograde", ASSIGNMENT, *options)):
        assert marks(course) == EXPECTED["marks"]


def test_nbgrader_writes_feedback(course):
    options = ("--student", "ben", "--notebook", TANH)
    if works(*run_apart(course, "nbgrader", "generate_feedback", ASSIGNMENT, *options)):
        page = course / f"grading/feedback/ben/{ASSIGNMENT}/{TANH}.html"
        text = page.read_text("utf-8")
        assert "Half a point for the right idea." in text
        assert "check_fresh" not in text


def test_release_writes_the_same_notebooks(course):
    if works(*run(course, "release", "--no-proof")):
        for path in sorted((ROOT / "notebooks" / ASSIGNMENT).glob("*.ipynb")):
            made = course / "notebooks" / ASSIGNMENT / path.name
            assert made.read_bytes() == path.read_bytes()
