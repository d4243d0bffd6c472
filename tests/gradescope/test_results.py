"""What Gradescope shows: tests for each check, flags for staff, and a file whatever goes wrong."""

import json
import re

import jsonschema
import numpy as np
import pytest

from autograder.checks.evidence.packing import pack
from autograder.checks.judges.training import PICTURE_STEPS
from autograder.checks.table import PARTS, points_of
from autograder.course.lessons import own_lessons
from autograder.gradescope import grade
from autograder.gradescope.results import NOT_YET_GRADED, Graded, results
from autograder.running.evidence import Evidence
from autograder.running.marks import CellMark, Marks
from autograder.workers.job import Result
from tests.support import damage
from tests.support.gradescope import SCHEMA

TRAIN = "check_moons_train_accuracy"
FLAG = {"code": "unusual", "part": "tanh", "message": "Please read the answer."}


def shown(graded=None, *names):
    templates = {name: own_lessons().templates[name] for name in names or ("01_moons", "02_tanh")}
    found = results(templates, graded or {}, seconds=12.3)
    jsonschema.validate(found, SCHEMA)
    return found


def marks(check, message, score=1.0, outcome="not_yet", code="x", **more):
    return Marks("n", [CellMark(check, "", score, 1.0, outcome, message, code)], **more)


def evidence(**picture):
    text = pack({"picture": picture})
    return Evidence("01_moons", "", "", "", "0", 1, {TRAIN: text})


def test_before_anything_is_graded_every_check_is_there_and_earns_nothing():
    found = shown()
    checks = [check for part in PARTS.values() if "spirals" not in part.id for check in part.graded]
    assert len(found["tests"]) == len(checks)
    assert found["score"] == 0
    assert {test["output"] for test in found["tests"]} == {NOT_YET_GRADED}
    assert sum(test["max_score"] for test in found["tests"]) == points_of() - points_of("spirals")
    assert found["tests"][0]["name"] == "make and split the moons: data tensors"
    assert found["tests"][0]["number"] == "1.1"


def test_flags_are_for_staff_and_have_no_points():
    told = marks("check_tanh_values", "Right.", flags=[FLAG], mended=[{"message": "Repaired."}])
    found = shown({"02_tanh": Graded(told)}, "02_tanh")
    *tests, flag = found["tests"]
    assert flag["visibility"] == "hidden"
    assert flag.keys().isdisjoint({"score", "max_score"})
    assert all("visibility" not in test for test in tests)
    assert found["stdout_visibility"] == "hidden"
    assert found["output"] == "02_tanh: Repaired."
    assert FLAG["message"] not in json.dumps({**found, "tests": tests})


def test_fresh_draws_are_not_shown():
    """Whoever can hand in again could else ask for the very points."""
    words = "At -7.25 it gives 1, not -1."
    told = marks("check_tanh_values", words, code="tanh_overflow")
    (test, *_) = shown({"02_tanh": Graded(told)}, "02_tanh")["tests"]
    assert "7.25" not in test["output"]


def test_the_decision_boundary_is_a_picture_with_words():
    grid = np.zeros((PICTURE_STEPS, PICTURE_STEPS), dtype=np.int64)
    grid[: PICTURE_STEPS // 2] = 1
    picture = {"grid": grid, "predicted": np.zeros(1000, dtype=np.int64)}
    told = marks(TRAIN, "<b>Nearly</b> `loss_fn`.\nNext: go on.")
    found = shown({"01_moons": Graded(told, evidence(**picture))}, "01_moons")
    (test,) = [each for each in found["tests"] if each["output_format"] == "html"]
    assert test["output"].startswith("<p>Not yet.</p><p>&lt;b&gt;Nearly&lt;/b&gt; <code>loss_fn<")
    assert re.search(r'<img alt="[^"<>]*50%[^"<>]*" src="data:image/png;base64,', test["output"])


@pytest.mark.parametrize(
    "kept",
    [
        None,
        evidence(),
        evidence(grid="<script>", predicted=3),
        Evidence("01_moons", "", "", "", "0", 1, {TRAIN: "no evidence"}),
    ],
)
def test_where_nothing_can_be_drawn_there_are_words(kept):
    found = shown({"01_moons": Graded(marks(TRAIN, "Words."), kept)}, "01_moons")
    assert {test["output_format"] for test in found["tests"]} == {"text"}
    assert "Not yet.\nWords." in {test["output"] for test in found["tests"]}


# --- whatever goes wrong --------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path):
    for name in ("source", "submission", "results"):
        (tmp_path / name).mkdir()
    settings = {"assignment": "classification", "notebooks": ["02_tanh"], "secret": "0"}
    settings["sandbox"] = {"memory": 4 * 2**30}
    (tmp_path / "source/settings.json").write_text(json.dumps(settings))
    return tmp_path


def graded(root):
    code = grade.main(root)
    found = json.loads((root / "results/results.json").read_text("utf-8"))
    jsonschema.validate(found, SCHEMA)
    return code, found


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "The folder is empty: no notebook was handed in."),
        ({"essay.docx": "PK"}, "No notebook was handed in, only essay.docx."),
        ({"a.ipynb": "<html>"}, "a.ipynb is a web page. Download the notebook itself, as .ipynb."),
        ({"solutions/a.ipynb": "{}"}, "No notebook was handed in, only solutions."),
        ({"a.ipynb.txt": '{"cells": [{"cell'}, "a.ipynb.txt is only a part of a notebook."),
    ],
)
def test_what_cannot_be_graded_is_said_to_the_learner(files, words, root):
    for name, text in files.items():
        (root / "submission" / name).parent.mkdir(exist_ok=True)
        (root / "submission" / name).write_text(text)
    code, found = graded(root)
    assert code == 0
    assert found["score"] == 0
    assert words in found["output"]
    assert {words in test["output"] for test in found["tests"]} == {True}


def test_a_fault_of_ours_is_one_sentence(root, monkeypatch):
    (root / "source/settings.json").write_text("{")
    code, found = graded(root)
    assert code == 2
    assert found["score"] == 0
    assert found["output"].startswith("This submission could not be graded: the autograder itself")
    assert len(found["output"].splitlines()) == 1


def test_what_is_a_notebook_is_told_by_its_content(root):
    folder = root / "submission"
    whole = json.dumps({"cells": [{"cell_type": "code", "source": "1"}], "nbformat": 4})
    for name in ("b.json", "deep/er/c.txt", "d.IPYNB", ".git/e.ipynb", "solutions/f.ipynb"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(whole)
    (folder / "data.json").write_text('{"rows": 3}')
    (folder / "data.csv").write_text("1,2")
    (folder / "gone.json").symlink_to("nowhere")
    found = [path.relative_to(folder).as_posix() for path in grade.notebooks_among(folder)]
    assert found == ["b.json", "d.IPYNB", "deep/er/c.txt"]


def test_the_same_file_is_asked_the_same_again(root, monkeypatch):
    """A second run by staff gives the same marks, and handing in again is no throw of dice."""
    jobs = []

    def run_job(job):
        jobs.append(job)
        return Result(error=("internal", "The end."))

    monkeypatch.setattr("autograder.workers.job.run_job", run_job)
    path = root / "submission/tanh.ipynb"
    path.write_text(json.dumps(damage.filled("02_tanh")))
    assert [graded(root)[1]["output"] for _ in "12"] == ["02_tanh: The end."] * 2
    path.write_text(json.dumps(damage.released("02_tanh")))
    graded(root)
    assert all(job.earlier.submission == job.sha256 for job in jobs), "or it would not count"
    first, second, other = (int(job.earlier.secret, 16) for job in jobs)
    assert first == second != other
    assert first.bit_length() > 64


@pytest.mark.parametrize(
    ("limit", "gets"),
    [("max", 4096), (f"{1536 * 2**20}", 1036), (f"{768 * 2**20}", 600), (f"{2**63}", 4096)],
)
def test_code_gets_what_a_small_machine_can_spare(limit, gets, tmp_path, monkeypatch):
    (tmp_path / "memory.max").write_text(f"{limit}\n")
    monkeypatch.setattr(grade, "_LIMITS", (tmp_path / "memory.max", tmp_path / "none"))
    assert grade.memory_for_code(4096 * 2**20) == gets * 2**20
