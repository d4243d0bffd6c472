"""The whole way, once: released notebooks, nbgrader's own pipeline, gradebook, feedback, table."""

import csv
import html
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.checks.table import PARTS, points_of
from autograder.course.folders import ASSIGNMENT, read_notebook
from autograder.demo.sample import sample_class
from autograder.running.marks import read_marks
from tests.demo.classroom import play

NAMES = ("blank", "linear-model", "perfect-sequential")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "course"
    done = subprocess.run(
        [sys.executable, "-m", "autograder.cli", "demo", "--folder", folder, "--only", *NAMES],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80", "OMP_NUM_THREADS": "1"},
        cwd=folder.parent,
    )
    return folder, done


def test_stock_nbgrader_gives_the_marks_that_the_checks_give(demo):
    folder, done = demo
    assert done.returncode == 0, done.stdout + done.stderr
    for learner in sample_class(NAMES):
        played = play(learner)
        graded = {}
        for path in (folder / "grading/autograded" / learner.name / ASSIGNMENT).glob("*.ipynb"):
            graded |= {cell.grade_id: cell for cell in read_marks(read_notebook(path), "").cells}
        assert graded.keys() == played.keys()
        assert {check: cell.outcome for check, cell in graded.items()} == {
            check: verdict.outcome for check, verdict in played.items()
        }
        assert sum(cell.score for cell in graded.values()) == learner.earns


def test_it_is_quiet_and_readable(demo):
    folder, done = demo
    assert done.stderr == ""
    for noise in ("Warning", "WARNING", "[INFO]", "Traceback", "encryption", "PROBLEM"):
        assert noise not in done.stdout
    paths = [line for line in done.stdout.splitlines() if "course" in line and "/" in line]
    others = [line for line in done.stdout.splitlines() if line not in paths]
    assert max(len(line) for line in others) <= 80
    for name in NAMES:
        assert f"grading {name}" in done.stdout
    assert all(part in done.stdout for part in PARTS)
    best = max(learner.earns for learner in sample_class())
    assert f" {best}/{points_of()} " in done.stdout
    assert "not handed in" in done.stdout
    listed = [folder.parent / line.split(" ")[-1] for line in paths[1:]]
    assert len(listed) == 3 + 2 + 3 + 2  # feedback pages, the gradebook and the report
    assert all(path.is_file() for path in listed)


def test_perfect_answers_leave_no_error_and_nothing_on_stderr(demo):
    folder, _ = demo
    for path in (folder / "grading/autograded/perfect-sequential").rglob("*.ipynb"):
        for cell in read_notebook(path).cells:
            for output in cell.get("outputs", []):
                assert output.output_type != "error", (path.name, cell.source)
                assert output.get("name") != "stderr", (path.name, cell.source, output.text)


def test_feedback_and_gradebook_hold_the_marks(demo):
    folder, _ = demo
    for name in NAMES:
        pages = sorted((folder / "grading/feedback" / name / ASSIGNMENT).glob("*.html"))
        handed_in = sorted((folder / "grading/submitted" / name / ASSIGNMENT).glob("*.ipynb"))
        assert [page.stem for page in pages] == [path.stem for path in handed_in]
    page = folder / "grading/feedback/linear-model" / ASSIGNMENT / "01_moons.html"
    (linear,) = sample_class(["linear-model"])
    told = play(linear)["check_moons_model_nonlinear"].message
    assert told in html.unescape(page.read_text("utf-8"))
    with (folder / "grading/grades.csv").open(newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    for learner in sample_class(NAMES):
        row = rows[learner.name]
        assert float(row["score"]) == learner.earns
        assert float(row["max_score"]) == points_of()
        assert row["timestamp"]


def test_the_report_is_written_and_its_place_shown(demo):
    folder, done = demo
    report = folder / "grading/report/classification"
    assert "grading/report/classification/index.html" in done.stdout
    page = (report / "index.html").read_text("utf-8")
    assert all(name in page for name in NAMES)
    assert {path.stem for path in (report / "learners").iterdir()} == set(NAMES)


def test_the_clone_is_left_alone(demo):
    folder, _ = demo
    assert {path.name for path in folder.iterdir()} == {
        ".demo-course",
        "grading",
        "nbgrader_config.py",
        "notebooks",
        "solutions",
    }
    assert {path.name for path in (folder / "grading").iterdir()} == {
        "autograded",
        "evidence",
        "feedback",
        "gradebook.db",
        "grades.csv",
        "report",
        "submitted",
    }
