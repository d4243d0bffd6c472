"""Finds the course's own files.

The solved notebooks in `solutions/` are the source of everything. They lie beside this package in
a clone, and inside it where it was installed.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import is_grade
from traitlets.config import Config

from autograder.checks.table import PART_OF, PARTS

ASSIGNMENT = "classification"
#: Folders of a course that are nothing for learners' code.
PRIVATE = ("solutions", "grading", "tests")


def course_folder() -> Path:
    """The folder that holds `solutions/`, `notebooks/` and `nbgrader_config.py`.

    Raises:
        FileNotFoundError: neither this installation nor a clone around it has them.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "course_files", package.parent):
        if (folder / "solutions" / ASSIGNMENT).is_dir():
            return folder
    raise FileNotFoundError(
        "the course's notebooks are not installed beside the autograder: install it again, or run "
        "this from a clone of the repository"
    )


def clone_folder(start: Path | None = None) -> Path:
    """The clone (or course copy) around a folder: where `nbgrader_config.py` and `solutions/` lie.

    Raises:
        FileNotFoundError: there is none; the message says where to go.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "nbgrader_config.py").is_file() and (folder / "solutions").is_dir():
            return folder
    raise FileNotFoundError(
        f"no course around {here}: change to the folder that has solutions/ and nbgrader_config.py"
    )


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook that this course or nbgrader has written; `reading` is for learners' own."""
    return nbformat.read(path, as_version=4)


def cell_name(cell: NotebookNode) -> str | None:
    """The course's name for a cell: its `grade_id`, or else a cell id that is one."""
    metadata = cell.get("metadata", {}).get("nbgrader", {})
    name = metadata.get("grade_id") if isinstance(metadata, dict) else None
    known = PARTS.keys() | PART_OF.keys()
    if name in known:
        return str(name)
    return str(cell["id"]) if cell.get("id") in known else None


def checks_hash(solved: NotebookNode) -> str:
    """A hash of what a notebook's marks depend on: the text and points of its check cells."""
    cells = [
        (cell.metadata.nbgrader.grade_id, float(cell.metadata.nbgrader.points), cell.source)
        for cell in filter(is_grade, solved.cells)
    ]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


@lru_cache(maxsize=1)
def masters() -> dict[str, NotebookNode]:
    """The solved notebooks, by name such as `01_moons`. Copy before you change one."""
    folder = course_folder() / "solutions" / ASSIGNMENT
    return {path.stem: read_notebook(path) for path in sorted(folder.glob("*.ipynb"))}


def protected(config: Config) -> bool:
    """Whether settings are those of a course that has called `protect`."""
    return bool(config.get("AnyCourse", {}).get("protected", False))
