"""Finds the course's own files, and tells which notebook of the course a file is.

The solved notebooks in `solutions/` are the source of everything. They lie beside this package in
a clone, and inside it where it was installed.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.checks.exercises import PART_OF, PARTS

ASSIGNMENT = "classification"


class NotGradable(Exception):  # noqa: N818 - it is a finding about a file, not a fault of ours
    """A file that cannot be graded, with the reason in one sentence for its owner.

    Args:
        code: `missing`, `not_a_file`, `unreadable`, `not_a_notebook` or `not_ours`.
        message: what is wrong and what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


def course_folder() -> Path:
    """The folder that holds `solutions/`, `notebooks/` and `nbgrader_config.py`.

    Raises:
        FileNotFoundError: neither this installation nor a clone around it has them.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "course", package.parent):
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
    """Read a notebook file as it is, whatever its version.

    Raises:
        NotGradable: it is missing, no file, or not a notebook.
    """
    if not path.exists():
        raise NotGradable("missing", f"There is no file {path}. Check its name and folder.")
    if not path.is_file():
        raise NotGradable("not_a_file", f"{path} is a folder. Name one .ipynb file in it.")
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise NotGradable(
            "not_a_notebook",
            f"{path.name} is not a text file, so it is no notebook. Download it again as .ipynb.",
        ) from None
    except OSError as error:
        raise NotGradable(
            "unreadable", f"{path.name} cannot be read ({error.strerror}). Check its permissions."
        ) from None
    try:
        notebook = nbformat.reads(text, as_version=4)
        cells = list(notebook.cells)
        _ = [(cell.cell_type, cell.source, cell.metadata) for cell in cells]
    except Exception:  # nbformat raises many kinds, and each means that it is no notebook
        raise NotGradable(
            "not_a_notebook",
            f"{path.name} is not a notebook, or only a part of one. Download it again as .ipynb.",
        ) from None
    if not isinstance(notebook, NotebookNode):
        raise NotGradable("not_a_notebook", f"{path.name} is not a notebook.")
    return notebook


def cell_name(cell: NotebookNode) -> str | None:
    """The course's name for a cell: its `grade_id`, or else a cell id that is one."""
    metadata = cell.get("metadata", {}).get("nbgrader", {})
    name = metadata.get("grade_id") if isinstance(metadata, dict) else None
    known = PARTS.keys() | PART_OF.keys()
    if name in known:
        return str(name)
    return str(cell["id"]) if cell.get("id") in known else None


@lru_cache(maxsize=1)
def masters() -> dict[str, NotebookNode]:
    """The solved notebooks, by name such as `01_moons`. Copy before you change one."""
    folder = course_folder() / "solutions" / ASSIGNMENT
    return {path.stem: read_notebook(path) for path in sorted(folder.glob("*.ipynb"))}


def identify(notebook: NotebookNode, label: str) -> str:
    """Which notebook of the course this is, by its cells and not by its file's name.

    Args:
        notebook: as read.
        label: what to call it in the message.

    Raises:
        NotGradable: none of its cells is one of ours.
    """
    found = {cell_name(cell) for cell in notebook.cells} - {None}
    matches = {
        name: len(found & {cell_name(cell) for cell in master.cells})
        for name, master in masters().items()
    }
    best = max(matches, key=lambda name: matches[name])
    if matches[best] == 0:
        raise NotGradable(
            "not_ours",
            f"{label} has no exercise of this course in it. The notebooks are "
            f"{', '.join(masters())}.",
        )
    return best
