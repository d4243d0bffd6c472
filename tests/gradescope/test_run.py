"""The zip's own two scripts, with `/autograder` laid out elsewhere."""

import shutil

import nbformat
import pytest

from autograder.checks.table import points_of
from tests.attacks.attack import QUICK, Attack
from tests.support import small
from tests.support.gradescope import laid_out, package, results, run

#: Right where nothing of the grader's can be read or written, and wrong where it can.
HOSTILE = """
import pathlib

def tanh(x):
    return {right}

for path in {paths}:
    try:
        pathlib.Path(path).read_text()
        tanh = None
    except OSError:
        pass
    try:
        pathlib.Path(path).write_text('{{"score": 1000}}')
        tanh = None
    except OSError:
        pass
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    path = tmp_path_factory.mktemp("package") / "autograder.zip"
    package(path)
    return path


def hand_in(root):
    """01_moons in a folder, and 02_tanh of somebody who wants more, by the name of a text."""
    paths = [
        *(
            "results/results.json",
            "source/settings.json",
            "source/run_autograder",
            "run_autograder",
        ),
        *("source/check_cells/classification/02_tanh.ipynb", "submission/data.csv"),
        *("source/autograder/checks/judges/tanh.py", "results/stdout"),
    ]
    right = "2 * torch.sigmoid(2 * x) - 1"
    answer = HOSTILE.format(right=right, paths=[str(root / path) for path in paths])
    moons = Attack("ada", "honest", "-", notebook="01_moons", answers=QUICK, lost=())
    for name, notebook in (
        ("work/my moons.ipynb", moons.handed_in({})),
        ("tanh.ipynb.txt", small.notebook(answer)),
    ):
        path = root / "submission" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(nbformat.writes(nbformat.from_dict(notebook)), "utf-8")
    (root / "submission/data.csv").write_text("1,2")


def see(root):
    """All that the submission of `hand_in` should earn and show."""
    found = results(root)
    staff = [test for test in found["tests"] if test.get("visibility") == "hidden"]
    tests = [test for test in found["tests"] if test not in staff]
    assert found["score"] == points_of("moons") + points_of("tanh"), found
    assert sum(test["max_score"] for test in tests) == points_of()
    assert "03_spirals: This notebook was not handed in." in found["output"]
    (boundary,) = [test for test in tests if test["output_format"] == "html"]
    assert boundary["number"] == "4b.2"
    assert "data:image/png;base64," in boundary["output"]
    assert any("For a person: " in test["name"] for test in staff), "its code is unusual"


def test_a_submission_is_graded_and_gets_at_nothing(archive, tmp_path):
    root = laid_out(tmp_path / "autograder", archive)
    hand_in(root)
    code, said = run(root)
    assert code == 0, said
    see(root)
    assert "Protection: " in said


def test_where_python_cannot_start_there_is_a_sentence(archive, tmp_path):
    root = laid_out(tmp_path / "autograder", archive)
    assert run(root, python="/bin/false")[0] == 0
    found = results(root)
    assert found["score"] == 0
    assert "please tell your instructor" in found["output"]


@pytest.mark.slow
def test_on_a_fresh_machine(archive, tmp_path):
    """A new environment under an empty home: what `setup.sh` installs is enough."""
    root = laid_out(tmp_path / "autograder", archive)
    home = tmp_path / "home"
    home.mkdir()
    hand_in(root)
    more = {"HOME": str(home)}
    code, said = run(root, "source/setup.sh", python="", **more)
    assert code == 0, said
    assert run(root, python="", **more)[0] == 0
    see(root)
    shutil.rmtree(root / "venv")
