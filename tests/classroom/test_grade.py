"""`autograder grade`, used as a teacher would: a class with every kind of trouble in it."""

import json
import os
import sqlite3
from pathlib import Path

import pytest

from autograder.cli.main import main
from autograder.demo.pipeline import DemoCourse
from autograder.running import evidence
from autograder.running import retry as again
from autograder.workers import pool
from tests.support import damage
from tests.support.classes import (
    EXPS,
    FULL,
    NAME,
    TANH,
    WITHOUT_STABLE,
    answered,
    dying,
    hand_in,
    hashes,
    new_course,
    solved,
)
from tests.support.kept import nbgraders, points, records

FORMS = ("honest", "cut", "page", "dies", "colab")


@pytest.fixture(scope="module")
def classroom(tmp_path_factory):
    """A class of five, graded once; the files as they were before."""
    course = new_course(tmp_path_factory.mktemp("class"))
    hand_in(course, "honest", answered(EXPS), "Copy of 02_tanh (1).ipynb")
    hand_in(course, "cut", json.dumps(solved())[:4000])
    hand_in(course, "page", "<html>Sign in</html>", "download.ipynb")
    hand_in(course, "dies", dying())
    from_colab = solved()
    damage.colab_without_marks(from_colab)
    hand_in(course, "colab", json.dumps(from_colab))
    hand_in(course, "honest", "2026-01-01 00:00:00 UTC", "timestamp.txt")
    before = {part: hashes(course / part) for part in ("grading/submitted", "notebooks")}
    return course, before, run_in(course)


def run_in(course, *arguments, command="grade"):
    here = Path.cwd()
    os.chdir(course)
    try:
        return main([command, *arguments])
    finally:
        os.chdir(here)


def record(course, learner):
    return records(course)[learner][NAME]


def scores(course):
    return {each: sum(points(course, each).values()) for each in FORMS}


@pytest.fixture
def runs(monkeypatch):
    """Counts the notebooks that are run from now on."""
    done = []
    run = again.run_notebook

    def counted(notebook, **options):
        done.append(notebook)
        return run(notebook, **options)

    monkeypatch.setattr(again, "run_notebook", counted)
    monkeypatch.setattr(pool, "cores", lambda: 1)  # workers of other processes are not counted
    return done


def test_a_class_is_graded_whatever_is_in_it(classroom):
    course, _, code = classroom
    assert code == 1
    earned = {"honest": WITHOUT_STABLE, "cut": 0, "page": 0, "dies": 0, "colab": FULL}
    assert scores(course) == earned
    errors = {each: record(course, each)["marks"]["error"] for each in FORMS}
    assert errors["cut"]["code"] == "truncated"
    assert errors["page"]["code"] == "html_page"
    assert [errors[each] for each in ("honest", "dies", "colab")] == [None] * 3
    codes = {cell["code"] for cell in record(course, "dies")["marks"]["cells"]}
    assert codes == {"kernel_died"}


def test_programs_get_json_and_nothing_else(classroom, capsys):
    course, _, _ = classroom
    assert run_in(course, "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["graded"], found["graded_before"], found["error"]) == (0, 5, None)
    learners = {each["student"]: each for each in found["learners"]}
    assert {name: each["score"] for name, each in learners.items()} == scores(course)
    assert "only a part of a notebook" in " ".join(learners["cut"]["for_a_person"])
    assert run_in(course, "--json", "--student", "nobody") == 2
    said = capsys.readouterr()
    assert json.loads(said.out)["error"] == said.err.strip()


def test_nothing_that_was_handed_in_or_released_has_changed(classroom):
    course, before, _ = classroom
    assert {part: hashes(course / part) for part in before} == before


def test_the_marks_are_those_of_check(classroom, capsys):
    course, _, _ = classroom
    for learner in ("honest", "dies", "colab"):
        folder = course / "grading/submitted" / learner / "classification"
        (path,) = folder.glob("*.ipynb")
        run_in(course, str(path), "--json", command="check")
        checked = json.loads(capsys.readouterr().out)
        marks = record(course, learner)["marks"]
        for each in [*marks["cells"], *checked["cells"]]:
            each.pop("message")  # it may name one of the fresh draws
        assert marks == checked
        found = points(course, learner)
        assert found == {cell["grade_id"]: cell["score"] for cell in checked["cells"]}


def test_what_each_mark_rests_on_is_kept(classroom):
    course, _, _ = classroom
    for learner in ("honest", "colab", "dies"):
        kept = evidence.read(evidence.path_of(course, learner, "classification", NAME))
        found = record(course, learner)
        assert kept.submission == found["sha256"]
        codes = {cell["grade_id"]: cell["code"] for cell in found["marks"]["cells"]}
        again = {check: verdict.code for check, verdict in evidence.rejudge(kept).items()}
        assert again.items() <= codes.items()
        assert set(again) == set(codes) or learner == "dies"
        path = evidence.path_of(course, learner, "classification", NAME)
        assert path.stat().st_size < 50_000


def test_a_mark_is_explained_to_who_grades_and_to_the_learner(classroom, capsys):
    course, _, _ = classroom
    assert run_in(course, "honest", "tanh", command="explain") == 0
    said = capsys.readouterr().out
    assert f"honest, exercise 6 (write tanh): {WITHOUT_STABLE} of {TANH}" in said
    assert "check_tanh_stable: 0 of 1\n" in said
    assert "Judged: 0 points, not yet (tanh_overflow)" in said
    assert "no value is further than 1e-05 from tanh's" in said
    assert "those of this installation" in said
    assert "answers.points.values: float" in said
    assert "Judged again" not in said
    assert run_in(course, "honest", "tanh", "--for-learner", command="explain") == 0
    said = capsys.readouterr().out
    assert "check_tanh_stable: 0 of 1" in said
    for hidden in ("answers", "Judges", "sha256", "Protection", "float64"):
        assert hidden not in said
    assert run_in(course, "honest", "tanhs", command="explain") == 2
    assert "The parts and checks are tanh, " in capsys.readouterr().err
    assert run_in(course, "nobody", "tanh", command="explain") == 2
    assert "nothing of 'nobody' in the gradebook" in capsys.readouterr().err


def test_a_second_run_does_nothing_and_says_the_same(classroom, capsys, runs):
    course, _, _ = classroom
    written = hashes(course / "grading/autograded"), records(course)
    assert run_in(course) == 1
    said = capsys.readouterr()
    assert said.err == ""
    assert "5 learners, 0 notebooks to grade, 5 graded before" in said.out
    table = " ".join(said.out.split())
    assert f"honest {WITHOUT_STABLE} of {FULL} no" in table
    assert f"cut 0 of {FULL} yes (1)" in table
    asked = [line for line in said.out.splitlines() if line.startswith("For a person: ")]
    assert [line.split(": ")[1] for line in asked] == ["cut", "dies", "page"]
    assert "os._exit" in asked[1]
    assert "download.ipynb is a web page" in asked[2]
    assert runs == []
    assert written == (hashes(course / "grading/autograded"), records(course))


def test_feedback_and_export_work(classroom):
    course, _, _ = classroom
    nbgrader = DemoCourse(course)
    for learner in FORMS:
        nbgrader.feedback(learner)
    feedback = course / "grading/feedback"
    page = (feedback / "cut/classification/02_tanh.html").read_text("utf-8")
    assert "02_tanh.ipynb is only a part of a notebook" in page
    assert "No response" not in page
    page = (feedback / "honest/classification/02_tanh.html").read_text("utf-8")
    assert "too large for a float32" in page
    lines = nbgrader.export().read_text("utf-8").splitlines()
    assert len(lines) == 1 + len(FORMS)
    assert any(
        ",honest," in line and line.endswith(f"{WITHOUT_STABLE}.0,{FULL}.0") for line in lines
    )


def test_what_has_changed_is_graded_again_and_nothing_else(classroom, capsys, runs):
    course, _, _ = classroom
    path = hand_in(course, "page", answered("    return torch.tanh(x)"), "download.ipynb")
    assert run_in(course, "--student", "cut") == 1
    assert runs == []
    capsys.readouterr()
    assert run_in(course, "--student", "page") == 1
    assert (
        "page: 02_tanh: tanh: While the answer ran, the library's own tanh"
        in capsys.readouterr().out
    )
    assert len(runs) == 1
    assert record(course, "page")["marks"]["error"] is None
    assert path.name == record(course, "page")["file"]
    (course / "grading/autograded/colab/classification/02_tanh.ipynb").unlink()
    capsys.readouterr()
    assert run_in(course) == 1
    assert "[1/1] colab: 02_tanh" in capsys.readouterr().out
    assert run_in(course, "--student", "colab", "--force") == 0
    assert len(runs) == 3


def test_a_person_confirms_a_zero_and_is_not_asked_again(classroom, capsys):
    course, _, _ = classroom
    hand_in(course, "cut", json.dumps(solved())[:4001])
    assert run_in(course, "--student", "cut") == 1
    capsys.readouterr()
    with nbgraders(course) as gradebook:  # as formgrader's handler does
        for each in gradebook.find_submission_notebook(NAME, "classification", "cut").grades:
            assert each.needs_manual_grade
            each.manual_score, each.needs_manual_grade = 0, False
        gradebook.db.commit()
    assert run_in(course, "--student", "cut") == 0
    assert "For a person" not in capsys.readouterr().out


# --- what cannot be done at all ------------------------------------------------------------------


@pytest.fixture
def empty(tmp_path, monkeypatch):
    course = new_course(tmp_path / "course")
    monkeypatch.chdir(course)
    return course


def refused(capsys, *arguments):
    assert main(["grade", *arguments]) == 2
    said = capsys.readouterr()
    assert len(said.err.strip().splitlines()) == 1
    assert "Traceback" not in said.err
    return said.err


def test_outside_a_course(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert "no course around" in refused(capsys)


def test_no_submissions(empty, capsys):
    assert "There are no submissions. Put notebooks into" in refused(capsys)
    assert not (empty / "grading/gradebook.db").exists()


def test_an_unknown_assignment_and_an_unknown_learner(empty, capsys):
    hand_in(empty, "ada", answered("    return x"))
    assert "no assignment 'moons' in this course. There is: classification" in refused(
        capsys, "moons"
    )
    assert "no submission of 'eve'" in refused(capsys, "--student", "eve")


def test_solutions_that_the_autograder_does_not_have(empty, capsys):
    hand_in(empty, "ada", answered("    return x"))
    path = empty / "solutions/classification/02_tanh.ipynb"
    path.write_text(path.read_text("utf-8").replace("tanh", "sinh", 1), "utf-8")
    assert "installed with another 02_tanh" in refused(capsys)


def test_protection_too_weak(empty, capsys, monkeypatch):
    hand_in(empty, "ada", answered("    return x"))
    monkeypatch.setattr("autograder.kernels.process.WANTED", ("rlimits",))
    with (empty / "nbgrader_config.py").open("a") as file:
        file.write("\nc.Sandbox.require = ['landlock']\n")
    assert "The settings demand 'landlock'" in refused(capsys)
    assert not records(empty)


def test_a_locked_gradebook(empty, capsys):
    hand_in(empty, "ada", answered("    return x"))
    database = sqlite3.connect(empty / "grading/gradebook.db", isolation_level=None)
    try:
        database.execute("BEGIN EXCLUSIVE")
        assert "gradebook.db is locked. Close the program" in refused(capsys)
    finally:
        database.close()


def test_a_gradebook_that_cannot_be_written_or_is_none(empty, capsys):
    hand_in(empty, "ada", answered("    return x"))
    path = empty / "grading/gradebook.db"
    path.write_text("this is no database" * 100)
    assert "cannot be used: " in refused(capsys)
    path.unlink()
    path.mkdir()
    assert "cannot be written. Check its permissions" in refused(capsys)
