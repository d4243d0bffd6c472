"""What persons have decided counts in the same way whatever command runs next."""

from __future__ import annotations

import shutil

import pytest
from nbgrader.api import Gradebook

from autograder.checks.words.verdict import correct
from autograder.cli.main import main
from autograder.gradebook import book as book_module
from autograder.gradebook.decisions import EVERYBODY, POINTS, Decision
from tests.support import small
from tests.support.classes import NAME, hand_in
from tests.support.judges import judge_instead
from tests.support.kept import decisions

pytestmark = pytest.mark.usefixtures("equal_runs_once")
STABLE, VALUES = "check_tanh_stable", "check_tanh_values"
BY = ("--by", "the instructor", "--reason", "A fair idea.")
LATE = """
c.AssignLatePenalties.plugin_class = "autograder.late.LatePolicy"
c.LatePolicy.percent_a_day = {percent}
"""


@pytest.fixture(scope="module")
def late(graded, tmp_path_factory):
    """The class with a late policy, and dan a day late."""
    course = shutil.copytree(graded, tmp_path_factory.mktemp("late") / "course")
    hand_in(course, "dan", "2026-03-02 09:00:00 UTC", "timestamp.txt")
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(LATE.format(percent=20))
    with opened(course) as book:
        book.update_or_create_assignment("classification", duedate="2026-03-01 10:00:00 UTC")
    small.grade(course)
    return course


@pytest.fixture
def course(late, tmp_path, monkeypatch):
    copied = shutil.copytree(late, tmp_path / "course")
    monkeypatch.chdir(copied)
    return copied


def opened(course):
    return Gradebook(f"sqlite:///{course / 'grading/gradebook.db'}", "moons-and-spirals")


def score(course, student):
    with opened(course) as book:
        found = book.find_submission("classification", student)
        return found.score - (found.late_submission_penalty or 0.0)


def waiting(capsys):
    """The learners who wait for a person, as `grade` lists them; and its exit code."""
    capsys.readouterr()
    code = main(["grade"])
    lines = capsys.readouterr().out.splitlines()
    return code, [line.split(": ")[1] for line in lines if line.startswith("For a person: ")]


def force(course):
    code, said = small.grade(course, "--force")
    assert code in (0, 1), said
    return said


def test_regrade_loses_no_question(course, monkeypatch, capsys):
    assert waiting(capsys) == (1, ["cleo"])
    judge_instead(monkeypatch, STABLE, correct("tanh_stable_right"), now="tanh_overflow")
    assert main(["regrade"]) == 0
    assert waiting(capsys) == (1, ["cleo"])
    assert main(["decide", "tanh", "same", "--student", "cleo", *BY]) == 0
    assert main(["regrade"]) == 0
    assert waiting(capsys) == (0, [])


def test_being_late_costs_a_share_of_what_counts(course):
    main(["grade"])
    assert score(course, "dan") == pytest.approx(4 * 0.8)
    assert main(["decide", STABLE, "full", "--all", *BY]) == 0
    assert score(course, "dan") == pytest.approx(5 * 0.8)
    force(course)
    assert score(course, "dan") == pytest.approx(5 * 0.8)


@pytest.mark.parametrize("command", [["grade"], ["export"], ["report"], ["explain", "dan", "tanh"]])
def test_a_changed_policy_needs_no_force(course, command):
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text().replace("percent_a_day = 20", "percent_a_day = 50"))
    main(command)
    assert score(course, "dan") == pytest.approx(4 * 0.5)


def test_a_void_part_asks_nobody_also_after_force(course, capsys):
    assert main(["decide", "tanh", "full", "--all", *BY]) == 0
    assert waiting(capsys) == (0, [])
    assert "For a person" not in force(course)
    assert waiting(capsys) == (0, [])


def test_same_is_about_one_file(course, capsys):
    assert main(["decide", "tanh", "same", "--student", "cleo", *BY]) == 0
    confirmed = score(course, "cleo")
    force(course)
    assert (score(course, "cleo"), waiting(capsys)) == (confirmed, (0, []))
    hand_in(course, "cleo", small.notebook(small.ANSWERS["cleo"] + "  # once more"))
    assert waiting(capsys) == (1, ["cleo"])
    hand_in(course, "cleo", small.notebook(small.ANSWERS["ada"]))
    assert waiting(capsys) == (0, [])
    assert score(course, "cleo") == 5


def test_points_for_an_earlier_file_stay_and_are_asked_about(course, capsys):
    assert main(["decide", STABLE, "0.5", "--student", "dan", *BY]) == 0
    force(course)
    assert "dan" not in waiting(capsys)[1]
    hand_in(course, "dan", small.notebook(small.ANSWERS["ada"]))
    assert waiting(capsys)[1] == ["dan", "cleo"]  # what is new comes first
    assert score(course, "dan") == pytest.approx(4.5 * 0.8)
    assert main(["decide", STABLE, "same", "--student", "dan", *BY]) == 0
    assert waiting(capsys)[1] == ["cleo"]


def test_a_decision_that_fits_no_more_is_told_and_stops_nobody(course, capsys):
    enter_everybodys(course, VALUES, 9.0)
    enter_everybodys(course, "check_that_was", 1.0)
    assert main(["grade"]) == 1
    said = capsys.readouterr().out
    assert "about check_that_was for everybody is set aside" in said
    assert "gives 9 points, and the check has 2: it counts as all of them." in said
    with opened(course) as book:
        assert book.find_grade(VALUES, NAME, "classification", "cleo").score == 2
    assert main(["decide", STABLE, "full", "--all", *BY]) == 1
    assert main(["regrade"]) == 1
    force(course)


def enter_everybodys(course, check, points):
    """A decision from a time when the exercises were others."""
    from autograder.classroom.course import open_course

    when = "2026-01-01T00:00:00+00:00"
    open_course("classification").book.decide(
        [Decision(EVERYBODY, check, POINTS, "N. N.", "Then.", when, points=points)]
    )


def test_same_counts_no_extra_credit(course):
    with opened(course) as book:
        book.find_grade(VALUES, NAME, "classification", "ada").extra_credit = 1.5
        book.db.commit()
    assert main(["decide", VALUES, "same", "--student", "ada", *BY]) == 0
    assert score(course, "ada") == 6.5
    assert main(["decide", "tanh", "same", "--all", *BY]) == 0
    assert score(course, "ada") == 6.5


def test_a_decision_about_everybody_is_whole_or_not_at_all(course, monkeypatch):
    before = small.book(course)
    settle = book_module.settle
    calls = []

    def fails_at_the_end(*arguments, **options):
        calls.append(arguments)
        if len(calls) == 2:
            raise OSError("the disk is full")
        return settle(*arguments, **options)

    monkeypatch.setattr(book_module, "settle", fails_at_the_end)
    assert main(["decide", "tanh", "full", "--all", *BY]) == 2
    monkeypatch.setattr(book_module, "settle", settle)
    assert small.book(course)[1:] == before[1:]
    assert not decisions(course)


def test_a_decision_about_all_is_recorded_once(course):
    assert main(["decide", STABLE, "full", "--all", *BY]) == 0
    assert [each[:3] for each in decisions(course)] == [("*", STABLE, "full")]


def test_a_dry_run_changes_nothing(course, capsys):
    main(["grade"])
    before = small.book(course)
    assert main(["decide", STABLE, "full", "--all", "--dry-run", *BY]) == 0
    assert f"dan: {STABLE}: 0 -> 1 point" in capsys.readouterr().out
    assert small.book(course) == before
