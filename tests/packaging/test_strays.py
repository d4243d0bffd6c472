"""What editors and JupyterLab leave where people work is neither installed nor a reason to."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STRAYS = (
    ".ipynb_checkpoints/01_moons-checkpoint.ipynb", ".01_moons.ipynb.swp", "01_moons.ipynb~",
    "Untitled.ipynb", "Untitled1.ipynb", "01_moons-Copy1.ipynb", ".DS_Store",
)  # fmt: skip


@pytest.fixture
def tree(tmp_path):
    """What a wheel is made of, small."""
    for name in (
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "nbgrader_config.py",
        "Makefile",
        "constraints.txt",
    ):
        shutil.copy(ROOT / name, tmp_path)
    for package in ("helpers", "autograder"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    for part in ("notebooks", "solutions"):
        (tmp_path / part / "classification").mkdir(parents=True)
        (tmp_path / part / "classification/01_moons.ipynb").touch()
    return tmp_path


def leave_strays(tree):
    for part in ("notebooks", "solutions"):
        for stray in STRAYS:
            path = tree / part / "classification" / stray
            path.parent.mkdir(exist_ok=True)
            path.write_text("{}")


def test_the_wheel_has_none_of_it(tree):
    pytest.importorskip("hatchling", reason="the packaging test needs hatchling: run `make env`")
    leave_strays(tree)
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run([*command, "--directory", str(tree / "dist")], cwd=tree, check=True)
    (wheel,) = (tree / "dist").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert sorted(Path(name).name for name in names if name.startswith("autograder/course")) == [
        *["01_moons.ipynb"] * 2,
        "constraints.txt",
        "nbgrader_config.py",
    ]


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_the_install_is_not_made_again_for_it(tree):
    def checksum():
        command = ["make", "--no-print-directory", "--eval=show: ; @$(CHECKSUM)", "show"]
        return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=True).stdout

    before = checksum()
    leave_strays(tree)
    assert checksum() == before
    (tree / "solutions/classification/01_moons.ipynb").write_text("{}")
    assert checksum() != before


def test_another_assignment_stays_in_its_clone(tree):
    pytest.importorskip("hatchling", reason="the packaging test needs hatchling: run `make env`")
    for part in ("notebooks", "solutions"):
        (tree / part / "extra").mkdir()
        (tree / part / "extra/05_more.ipynb").touch()
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run([*command, "--directory", str(tree / "dist")], cwd=tree, check=True)
    (wheel,) = (tree / "dist").glob("*.whl")
    assert not [name for name in zipfile.ZipFile(wheel).namelist() if "05_more" in name]
