"""The notebooks that learners get now, and those that they got earlier.

`autograder release` keeps what it replaces in the clone: see `kept_folder`.
"""

import copy
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from nbformat import NotebookNode

from autograder.checks.table import BLANK
from autograder.course.folders import (
    ASSIGNMENT,
    clone_folder,
    course_folder,
    masters,
    read_notebook,
)
from autograder.course.setup_cell import START
from autograder.course.template import Template, template_of
from autograder.files import write_bytes_whole


def keep(course: Path, path: Path) -> None:
    """Keep a released notebook, as learners have got it, that is about to be replaced."""
    content = path.read_bytes()
    name = hashlib.sha256(content).hexdigest()[:12]
    kept = kept_folder(course, path.parent.name)
    write_bytes_whole(kept / path.stem / f"{name}.ipynb", content)


def worked_in(path: Path) -> bool:
    """Whether a notebook is no longer as it was released: somebody filled in a blank, or ran it."""
    try:
        cells = read_notebook(path).cells
        return any(
            cell.get("outputs")
            or cell.get("execution_count")
            or (cell.metadata.get("nbgrader", {}).get("solution") and BLANK not in cell.source)
            for cell in cells
        )
    except (AttributeError, ValueError):  # half of a file, or none of ours
        return True


@lru_cache(maxsize=1)
def released_notebooks() -> dict[str, NotebookNode]:
    """The notebooks that learners get now, by name such as `01_moons`. Copy before a change."""
    return released_in(course_folder() / "notebooks" / ASSIGNMENT, masters())


def released_in(folder: Path, solved: Mapping[str, NotebookNode]) -> dict[str, NotebookNode]:
    """The released notebooks in a folder, by name, as they were before somebody worked in one."""
    return {
        name: _as_new(path, master) if worked_in(path) else read_notebook(path)
        for name, master in solved.items()
        for path in [folder / f"{name}.ipynb"]
        if path.is_file()  # a new one may not have been released yet
    }


def _as_new(path: Path, master: NotebookNode) -> NotebookNode:
    """What a notebook was before somebody worked in it: code from its solution, links from it."""
    from nbgrader.preprocessors import ClearHiddenTests, ClearOutput, ClearSolutions

    made = copy.deepcopy(master)
    stub = {"python": f"{BLANK}\npass"}
    for step in (ClearSolutions(code_stub=stub), ClearOutput(), ClearHiddenTests()):
        made, _ = step.preprocess(made, {"nbgrader": {}})
    found: dict[str, str] = {}
    with suppress(AttributeError, ValueError):
        found = {cell.id: cell.source for cell in read_notebook(path).cells}
    for cell in made.cells:
        if cell.cell_type == "markdown" or START in cell.source:
            cell.source = found.get(cell.id, cell.source)
    return made


@lru_cache(maxsize=1)
def current() -> dict[str, Template]:
    """What learners get now, to mend into."""
    now = released_notebooks()
    return {name: template_of(name, masters()[name], now[name]) for name in now}


def replaced(name: str, course: Path | None) -> tuple[Template, ...]:
    """The notebooks of that name that learners got earlier, as far as this clone has kept them."""
    if course is None:
        try:
            course = clone_folder()
        except FileNotFoundError:
            return ()
    return _templates(name, _kept(course, ASSIGNMENT, name))


@lru_cache(maxsize=16)
def _templates(name: str, paths: tuple[Path, ...]) -> tuple[Template, ...]:
    return _earlier(name, masters()[name], released_notebooks()[name], paths)


def replaced_in(
    course: Path, assignment: str, name: str, master: NotebookNode, now: NotebookNode
) -> tuple[Template, ...]:
    """The same for an assignment of which a clone alone knows; `master` is the solved notebook."""
    return _earlier(name, master, now, _kept(course, assignment, name))


def _earlier(
    name: str, master: NotebookNode, now: NotebookNode, paths: tuple[Path, ...]
) -> tuple[Template, ...]:
    return tuple(template_of(name, master, read_notebook(path), now, path.stem) for path in paths)


def _kept(course: Path, assignment: str, name: str) -> tuple[Path, ...]:
    return tuple(sorted((kept_folder(course, assignment) / name).glob("*.ipynb")))


def kept_folder(course: Path, assignment: str = ASSIGNMENT) -> Path:
    """Where a clone keeps what `autograder release` has replaced: `NAME/HASH.ipynb` in there."""
    kept = course / "grading" / "releases"
    return kept if assignment == ASSIGNMENT else kept / assignment
