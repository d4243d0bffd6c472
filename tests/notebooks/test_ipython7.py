"""The lessons under IPython 7.34, which Colab has. Needs pip's index: it is skipped without."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.release.release import release_standalone
from tests.support.bare import Bare, answered, checks, errors, passed

ROOT = Path(__file__).parents[2]
OLD = ("ipython==7.34.0", "ipykernel==6.17.1")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="the environment is made with links"),
]


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    bare = Bare(tmp_path_factory.mktemp("ipython7"), pip=True)
    # pip must not take what is linked there for its own, so the links come last on the path.
    done = subprocess.run(
        [bare.python, "-I", "-m", "pip", "install", "--quiet", "--ignore-installed", *OLD],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and "from versions: none" in done.stderr:
        pytest.skip("pip's index cannot be reached")
    assert done.returncode == 0, done.stderr
    return bare


@pytest.fixture(scope="module")
def standalone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("standalone")
    return {path.stem: path for path in release_standalone(ROOT, folder, proof=False)}


@pytest.mark.parametrize("name", ["01_moons", "02_tanh", "03_spirals"])
def test_every_check_of_a_solved_notebook_passes(name, old, standalone, tmp_path):
    notebook = answered(standalone[name].read_bytes())
    notebook.cells.append(nbformat.v4.new_code_cell("import IPython\nprint(IPython.__version__)"))
    played = old.play(notebook, tmp_path)
    assert played.cells[-1].outputs[0].text.strip() == "7.34.0"
    assert errors(played) == []
    assert passed(played) == checks(played)
    assert checks(played)


def test_a_blank_shows_its_verdict_and_no_traceback(old, standalone, tmp_path):
    notebook = nbformat.read(standalone["02_tanh"], as_version=4)
    played = old.play(notebook, tmp_path)
    assert {ename for _, ename in errors(played)} == {"NotStarted"}
    (check,) = (cell for cell in played.cells if cell.id == "check_tanh_values")
    (error,) = (output for output in check.outputs if output.output_type == "error")
    shown = "\n".join(error.traceback)
    assert "Not started" in shown
    assert "Traceback" not in shown
