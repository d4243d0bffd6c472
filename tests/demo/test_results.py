"""Marks are summed by part, and compared with the gradebook; trouble is told, never hidden."""

from pathlib import Path

import pytest

from autograder.checks.table import PARTS
from autograder.cli import demo
from autograder.cli.main import main
from autograder.course.nbgrader_log import reason
from autograder.demo import pipeline
from autograder.demo.pipeline import PipelineFailed, new_course
from autograder.demo.results import Result, by_part, contradiction, disagreement
from autograder.demo.sample import parse
from autograder.running.marks import CellMark

GRADEBOOK = {check: 0.0 for part in PARTS.values() for check in part.checks}


def mark(check: str, score: float, outcome: str) -> CellMark:
    part = next(part for part in PARTS.values() if check in part.checks)
    return CellMark(check, part.id, score, part.checks[check], outcome, "", "")


def test_a_part_shows_its_worst_outcome():
    cells = [mark("check_tanh_values", 2, "correct"), mark("check_tanh_pure", 0, "not_yet")]
    parts = {part.part: part for part in by_part(cells)}
    assert (parts["tanh"].score, parts["tanh"].max_score) == (2, 5)
    assert parts["tanh"].outcome == "not yet"
    assert parts["moons_data"].outcome == "not handed in"
    cells.append(mark("check_tanh_stable", 0, "raised"))
    assert {part.part: part for part in by_part(cells)}["tanh"].outcome == "error"


def test_every_difference_from_the_gradebook_is_named():
    assert disagreement({}, GRADEBOOK) == ""
    assert "check_tanh_pure: notebook 1, gradebook 0" in disagreement(
        {"check_tanh_pure": 1}, GRADEBOOK
    )
    assert "check_moons_plot" in disagreement({}, {**GRADEBOOK, "check_moons_plot": 1.0})
    lacking = {check: 0.0 for check in GRADEBOOK if check != "check_moons_plot"}
    assert "check_moons_plot: notebook 0, gradebook None" in disagreement({}, lacking)
    assert "check_other: unknown" in disagreement({}, {**GRADEBOOK, "check_other": 0.0})


def test_points_that_do_not_fit_the_verdict_are_named():
    silent = mark("check_moons_plot", 0, "correct")
    generous = mark("check_tanh_values", 2, "raised")
    assert contradiction([mark("check_tanh_pure", 1, "correct")]) == ""
    assert "check_moons_plot says correct and earns 0" in contradiction([silent, generous])
    assert "check_tanh_values says error and earns 2" in contradiction([silent, generous])


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
    learners = [parse(name, f"# Earns 0 of 29: {'words ' * 30}") for name in names]
    cells = [mark(check, 0, "raised") for check in GRADEBOOK]
    results = [Result(names[0], by_part(cells)), Result(names[1], problem="no [kernel] at all")]
    monkeypatch.setenv("COLUMNS", "80")
    demo.show(results, learners)
    shown = capsys.readouterr().out
    others = [line for line in shown.splitlines() if "PROBLEM" not in line]
    assert max(map(len, others)) <= 80
    assert "…" not in shown
    for part in PARTS:
        assert part in shown
    assert "PROBLEM: blank: no [kernel] at all" in shown
    learners[0].earns = 3
    demo.show(results, learners)
    assert "a-learner-of-a-long-name was to earn 3, and earned 0" in capsys.readouterr().out


def test_one_failing_learner_stops_nobody_else(tmp_path, monkeypatch, capsys):
    class Course:
        grading = tmp_path / "grading"

        def release(self):
            pass

        def feedback(self, student):
            pass

        def export(self):
            return self.grading / "grades.csv"

        def report(self):
            return None

        def scores(self, student):
            return GRADEBOOK

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
