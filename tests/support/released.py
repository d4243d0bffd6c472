"""The course's notebooks as they are released, also where somebody works in `notebooks/`."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import nbformat

from autograder.course.folders import notebooks_in
from autograder.course.releases import worked_in

ROOT = Path(__file__).parents[2]
PLACE = Path("notebooks/classification")


def committed(name):
    """What git has of a released notebook, by file name; None without git or without the file."""
    if shutil.which("git") is None:
        return None
    shown = subprocess.run(
        ["git", "show", f"HEAD:{(PLACE / name).as_posix()}"], cwd=ROOT, capture_output=True
    )
    return shown.stdout if shown.returncode == 0 else None


@cache
def folder():
    """Where released notebooks lie: in the work tree, or copied from git if one is worked in."""
    paths = [
        path
        for name, path in notebooks_in(ROOT / PLACE).items()
        if (ROOT / f"solutions/classification/{name}.ipynb").is_file() or committed(path.name)
    ]
    contents = {
        path: committed(path.name) if worked_in(path) else path.read_bytes() for path in paths
    }
    if contents == {path: path.read_bytes() for path in (ROOT / PLACE).glob("*") if path.is_file()}:
        return ROOT / PLACE
    copied = Path(tempfile.mkdtemp(prefix="released-"))
    for path, content in contents.items():
        if content is not None:
            (copied / path.name).write_bytes(content)
    return copied


def path_of(kind, name):
    """A notebook's file.

    Args:
        kind: "solutions" or "notebooks".
        name: such as `01_moons`.
    """
    place = folder() if kind == "notebooks" else ROOT / kind / "classification"
    return place / f"{name}.ipynb"


def read(kind, name):
    """A notebook; arguments as of `path_of`."""
    return nbformat.read(path_of(kind, name), as_version=4)
