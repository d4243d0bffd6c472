"""The course in nbgrader's formgrader: its buttons, pressed over HTTP, with our configuration."""

import json
import shutil
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import pytest

from autograder.cli.main import main
from tests.browser.conftest import browser_type_launch_args  # noqa: F401 - a fixture
from tests.support import hostile, pages
from tests.support.classes import hand_in
from tests.support.lab import SECONDS, TOKEN, lab
from tests.support.released import path_of, read

ROOT = Path(__file__).parents[2]


@pytest.fixture
def formgrader(tmp_path):
    """A function that calls formgrader's own addresses on a course with one notebook."""
    (tmp_path / "solutions/classification").mkdir(parents=True)
    solved = ROOT / "solutions/classification/02_tanh.ipynb"
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    shutil.copy(solved, tmp_path / "solutions/classification")
    answers = {cell.id: cell.source for cell in nbformat.read(solved, as_version=4).cells}
    for learner in ("solved", "blank"):
        notebook = read("notebooks", "02_tanh")
        for cell in notebook.cells:
            if learner == "solved" and cell.id == "tanh":
                cell.source = answers["tanh"]
        folder = tmp_path / "grading/submitted" / learner / "classification"
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / "02_tanh.ipynb")
    with lab(tmp_path, "--instructor") as started:

        def call(path, method="GET"):
            request = urllib.request.Request(
                f"{started.address}/formgrader/api/{path}",
                method=method,
                headers={"Authorization": f"token {TOKEN}"},
            )
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                return json.load(answer)

        call.address = f"{started.address}/formgrader"
        yield call


def test_generate_autograde_and_feedback_by_button(formgrader, tmp_path):
    made = formgrader("assignment/classification/assign", "POST")
    assert made["success"], made
    released = tmp_path / "notebooks/classification/02_tanh.ipynb"
    committed = path_of("notebooks", "02_tanh")
    assert released.read_bytes() == committed.read_bytes()
    for learner in ("solved", "blank"):
        graded = formgrader(f"submission/classification/{learner}/autograde", "POST")
        assert graded["success"], graded
        warnings = [line for line in graded["log"].splitlines() if line.startswith("[WARNING]")]
        assert not warnings
    scores = {s["student"]: s["score"] for s in formgrader("submissions/classification")}
    assert scores == {"solved": 5.0, "blank": 0.0}
    assert formgrader("assignment/classification/generate_feedback", "POST")["success"]
    page = tmp_path / "grading/feedback/solved/classification/02_tanh.html"
    assert "Correct - exercise 6" in page.read_text("utf-8")
    assert "Your activation and tanh" in page.read_text("utf-8"), "pictures have alternative text"


def test_nothing_is_said_to_be_missing(formgrader, tmp_path):
    """Such as the exchange of a shared server, which this is not."""
    request = urllib.request.Request(
        f"{formgrader.address}/manage_assignments", headers={"Authorization": f"token {TOKEN}"}
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        page = answer.read().decode()
    assert "alert-warning" not in page
    assert (tmp_path / "grading/exchange").is_dir()


def test_what_autograder_grade_wrote_is_shown_and_can_be_marked(formgrader, tmp_path, monkeypatch):
    folder = tmp_path / "grading/submitted"
    path = folder / "solved/classification/02_tanh.ipynb"
    path.rename(path.with_name("Copy of 02_tanh (1).ipynb"))
    (folder / "blank/classification/02_tanh.ipynb").write_text("<html>")
    monkeypatch.chdir(tmp_path)
    assert main(["grade"]) == 1
    found = {each["student"]: each for each in formgrader("submissions/classification")}
    assert {name: each["score"] for name, each in found.items()} == {"solved": 5.0, "blank": 0.0}
    assert {each["autograded"] for each in found.values()} == {True}
    assert [found[each]["needs_manual_grade"] for each in ("solved", "blank")] == [False, True]
    notebooks = formgrader("submitted_notebooks/classification/02_tanh")
    assert {each["student"] for each in notebooks} == {"solved", "blank"}
    assert formgrader("assignment/classification/generate_feedback", "POST")["success"]
    page = tmp_path / "grading/feedback/blank/classification/02_tanh.html"
    assert "02_tanh.ipynb is a web page" in page.read_text("utf-8")


def test_what_a_learner_handed_in_does_nothing_in_an_instructors_browser(
    formgrader, tmp_path, monkeypatch, browser
):
    """The page on which marks are given: the instructor is logged in there."""
    monkeypatch.chdir(tmp_path)
    with pages.server() as (address, asked):
        hand_in(tmp_path, "blank", hostile.notebook(address))
        assert main(["grade"]) == 1  # its code is unusual: a person should look
        asked.clear()
        notebooks = formgrader("submitted_notebooks/classification/02_tanh")
        found = {}
        for each in notebooks:
            found[each["student"]] = pages.opened(
                browser,
                f"{formgrader.address}/submissions/{each['id']}/",
                extra_http_headers={"Authorization": "token secret"},
            )
            scripts = found[each["student"]]["scripts"]
            found[each["student"]]["scripts"] = [s.replace(each["id"], "ID") for s in scripts]
    mallory, solved = found["blank"], found["solved"]
    assert asked == []
    assert (mallory["pwned"], mallory["dialogs"], mallory["title"]) == (None, [], "02_tanh")
    for what in ("scripts", "active", "handlers"):
        assert mallory[what] == solved[what]  # formgrader's own
    assert "plain <text>" in mallory["text"]
    assert "check_fresh" in mallory["text"]  # hidden tests are for instructors to see
