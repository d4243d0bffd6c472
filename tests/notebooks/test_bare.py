"""The setup cell where nothing of ours is installed, as in a fresh Colab; no network is used."""

from __future__ import annotations

import copy
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.course.address import Address
from autograder.release.generate import generate
from autograder.release.release import release_standalone
from tests.support.bare import Bare, answered, checks, errors, passed

ROOT = Path(__file__).parents[2]
PACKED = ("helpers", "autograder", "notebooks", "solutions")
FILES = ("pyproject.toml", "README.md", "LICENSE", "nbgrader_config.py", "constraints.txt")
#: pip builds with the hatchling that is here, and asks no index.
OFFLINE = {"PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_INDEX": "1", "PIP_NO_CACHE_DIR": "1"}
NO_NETWORK = ("unshare", "--net")

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="the environment is made with links"
)


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    return Bare(tmp_path_factory.mktemp("bare"))


@pytest.fixture
def empty(tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder


def git(folder, *arguments):
    who = ("-c", "user.name=ada", "-c", "user.email=ada@example.org")
    subprocess.run(["git", *who, "-C", str(folder), *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path):
    """The project in a git repository: right at the tag `good`, and broken on `main` since."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    pytest.importorskip("hatchling", reason="pip builds the package with hatchling")
    folder = tmp_path / "repository"
    ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for name in PACKED:
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in FILES:
        shutil.copy(ROOT / name, folder)
    git(tmp_path, "init", "--quiet", "--initial-branch=main", str(folder))
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=all")
    git(folder, "tag", "good")
    (folder / "autograder/checks/__init__.py").write_text("raise RuntimeError('not this one')\n")
    git(folder, "commit", "--quiet", "--all", "--message=broken")
    return folder


def beginning(address: Address) -> nbformat.NotebookNode:
    """01_moons with right answers as far as the first graded check, its setup cell twice."""
    notebook = answered(generate(ROOT, address=address)["01_moons.ipynb"])
    ids = [cell.id for cell in notebook.cells]
    del notebook.cells[ids.index("check_moons_data_tensors") + 1 :]
    again = copy.deepcopy(notebook.cells[ids.index("setup")])
    again.id = "setup-again"
    notebook.cells.insert(ids.index("setup") + 1, again)
    return notebook


def test_the_setup_cell_installs_that_revision_and_nothing_else(repository, empty, tmp_path):
    bare = Bare(tmp_path / "bare")
    assert bare.run("-c", "import torch, importlib.util as u; print(u.find_spec('autograder'))",
                    cwd=empty).strip() == "None"  # fmt: skip
    before = {path.name for path in bare.site.iterdir()}
    played = bare.play(beginning(Address(f"file://{repository}", "good")), empty, **OFFLINE)
    assert errors(played) == []
    assert passed(played) == checks(played) == {"check_moons_data_tensors"}
    first, again = (
        cell for cell in played.cells if cell.id.startswith("setup") and "outputs" in cell
    )
    for cell in (first, again):
        (said,) = cell.outputs
        assert said.name == "stdout"
        assert said.text.splitlines()[1:] == ["Setup complete"], "it is quiet"
    new = {path.name for path in bare.site.iterdir()} - before
    assert {name.partition("-")[0] for name in new} == {
        "helpers",
        "autograder",
        "moons_and_spirals",
    }


@pytest.mark.parametrize("place", ["file:///nowhere/at/all", "https://localhost:9/OWNER/NAME"])
def test_without_the_repository_it_says_in_one_sentence_what_to_do(place, bare, empty):
    notebook = beginning(Address(place, "main"))
    notebook.cells = [cell for cell in notebook.cells if cell.id == "setup"]
    (setup,) = bare.play(notebook, empty, **OFFLINE).cells
    (error,) = (output for output in setup.outputs if output.output_type == "error")
    assert error.ename == "SystemExit"
    assert error.evalue == (
        f"Could not install git+{place}@main: check the internet connection and run this cell "
        "again, or ask for a standalone notebook."
    )
    shown = str(setup.outputs)
    assert "Traceback" not in shown
    assert "subprocess" not in shown
    assert not [each for each in setup.outputs if each.get("name") == "stdout"]


@pytest.fixture(scope="module")
def standalone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("standalone")
    return {path.stem: path for path in release_standalone(ROOT, folder, proof=False)}


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or shutil.which("unshare") is None,
    reason="only root on Linux can take the network away",
)
@pytest.mark.parametrize(
    "name",
    [
        "02_tanh",
        pytest.param("01_moons", marks=pytest.mark.slow),
        pytest.param("03_spirals", marks=pytest.mark.slow),
    ],
)
def test_a_standalone_notebook_needs_no_install_and_no_network(name, standalone, bare, empty):
    notebook = answered(standalone[name].read_bytes())
    notebook.cells.append(nbformat.v4.new_code_cell("print(autograder.checks.__file__)"))
    cannot = (
        "import socket; s = socket.socket(); s.settimeout(1); print(s.connect_ex(('8.8.8.8', 53)))"
    )
    assert bare.run("-c", cannot, cwd=empty, before=NO_NETWORK).strip() != "0"
    played = bare.play(notebook, empty, before=NO_NETWORK)
    assert errors(played) == []
    assert passed(played) == checks(played)
    assert checks(played)
    where = played.cells[-1].outputs[0].text
    assert "/moons-and-spirals-" in where, "it used what it carries"
    assert list(empty.iterdir()) == []
    assert bare.left_behind() == []


def test_a_damaged_parcel_is_not_used(standalone, bare, empty):
    notebook = nbformat.read(standalone["02_tanh"], as_version=4)
    (setup,) = (cell for cell in notebook.cells if cell.id == "setup")
    place = setup.source.index("PARCEL = ") + 500
    other = "A" if setup.source[place] != "A" else "B"
    setup.source = setup.source[:place] + other + setup.source[place + 1 :]
    notebook.cells = [setup]
    (setup,) = bare.play(notebook, empty).cells
    (error,) = (output for output in setup.outputs if output.output_type == "error")
    assert error.evalue == "This notebook was damaged on its way: get the file again."
    assert bare.left_behind() == []
