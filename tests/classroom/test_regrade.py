"""`autograder regrade`: a corrected judge changes marks without a run, and nothing else changes."""

from __future__ import annotations

from nbgrader.api import Gradebook

from autograder.checks.words.messages import catalogue
from autograder.checks.words.verdict import correct, not_yet
from autograder.cli.main import main
from tests.support import small
from tests.support.classes import NAME
from tests.support.judges import judge_instead
from tests.support.kept import records

STABLE = "check_tanh_stable"


def test_the_same_judges_change_nothing(course, capsys):
    before = small.book(course)
    assert main(["regrade"]) == 0
    assert "3 notebooks judged again; 0 verdicts differ." in capsys.readouterr().out
    assert small.book(course) == before


def test_a_dry_run_lists_and_changes_nothing(course, monkeypatch, capsys):
    before = small.book(course)
    judge_instead(monkeypatch, STABLE, correct("tanh_stable_right"), now="tanh_overflow")
    assert main(["regrade", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "dan" in said
    assert STABLE in said
    assert "ada" not in said
    assert "1 verdict differs. 1 gives points, 0 take points." in said
    (line,) = [line for line in said.splitlines() if " -> " in line]
    reason = catalogue()["tanh_stable_right"]["says"]
    codes = "(tanh_overflow -> tanh_stable_right)"
    assert line == f"dan: {STABLE}: 0 -> 1 point {codes}: {reason}"
    assert "Nothing was changed" in said
    assert small.book(course) == before


def test_a_corrected_judge_reaches_gradebook_notebook_and_record(
    course, scores, monkeypatch, capsys
):
    assert scores("dan")[STABLE] == 0
    others = {k: v for k, v in scores("dan").items() if k != STABLE}
    judge_instead(monkeypatch, STABLE, correct("tanh_stable_right"))
    assert main(["regrade"]) == 0
    assert scores("dan")[STABLE] == 1
    assert {k: v for k, v in scores("dan").items() if k != STABLE} == others
    record = records(course)["dan"][NAME]
    (cell,) = [c for c in record["marks"]["cells"] if c["grade_id"] == STABLE]
    assert (cell["score"], cell["outcome"], cell["code"]) == (1, "correct", "tanh_stable_right")
    assert record["marks"]["score"] == sum(scores("dan").values())
    graded = (course / f"grading/autograded/dan/classification/{NAME}.ipynb").read_text()
    assert "tanh_overflow" not in graded
    assert main(["regrade"]) == 0
    assert "0 verdicts differ" in capsys.readouterr().out.splitlines()[-1]
    small.whole(course)


def test_never_lower(course, scores, monkeypatch):
    judge_instead(monkeypatch, STABLE, not_yet("tanh_constant"))
    assert main(["regrade", "--never-lower"]) == 0
    assert scores("ada")[STABLE] == 1
    assert main(["regrade"]) == 0
    assert scores("ada")[STABLE] == 0


def test_marks_by_hand_stay(course, scores, monkeypatch):
    with Gradebook(f"sqlite:///{course / 'grading/gradebook.db'}", "moons-and-spirals") as book:
        grade = book.find_grade(STABLE, NAME, "classification", "dan")
        grade.manual_score = 0.5
        book.db.commit()
    judge_instead(monkeypatch, STABLE, correct("tanh_stable_right"))
    assert main(["regrade"]) == 0
    assert scores("dan")[STABLE] == 0.5


def test_a_notebook_without_evidence_is_named(course, capsys):
    (course / f"grading/evidence/dan/classification/{NAME}.json.gz").unlink()
    assert main(["regrade"]) == 1
    assert f"dan: {NAME}: no evidence of this file is kept." in capsys.readouterr().out


def test_nothing_on_record_is_said(course, capsys):
    assert main(["regrade", "--student", "nobody"]) == 2
    assert "autograder grade" in capsys.readouterr().err
