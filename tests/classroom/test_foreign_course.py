"""Other nbgrader courses: marks are nbgrader's, and what runs is mended and sandboxed."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

from autograder.any_course import protect
from autograder.classroom.course import open_course
from autograder.classroom.plan import todos
from autograder.cli.main import main
from autograder.course.folders import protected
from autograder.gradebook.errors import CannotGrade
from autograder.kernels.settings import Sandbox
from autograder.nbgrader_steps import autograde as sandboxed
from autograder.running.marks import read_marks
from autograder.running.notebook import run_notebook
from autograder.submissions.companions import Companions, put_over
from tests.support import nbgraders_own as own
from tests.support import small
from tests.support.kept import records
from tests.support.stock import ROOT, run_nbgrader

BY_HAND = "sum_of_squares_equation"


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    """nbgrader's example course, graded by nbgrader as it comes."""
    return _graded(own.make(tmp_path_factory.mktemp("any") / "stock", ["ps1"]), "ps1")


@pytest.fixture(scope="module")
def ours(stock, tmp_path_factory):
    """The same course with the three lines; nothing is graded yet."""
    folder = own.protected_copy(stock, tmp_path_factory.mktemp("any") / "ours")
    return _forgotten(folder)


def _graded(course, assignment, *arguments):
    code, log = run_nbgrader(course, "autograde", assignment, *arguments, timeout=300)
    assert code == 0, log
    return course


def _forgotten(course):
    """No marks, as if nobody had graded."""
    shutil.rmtree(course / "autograded", ignore_errors=True)
    with own.open_book(course) as gradebook:
        for name in [each.name for each in gradebook.assignments]:
            for submission in list(gradebook.find_assignment(name).submissions):
                gradebook.remove_submission(name, submission.student_id)
    return course


def _run(course, command):
    """Exit code and what was said; nbgrader's commands have a process of their own."""
    if command.startswith("autograder "):
        code, said, errors = small.run(course, *command.split()[1:])
        return code, said + errors
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "HOME": str(course)}
    done = subprocess.run(
        command, cwd=course, shell=True, env=environment, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def test_the_guide_s_commands_grade_as_nbgrader_does_cell_by_cell(stock, ours):
    for command in filter(None, (line.partition("#")[0].strip() for line in _commands())):
        code, said = _run(ours, command)
        # Answers to mark by hand need a person, so 1; nothing may fail.
        wanted = 1 if command.startswith("autograder grade") else 0
        assert code == wanted, f"{command}\n{said}"
    expected = own.rows(stock, "ps1")
    assert own.rows(ours, "ps1") == expected
    assert any(row[0] == 1.0 for row in expected.values())
    assert expected[("half", "problem1"), "late"][0] == 1.5  # all that it had earned
    assert {each.name for each in ours.glob("feedback/*")} == {*own.EXAMPLE.handed_in}
    record = records(ours / "gradebook.db", "ps1")["hacker"]["problem1"]
    assert "encryption" in record["marks"]["protection"]["layers"]
    assert [each["code"] for each in record["marks"]["mended"]].count("judged_in_kernel") == 1
    assert not record["marks"]["flags"]


def _commands():
    return own.COMMANDS.splitlines()


def test_marks_by_hand_and_extra_credit_stay_as_in_nbgrader(stock, ours, monkeypatch, capsys):
    monkeypatch.chdir(ours)
    for course in (stock, ours):
        with own.open_book(course) as gradebook:
            grade = gradebook.find_grade(BY_HAND, "problem1", "ps1", "bitdiddle")
            grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 0.5, 2, False
            gradebook.db.commit()
    _graded(stock, "ps1", "--student", "bitdiddle", "--force")
    assert main(["grade", "ps1", "--student", "bitdiddle", "--force", "--workers", "1"]) == 1
    found, expected = own.rows(ours, "ps1"), own.rows(stock, "ps1")
    mine = (("bitdiddle", "problem1"), BY_HAND)
    assert found[mine][:5] == expected[mine][:5]
    assert found[mine][:3] == (None, 0.5, 2)
    # nbgrader asks for another look; the points are about this very file, and nothing has changed.
    assert (found.pop(mine)[5], expected.pop(mine)[5]) == (False, True)
    assert found == expected
    capsys.readouterr()
    assert main(["grade", "ps1", "--workers", "1"]) == 1
    assert "0 notebooks to grade" in capsys.readouterr().out


def test_nbgraders_own_command_mends_and_leaving_undoes_it(stock, tmp_path):
    course = _forgotten(own.protected_copy(stock, tmp_path / "course"))
    work = course / "submitted/bitdiddle/ps1/problem1.ipynb"
    notebook = json.loads(work.read_text())
    for cell in notebook["cells"]:
        cell["metadata"].pop("nbgrader", None)
    work.write_text(json.dumps(notebook))
    _graded(course, "ps1", "--student", "bitdiddle")
    expected = own.rows(stock, "ps1")
    found = own.rows(course, "ps1")
    where = ("bitdiddle", "problem1")
    checks = ("correct_squares", "squares_invalid_input", "sum_of_squares_uses_squares")
    scores = [found[where, check][0] for check in checks]
    assert scores == [expected[where, check][0] for check in checks]
    assert any(scores)  # nbgrader gives nothing to a notebook without its marks

    config = course / "nbgrader_config.py"
    config.write_text(config.read_text().replace(own.LINES, ""))
    shutil.rmtree(course / ".autograder")
    _graded(course, "ps1", "--student", "hacker")
    mine = {key: row for key, row in own.rows(course, "ps1").items() if key[0][0] == "hacker"}
    assert mine == {key: row for key, row in expected.items() if key[0][0] == "hacker"}
    assert not (course / ".autograder").exists()


def test_protect_keeps_what_the_course_has_chosen():
    config = Config()
    config.Autograde.autograde_preprocessors.append("nbgrader.preprocessors.ClearOutput")
    config.Autograde.sanitize_preprocessors = ["nbgrader.preprocessors.OverwriteCells"]
    assert not protected(config)
    for _ in range(2):  # a second call changes nothing
        protect(config)
    steps = [getattr(each, "__name__", each) for each in config.Autograde.autograde_preprocessors]
    assert steps[0] == "autograder.nbgrader_steps.autograde.SandboxedExecute"
    assert "Execute" not in steps
    assert steps[-2:] == [
        "nbgrader.preprocessors.ClearOutput",
        "autograder.nbgrader_steps.autograde.Conclude",
    ]
    assert config.Autograde.sanitize_preprocessors == [
        "autograder.nbgrader_steps.autograde.Mend",
        "nbgrader.preprocessors.OverwriteCells",
    ]
    other = Config()
    other.Autograde.autograde_preprocessors = ["nbgrader.preprocessors.LimitOutput"]
    with pytest.raises(ValueError, match="has no step that runs a notebook"):
        protect(other)


def test_without_a_release_it_is_made_from_the_source(ours, tmp_path, monkeypatch):
    monkeypatch.chdir(ours)
    before = open_course("ps1").lessons
    course = tmp_path / "course"
    shutil.copytree(ours, course)
    shutil.rmtree(course / "release")
    monkeypatch.chdir(course)
    after = open_course("ps1").lessons
    assert after.checks == before.checks
    for name, template in before.templates.items():
        made = after.templates[name]
        assert [(s.key, s.kind, s.released) for s in made.slots] == [
            (s.key, s.kind, s.released) for s in template.slots
        ]
    assert any("hidden" not in s.released for s in after.templates["problem1"].slots)


def test_a_notebook_in_another_language_is_left_to_nbgrader(ours, tmp_path, monkeypatch):
    course = tmp_path / "course"
    shutil.copytree(ours, course)
    monkeypatch.chdir(course)
    with own.open_book(course) as gradebook:
        notebook = gradebook.find_notebook("problem2", "ps1")
        notebook.kernelspec = json.dumps({"name": "ir", "language": "R", "display_name": "R"})
        gradebook.db.commit()
    found = open_course("ps1")
    assert found.names == ["problem1"]
    assert found.lessons.left["problem2"].startswith("problem2 is written in R; the sandbox runs")
    assert not any("problem2" in each.submission.notebooks for each in todos(found, None, True))

    ran = []
    monkeypatch.setattr(sandboxed.Execute, "preprocess", lambda self, nb, resources: ran.append(nb))
    names = {"assignment": "ps1", "student": "hacker", "notebook": "problem2"}
    learners = new_notebook()  # its own metadata says nothing of R: that is not asked
    sandboxed.SandboxedExecute(config=found.config).preprocess(learners, {"nbgrader": names})
    assert ran == [learners]


def test_an_assignment_that_is_not_there_is_named(ours, monkeypatch):
    monkeypatch.chdir(ours)
    with pytest.raises(CannotGrade, match="Run `nbgrader generate_assignment ps9` first"):
        open_course("ps9")


def test_a_check_that_gives_too_many_points_stops_nothing_and_asks(monkeypatch):
    marks = {"grade": True, "solution": False, "locked": True, "points": 2, "schema_version": 3}
    cells = [
        new_code_cell("points", metadata={"nbgrader": {**marks, "grade_id": name}})
        for name in ("many", "some")
    ]
    notebook = new_notebook(cells=[new_code_cell("points = 5"), *cells])
    notebook.cells.insert(2, new_code_cell("points = 1.5"))
    found = read_marks(run_notebook(notebook, config=Config()), "p1")
    assert [(cell.grade_id, cell.score) for cell in found.cells] == [("many", 0), ("some", 1.5)]
    assert [(flag["code"], flag["part"]) for flag in found.flags] == [("too_many_points", "many")]


def test_the_course_s_files_replace_what_was_handed_in(tmp_path):
    names = ("data.csv", "helpers.py", "tmp/x", "large.bin")
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"the course's")
    (tmp_path / "large.bin").write_bytes(bytes(2000))
    around = Companions({"data.csv": b"forged", "own.csv": b"a learner's"})
    settings = Sandbox(disk=2000)
    put_over(around, {name: tmp_path / name for name in names}, settings)
    assert around.files == {
        "data.csv": b"the course's", "own.csv": b"a learner's", "helpers.py": b"the course's"
    }  # fmt: skip
    assert ["tmp/x" in note.message or "large.bin" in note.message for note in around.notes] == [
        True,
        True,
    ]


def test_the_next_step_and_the_table_of_the_whole_course(ours, tmp_path, monkeypatch, capsys):
    course = _forgotten(shutil.copytree(ours, tmp_path / "course"))
    monkeypatch.chdir(course)
    assert main([]) == 0
    told = capsys.readouterr().out
    assert "ps1: 4 submissions are not graded: `autograder grade ps1`." in told
    assert main(["grade", "ps1", "--student", "bitdiddle", "--workers", "1"]) == 1
    capsys.readouterr()
    assert main([]) == 0
    told = capsys.readouterr().out
    assert "ps1: 3 submissions are not graded: `autograder grade ps1`." in told
    command = re.search(r"for a person: `(autograder decide .*? POINTS .*? ps1.*?)`", told)
    words = {"POINTS": "0", "NAME": "N. N.", "TEXT": "Nothing there."}
    settle = " ".join(command[1].split(";")[0].split())
    assert main([words.get(word, word) for word in shlex.split(settle)[1:]]) == 0
    assert main(["export", "--all"]) == 1
    rows = (course / ".autograder/export/all.csv").read_text("utf-8-sig").splitlines()
    assert rows[0].startswith("learner,first_name,last_name,email,ps1,ps1_max,late_days")
    assert rows[1].startswith("bitdiddle,")


@pytest.mark.slow
@pytest.mark.parametrize("assignment", [name for name in own.ASSIGNMENTS if name != "ps1"])
def test_nbgraders_test_notebooks_get_nbgraders_marks(assignment, tmp_path):
    stock = own.make(tmp_path / "stock", [assignment])
    ours = own.protected_copy(stock, tmp_path / "ours")
    plugged = own.protected_copy(stock, tmp_path / "plugged")
    code, log = run_nbgrader(stock, "autograde", assignment, timeout=300)
    graded, said = _run(ours, f"autograder grade {assignment}")
    assert graded in (0, 1), said
    _graded(plugged, assignment)
    expected = own.rows(stock, assignment)
    # nbgrader removes the notebook of a learner whom it cannot grade; we grade them.
    learners = {path.parts[-3] for path in stock.glob("autograded/*/*/p1.ipynb")}
    given_up = set(own.ASSIGNMENTS[assignment].handed_in) - learners
    assert bool(code) == bool(given_up), log
    assert given_up == ({"answer_type", "check_type"} if assignment == "types" else set())
    for course in (ours, plugged):
        found = own.rows(course, assignment)
        assert found.keys() == expected.keys()
        for key, row in expected.items():
            assert key[0][0] in given_up or found[key] == row, key
        theirs = [key for key in found if key[0][0] in given_up and key[1:] in (("foo",), ("bar",))]
        assert bool(theirs) == bool(given_up)
        assert not any(found[key][0] is None for key in theirs)
