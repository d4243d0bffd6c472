"""Finds the course's own files.

The solved notebooks in `solutions/` are the source of everything. They lie beside this package in
a clone, and inside it where it was installed.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.checks.table import PART_OF, PARTS

if TYPE_CHECKING:  # who only looks for a course need not have nbformat, nor wait for it
    from nbformat import NotebookNode
    from traitlets.config import Config

#: The assignment that comes with the package, whose checks have judges of ours.
ASSIGNMENT = "classification"
#: Stands in the place of `solutions/` in a package that grades elsewhere; see `check_cells`.
CHECK_CELLS = "check_cells"
#: Folders of a course that are nothing for learners' code.
PRIVATE = ("solutions", CHECK_CELLS, "grading", "terms", "tests")


def master_folder(course: Path, assignment: str = ASSIGNMENT) -> Path:
    """Where an assignment's exercises are read from, their check cells above all."""
    solved = course / "solutions" / assignment
    return solved if solved.is_dir() else course / CHECK_CELLS / assignment


def course_folder() -> Path:
    """The folder that holds `solutions/`, `notebooks/` and `nbgrader_config.py`.

    Raises:
        FileNotFoundError: neither this installation nor a clone around it has them.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "course_files", package.parent):
        if master_folder(folder).is_dir():
            return folder
    raise FileNotFoundError(
        "the course's notebooks are not installed beside the autograder: install it again, or run "
        "this from a clone of the repository"
    )


def clone_folder() -> Path:
    """The clone (or course copy) around the working folder.

    Raises:
        FileNotFoundError: there is none; the message says where to go.
    """
    here = Path.cwd()
    if (found := around(here)) is not None:
        return found
    raise FileNotFoundError(
        f"no course around {here}: change to the folder that has solutions/ and nbgrader_config.py"
    )


def around(place: Path, *needed: str) -> Path | None:
    """The nearest folder, from a place upwards, that is a clone, or holds what is needed."""
    names = needed or ("nbgrader_config.py", "solutions")
    folders = (place.resolve(), *place.resolve().parents)
    return next((each for each in folders if all((each / n).exists() for n in names)), None)


def hidden_folders(*places: Path) -> list[str]:
    """What kernels must not read: of this course, and of the clones around some places."""
    folders = {course_folder(), *(around(place) or place.resolve() for place in places)}
    return [str(folder / part) for folder in folders for part in PRIVATE]


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook of the course or of nbgrader; `submissions.read` is for learners' own."""
    import nbformat

    return nbformat.read(path, as_version=4)


def cell_name(cell: NotebookNode) -> str | None:
    """The course's name for a cell: its `grade_id`, or else a cell id that is one."""
    metadata = cell.get("metadata", {}).get("nbgrader", {})
    name = metadata.get("grade_id") if isinstance(metadata, dict) else None
    known = PARTS.keys() | PART_OF.keys()
    if name in known:
        return str(name)
    return str(cell["id"]) if cell.get("id") in known else None


def notebooks_in(folder: Path) -> dict[str, Path]:
    """A folder's notebooks with exercises, by name such as `01_moons`.

    Nothing else counts that lies there: editors' locks, and notebooks that somebody tried out.
    """
    paths = (path for path in sorted(folder.glob("[!.]*.ipynb")) if path.is_file())
    return {path.stem: path for path in paths if b'"grade_id"' in path.read_bytes()}


def assignments_in(course: Path) -> list[str]:
    """A course's assignments: the folders in `solutions/` that have notebooks with exercises."""
    folders = sorted((course / "solutions").glob("[!.]*"))
    return [each.name for each in folders if each.is_dir() and notebooks_in(each)]


@lru_cache(maxsize=1)
def masters() -> dict[str, NotebookNode]:
    """The solved notebooks, by name such as `01_moons`. Copy before you change one."""
    folder = master_folder(course_folder())
    return {name: read_notebook(path) for name, path in notebooks_in(folder).items()}


def protected(config: Config) -> bool:
    """Whether settings are those of a course that has called `protect`."""
    return bool(config.get("AnyCourse", {}).get("protected", False))
