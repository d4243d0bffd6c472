"""Marks are summed by part, and compared with the gradebook; trouble is told, never hidden."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.checks.table import CHECKS, PARTS, points_of
from autograder.classroom.questions import Question
from autograder.cli import demo
from autograder.cli.main import main
from autograder.course.nbgrader_log import reason
from autograder.demo import pipeline
from autograder.demo.pipeline import PipelineFailed, differences, new_course
from autograder.demo.sample import parse
from autograder.report.seen import CheckSeen, LearnerSeen, NotebookSeen, PartSeen

GRADEBOOK = {check: 0.0 for part in PARTS.values() for check in part.checks}


def mark(check: str, score: float, outcome: str) -> dict[str, Any]:
    most = next(part for part in PARTS.values() if check in part.checks).checks[check]
    return {check: {"score": score, "max_score": most, "outcome": outcome}}


def test_every_difference_from_the_gradebook_is_named():
    def told(cells, points):
        return "; ".join(differences(cells, points))

    assert told({}, GRADEBOOK) == ""
    pure = mark("check_tanh_pure", 1, "correct")
    assert told(pure, GRADEBOOK) == "check_tanh_pure: notebook 1, gradebook 0.0"
    assert "check_moons_plot" in told({}, {**GRADEBOOK, "check_moons_plot": 1.0})
    assert told(pure, {}) == "check_tanh_pure: notebook 1, gradebook None"


def test_points_that_do_not_fit_the_verdict_are_named():
    pure = CHECKS["check_tanh_pure"].points
    cells = mark("check_moons_plot", 0, "correct") | mark("check_tanh_values", 2, "raised")
    points = {"check_moons_plot": 0, "check_tanh_values": 2, "check_tanh_pure": pure}
    assert list(differences(cells | mark("check_tanh_pure", pure, "correct"), points)) == [
        "check_moons_plot says correct and earns 0",
        "check_tanh_values says error and earns 2",
    ]


def test_the_reason_is_the_exception_that_nbgrader_logged():
    log = (
        "There was an error processing assignment: x\nTraceback (most recent call last):\n"
        '  File "a.py", line 1, in f\n    g()\nRuntimeError: the kernel died\n\nPlease see above\n'
    )
    assert reason(log) == "RuntimeError: the kernel died"
    assert reason("No notebooks were matched\n") == "No notebooks were matched"
    assert reason("") == "nbgrader gave no reason"


def test_tables_fit_80_columns(capsys, monkeypatch):
    names = ["a-learner-of-a-long-name", "blank"]
    learners = [parse(name, f"# Earns nothing: {'words ' * 30}") for name in names]
    parts = [
        PartSeen(part.id, part.label, part.title, [
            CheckSeen(check, 0, most, "raised", "", "", "", False, "")
            for check, most in part.checks.items()
        ])
        for part in PARTS.values()
    ]  # fmt: skip
    asked = Question(names[0], "01", "tanh", "tanh_library", "A [bold] reason. " * 9)
    book = NotebookSeen("01", True, parts)
    seen = {names[0]: LearnerSeen(*names[:1] * 2, [book], 0, 0, points_of(), [asked])}
    monkeypatch.setenv("COLUMNS", "80")
    demo.show(learners, seen, {names[0]: "", "blank": "no [kernel] at all"})
    shown = capsys.readouterr().out
    tables = [line for line in shown.splitlines() if not line.startswith("For a person")]
    assert max(map(len, tables)) <= 80
    assert "…" not in shown
    for part in PARTS:
        assert part in shown
    assert f"For a person: {names[0]}, tanh: A [bold] reason." in shown
    assert "PROBLEM: blank: no [kernel] at all" in shown
    learners[0].passes = frozenset({"check_tanh_pure"})
    demo.show(learners, seen, {names[0]: "", "blank": ""})
    assert (
        f"{names[0]} was to earn {CHECKS['check_tanh_pure'].points}, and earned 0"
        in capsys.readouterr().out
    )


def test_one_failing_learner_stops_nobody_else(tmp_path, monkeypatch, capsys):
    class Course:
        grading = tmp_path / "grading"
        release = feedback = lambda *_: None
        report = lambda _: None  # noqa: E731

        def export(self):
            return self.grading / "grades.csv"

        def open(self):
            nobody = SimpleNamespace(
                scores=dict, standings=lambda: ({}, {}), settle=dict, close=dict
            )
            return SimpleNamespace(book=nobody, faults={})

        def autograde(self, student):
            if student == "blank":
                raise PipelineFailed("RuntimeError: the kernel died")

    monkeypatch.setattr(pipeline, "new_course", lambda folder: Course())
    assert main(["demo", "--folder", str(tmp_path), "--only", "blank", "library-tanh"]) == 1
    shown = capsys.readouterr().out
    assert "grading blank" in shown
    assert "grading library-tanh" in shown
    assert "PROBLEM: blank: could not be graded: RuntimeError: the kernel died" in shown


def test_an_unknown_learner_is_named_and_nothing_is_made(tmp_path, capsys):
    assert main(["demo", "--folder", str(tmp_path / "demo"), "--only", "nobody"]) == 2
    assert "nobody in the class is called nobody" in capsys.readouterr().err
    assert not (tmp_path / "demo").exists()


def test_only_a_demo_is_replaced(tmp_path):
    folder = tmp_path / "course"
    course = new_course(folder)
    (course.folder / "left-over").touch()
    new_course(folder)
    assert not (folder / "left-over").exists()
    assert {path.name for path in folder.iterdir()} >= {"solutions", "nbgrader_config.py"}
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").touch()
    with pytest.raises(FileExistsError, match="not empty"):
        new_course(other)
    with pytest.raises(FileExistsError, match="is a file"):
        new_course(other / "thesis.txt")
    assert [path.name for path in other.iterdir()] == ["thesis.txt"]
    assert Path(folder / ".demo-course").exists()
