"""`autograder decide`: points by hand have an author and a reason, and outlive every grading."""

from __future__ import annotations

import pytest
from nbgrader.api import Gradebook

from autograder.checks.table import PARTS
from autograder.cli.main import main
from tests.support import small
from tests.support.classes import NAME, hand_in
from tests.support.judges import judge_instead
from tests.support.kept import decisions

pytestmark = pytest.mark.usefixtures("equal_runs_once")
STABLE = "check_tanh_stable"
BY = ("--by", "the instructor", "--reason", "A fair idea.")


def test_points_count_are_explained_and_shown(course, scores, capsys):
    assert main(["decide", STABLE, "0.5", "--student", "dan", *BY]) == 0
    assert f"dan: {STABLE}: 0 -> 0.5 points" in capsys.readouterr().out
    assert scores("dan")[STABLE] == 0.5
    assert main(["explain", "dan", "tanh"]) == 0
    said = capsys.readouterr().out
    assert "A fair idea." in said
    assert "Decided by the instructor" in said
    assert main(["explain", "dan", "tanh", "--for-learner"]) == 0
    said = capsys.readouterr().out
    assert "A fair idea." in said
    assert "the instructor" not in said
    assert main(["report"]) == 0
    page = (course / "grading/report/classification/learners/dan.html").read_text()
    assert "A person wrote: A fair idea." in page
    assert "these points were given by a person" in page


def test_it_outlives_grading_and_regrading(course, scores, monkeypatch):
    assert main(["decide", STABLE, "0.5", "--student", "dan", *BY]) == 0
    small.grade(course, "--force")
    assert scores("dan")[STABLE] == 0.5
    from autograder.checks.words.verdict import correct

    judge_instead(monkeypatch, STABLE, correct("tanh_stable_right"))
    assert main(["regrade"]) == 0
    assert scores("dan")[STABLE] == 0.5


def test_a_void_part_gives_everybody_its_points(course, scores):
    assert main(["decide", "tanh", "full", "--all", *BY]) == 0
    for student in ("ada", "dan"):
        assert sum(scores(student).values()) == sum(PARTS["tanh"].checks.values())


def test_a_void_part_is_void_for_who_hands_in_later(course, scores, capsys):
    assert main(["decide", STABLE, "full", "--all", *BY]) == 0
    assert main(["decide", STABLE, "0.5", "--student", "ada", *BY]) == 0
    hand_in(course, "late", small.notebook(small.ANSWERS["dan"]))
    small.grade(course)
    assert scores("late") == {**scores("dan"), STABLE: 1}
    assert main(["explain", "late", "tanh"]) == 0
    assert "Decided by the instructor" in capsys.readouterr().out
    small.grade(course, "--force")
    assert scores("ada")[STABLE] == 0.5  # what was decided for one learner stays


def test_what_would_change_can_be_listed_first(course, capsys):
    before = small.book(course)
    assert main(["decide", "tanh", "full", "--all", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert f"dan: {STABLE}: 0 -> 1 point" in said
    assert "ada" not in said
    assert "Nothing was changed" in said
    assert main(["decide", STABLE, "0.5", "--student", "ada", "--dry-run"]) == 0
    assert f"ada: {STABLE}: 1 -> 0.5 points" in capsys.readouterr().out
    assert main(["decide", STABLE, "2", "--student", "ada", "--dry-run"]) == 2
    assert "do not fit" in capsys.readouterr().err
    assert small.book(course) == before
    assert not (course / "grading/decisions").exists()


@pytest.mark.parametrize(
    ("arguments", "instead"),
    [
        (["--void", "tanh"], "autograder decide tanh full --all --by NAME --reason TEXT"),
        (["--void", "tanh", "--dry-run"], "autograder decide tanh full --all --dry-run"),
        (
            ["--void", "tanh", "--student", "dan", *BY],
            "autograder decide tanh full --student dan --by 'the instructor' "
            "--reason 'A fair idea.'",
        ),
        (BY, "autograder decide PART full --all --by 'the instructor' --reason 'A fair idea.'"),
    ],
)
def test_regrade_says_what_gives_points_by_hand(course, capsys, arguments, instead):
    before = small.book(course)
    assert main(["regrade", *arguments]) == 2
    assert f"`{instead}`" in capsys.readouterr().err
    assert small.book(course) == before


def test_same_confirms_a_whole_part(course, scores):
    before = scores("dan")
    assert main(["decide", "tanh", "same", "--student", "dan", *BY]) == 0
    assert scores("dan") == before
    with Gradebook(f"sqlite:///{course / 'grading/gradebook.db'}", "moons-and-spirals") as book:
        notebook = book.find_submission_notebook(NAME, "classification", "dan")
        given = {each.name: each.manual_score for each in notebook.grades}
        assert all(given[check] == before[check] for check in PARTS["tanh"].checks)
        assert not notebook.needs_manual_grade


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([STABLE, "2", "--student", "dan", *BY], "has 1 point: 2 do not fit"),
        ([STABLE, "-1", "--student", "dan", *BY], "do not fit"),
        ([STABLE, "nan", "--student", "dan", *BY], "is no number of points"),
        ([STABLE, "1", "--student", "nobody", *BY], "no graded submission of 'nobody'"),
        (["check_other", "1", "--student", "dan", *BY], "no graded cell 'check_other'"),
        (["tanh", "1", "--student", "dan", *BY], "several checks"),
        ([STABLE, "1", "--student", "dan", "--by", " ", "--reason", "x"], "Say who decides"),
        (["moons_data", "full", "--all", *BY], "Nobody has handed in"),
    ],
)
def test_what_makes_no_sense_is_refused(course, capsys, arguments, words):
    before = small.book(course)
    assert main(["decide", *arguments]) == 2
    assert words in capsys.readouterr().err
    assert small.book(course) == before
    assert not decisions(course)
