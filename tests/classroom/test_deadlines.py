"""Deadlines and extensions by command: marks follow at once, and everything is on record."""

from datetime import datetime, timedelta

import pytest
from nbgrader.api import Gradebook

from autograder.cli.main import main
from autograder.course.nbgrader_log import quiet
from autograder.running import retry
from autograder.workers import pool
from tests.support import small
from tests.support.classes import NAME, hand_in

POLICY = """
c.AssignLatePenalties.plugin_class = "autograder.late.LatePolicy"
c.LatePolicy.percent_a_day = 20
"""
DUE = ("deadline", "classification", "2026-01-01 00:00 UTC")
WHY = ("--by", "N. N.", "--reason", "ill")

pytestmark = pytest.mark.usefixtures("berlin")


def book(course):
    return Gradebook(f"sqlite:///{course / 'grading/gradebook.db'}", "moons-and-spirals")


def penalty(course, student="ada"):
    with quiet(), book(course) as gradebook:
        found = gradebook.find_submission_notebook(NAME, "classification", student)
        return found.late_submission_penalty or 0.0


@pytest.fixture
def late(course):
    """ada has five points, and has handed in two days and an hour after the deadline."""
    with (course / "nbgrader_config.py").open("a") as file:
        file.write(POLICY)
    hand_in(course, "ada", "2026-01-03 01:00:00 UTC", "timestamp.txt")
    with quiet(), book(course) as gradebook:
        gradebook.find_submission("classification", "ada").timestamp = datetime(2026, 1, 3, 1)
        gradebook.db.commit()
    return course


def test_a_deadline_is_set_and_marks_follow(late, capsys):
    assert main([*DUE]) == 0
    said = capsys.readouterr().out
    assert "classification is due 2026-01-01 00:00 UTC.\n" in said
    assert "Late by now in classification: ada." in said
    assert "Of 2 learners no hour of submission is known" in said
    assert "ada: classification: 5 -> 2 points" in said
    assert penalty(late) == 3
    assert main(["deadline", "classification", "2026-01-02 00:00 +01:00"]) == 0
    assert "It was 2026-01-01 01:00 CET (2026-01-01 00:00 UTC)." in capsys.readouterr().out
    assert main(["deadline"]) == 0
    assert "classification: 2026-01-02 00:00 CET (2026-01-01 23:00 UTC)" in capsys.readouterr().out
    assert main(["deadline", "classification", "--none"]) == 0
    assert "has no deadline" in capsys.readouterr().out
    assert penalty(late) == 0
    assert main(["deadline"]) == 0
    assert capsys.readouterr().out == "classification: no deadline\n"


def test_a_deadline_before_anybody_has_handed_in(course, capsys):
    (course / "grading/gradebook.db").unlink()
    assert main([*DUE]) == 0
    assert "being late costs nothing" in capsys.readouterr().out
    assert main(["deadline"]) == 0
    assert capsys.readouterr().out.startswith("classification: 2026-01-01 01:00 CET")


def test_grading_keeps_a_deadline_that_was_set_before(course, monkeypatch):
    monkeypatch.setattr(pool, "cores", lambda: 1)
    monkeypatch.setattr(retry, "run_notebook", lambda notebook, **options: notebook)
    (course / "grading/gradebook.db").unlink()
    assert main([*DUE]) == 0
    assert main(["grade"]) in (0, 1)
    with quiet(), book(course) as gradebook:
        assert gradebook.find_assignment("classification").duedate == datetime(2026, 1, 1)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (
            ("deadline", "poetry", "2026-01-01 00:00"),
            "no assignment 'poetry' in this course. There",
        ),
        (("deadline", "poetry"), "There is no assignment 'poetry'. There is: classification."),
        (("deadline", "classification", "soon"), "'soon' is no hour"),
        (("deadline", "classification", "2026-01-01 00:00", "--none"), "and not both"),
        (("deadline", "--none"), "Say of which assignment"),
        (("extend",), "Say whose deadlines, and by how much"),
        (("extend", "ada", *WHY), "Say whose deadlines, and by how much"),
        (("extend", "ada", "2", "--all", *WHY), "Say whose deadlines, and by how much"),
        (("extend", "ada", "2", "3", *WHY), "Say whose deadlines, and by how much"),
        (("extend", "ada", "2"), "Say who decides, with --by"),
        (("extend", "ada", "two", *WHY), "'two' is no number of days"),
        (("extend", "ada", "-1", *WHY), "'-1' is no number of days"),
        (("extend", "ada", "nan", *WHY), "'nan' is no number of days"),
        (("extend", "*", "1", *WHY), "'*' can be no learner's id"),
        (("extend", "a/b", "1", *WHY), "'a/b' can be no learner's id"),
        (("extend", "ada", "1", "--assignment", "poetry", *WHY), "no assignment 'poetry'"),
        (("extend", "ada", "--until", "2026-01-02 00:00", *WHY), "name it with --assignment"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(course, capsys, words, why):
    assert main([*words]) == 2
    assert why in capsys.readouterr().err
    assert main(["extend", "--list"]) == 0
    assert capsys.readouterr().out == "No extensions were given.\n"


def test_an_extension_counts_at_once_and_is_taken_back(late, capsys):
    main([*DUE])
    capsys.readouterr()
    assert main(["extend", "ada", "1", *WHY]) == 0
    said = capsys.readouterr().out
    assert said.startswith("ada: all assignments 1 day later.\n")
    assert "ada: classification: 2 -> 3 points" in said
    assert penalty(late) == 2
    for part in ("tanh", ""):
        assert main(["explain", "ada", *filter(None, [part])]) == 0
        said = capsys.readouterr().out
        assert (
            "Handed in 1 day 1 hour after the deadline (2026-01-03 01:00 UTC; due 2026-01-02 00:00 "
            "UTC, extended by 1 day): 5 less 2 leaves 3 of 5 in 02_tanh."
        ) in said
        assert "in the whole course: 2 late days; late days left for nothing: 0." in said
    assert main(["extend", "--all", "2.5", "--assignment", "classification", *WHY]) == 0
    assert "Everybody: classification 2.5 days later." in capsys.readouterr().out
    assert penalty(late) == 0, "the longer one counts"
    assert main(["deadline"]) == 0
    said = capsys.readouterr().out
    assert "Extension: ada, all assignments: 1 day later (N. N., 20" in said
    assert "Extension: everybody, classification: 2.5 days later" in said
    assert main(["extend", "--all", "0", "--assignment", "classification", *WHY]) == 0
    assert "the extension for classification is taken back." in capsys.readouterr().out
    assert penalty(late) == 2
    capsys.readouterr()
    assert main(["extend", "ada", "0", "--by", "M. M.", "--reason", "well again"]) == 0
    said = capsys.readouterr().out
    assert "In place of this: ada, all assignments: 1 day later (N. N., 20" in said
    assert penalty(late) == 3
    assert main(["extend", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(" (")[0] for line in lines] == [
        "ada, all assignments: 1 day later", "everybody, classification: 2.5 days later",
        "everybody, classification: taken back", "ada, all assignments: taken back",
    ]  # fmt: skip
    assert main(["extend", "ada", "2", *WHY]) == 0
    assert "In place of this" not in capsys.readouterr().out


def test_until_an_hour_moves_with_no_deadline(late, capsys):
    main([*DUE])
    words = ["--until", "2026-01-02 02:00 +01:00", "--assignment", "classification", *WHY]
    assert main(["extend", "ada", *words]) == 0
    assert "ada: classification until 2026-01-02 02:00" in capsys.readouterr().out
    assert penalty(late) == 1  # from one in the morning to one in the morning: a day to the second
    main(["deadline", "classification", "2026-01-03 00:00 UTC"])
    assert penalty(late) == 1, "an hour that is before the deadline shortens nothing"
    with quiet(), book(late) as gradebook:
        assert not gradebook.find_submission("classification", "ada").extension


def test_for_somebody_who_comes_later_and_without_a_deadline(course, capsys):
    assert main(["extend", "zoe", "2", "--assignment", "classification", *WHY]) == 0
    said = capsys.readouterr().out
    assert "Nobody is called zoe in the gradebook yet: it counts when somebody is." in said
    assert "classification has no deadline: `autograder deadline classification TIME`" in said
    with quiet(), book(course) as gradebook:
        gradebook.add_student("zoe")
        gradebook.add_submission("classification", "zoe")
    assert main([*DUE]) == 0
    with quiet(), book(course) as gradebook:
        zoe = gradebook.find_submission("classification", "zoe")
        assert zoe.extension == timedelta(days=2)
        assert gradebook.find_submission("classification", "ada").extension is None


def test_without_a_deadline_nothing_is_late_whatever_was_extended(late):
    assert main(["extend", "ada", "2", *WHY]) == 0
    assert main(["export"]) in (0, 1)
    main([*DUE])
    assert penalty(late) == 1
    assert main(["deadline", "classification", "--none"]) == 0
    with quiet(), book(late) as gradebook:  # nbgrader itself adds both
        assert gradebook.find_submission("classification", "ada").total_seconds_late == 0
    assert penalty(late) == 0


def test_what_was_given_before_counts_for_the_first_file(late, monkeypatch):
    monkeypatch.setattr(pool, "cores", lambda: 1)
    monkeypatch.setattr(retry, "run_notebook", lambda notebook, **options: notebook)
    main([*DUE])
    main(["extend", "zoe", "1", *WHY])
    hand_in(late, "zoe", small.notebook(small.ANSWERS["ada"]))
    hand_in(late, "zoe", "2026-01-02 12:00:00 UTC", "timestamp.txt")
    assert main(["grade"]) in (0, 1)
    assert penalty(late, "zoe") == 1


def test_of_one_here_and_one_in_the_settings_the_longer_counts(late):
    main([*DUE])
    with (late / "nbgrader_config.py").open("a") as file:
        file.write("c.LatePolicy.extensions = {'ada': 1}\n")
    main(["extend", "ada", "0.5", *WHY])
    assert penalty(late) == 2
    main(["extend", "ada", "2", *WHY])
    assert penalty(late) == 1


def test_an_extension_counts_with_a_plugin_of_nbgraders(late):
    with (late / "nbgrader_config.py").open("a") as file:
        file.write(
            "c.AssignLatePenalties.plugin_class = 'nbgrader.plugins.LateSubmissionPlugin'\n"
            "c.LateSubmissionPlugin.penalty_method = 'zero'\n"
        )
    main([*DUE])
    assert penalty(late) == 5
    main(["extend", "ada", "3", *WHY])
    assert penalty(late) == 0
