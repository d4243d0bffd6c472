"""New points and checks in `solutions/` are noticed: marks follow, and no more runs than must."""

import copy
import json
import os
import shutil
import subprocess
import sys

import pytest

from autograder.course.folders import masters
from autograder.course.lessons import checks_hash
from tests.support.classes import NAME, ROOT, hand_in, solved
from tests.support.damage import find, marks
from tests.support.kept import records


@pytest.fixture
def clone(tmp_path):
    """A clone whose autograder takes its solutions from it."""
    for name in ("autograder", "helpers", "notebooks", "solutions"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    return tmp_path


def grade(clone):
    done = subprocess.run(
        [sys.executable, "-m", "autograder.cli", "grade"],
        cwd=clone, env={**os.environ, "PYTHONPATH": str(clone)}, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
    return " ".join((done.stdout + done.stderr).split())


def change(clone, how):
    """Change the first check of tanh in the solved notebook."""
    path = clone / f"solutions/classification/{NAME}.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    how(notebook["cells"][find(notebook, "check_tanh_values")])
    path.write_text(json.dumps(notebook), "utf-8")


def test_new_points_are_noticed(clone):
    hand_in(clone, "ada", solved())
    hand_in(clone, "ada", "<html>", "01_moons.ipynb")  # graded in no time, and not concerned
    assert "2 notebooks to grade" in grade(clone)
    before = records(clone)["ada"][NAME]
    assert before["marks"]["score"] == 5

    change(clone, lambda cell: marks(cell).update(points=7))
    said = grade(clone)
    assert "0 notebooks to grade" in said
    assert "New points in 1 notebook: entered without a run." in said
    worth = before["marks"]["cells"][0]["max_score"]
    assert records(clone)["ada"][NAME]["marks"]["score"] == 5 - worth + 7
    assert f"ada {5 - worth + 7:g} of" in said


@pytest.mark.parametrize(
    ("part", "value", "noticed"),
    [
        ("check", "points", True),
        ("check", "source", True),
        ("solution", "source", False),
        ("text", "source", False),
    ],
)
def test_only_what_marks_depend_on_is_noticed(part, value, noticed):
    solved_one = copy.deepcopy(masters()[NAME])
    key = {"check": "check_tanh_values", "solution": "tanh"}.get(part)
    cell = solved_one.cells[find(solved_one, key) if key else 0]
    if value == "points":
        cell.metadata.nbgrader.points += 1
    else:
        cell.source += "\n# more"
    assert (checks_hash(solved_one) != checks_hash(masters()[NAME])) == noticed
