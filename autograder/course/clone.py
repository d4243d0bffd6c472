"""Assignments of a clone beside the one that the package carries: read from the clone itself.

No judge of ours knows their checks. They are plain code, such as asserts, and run in the learner's
own kernel, as in any nbgrader course.
"""

from collections.abc import Mapping
from pathlib import Path

from nbformat import NotebookNode

from autograder.checks.table import PARTS, is_ours
from autograder.course.cell_text import check_called
from autograder.course.folders import master_folder, notebooks_in, read_notebook
from autograder.course.lessons import Lessons, NotOfThisCourse, checks_hash
from autograder.course.releases import released_in, replaced_in
from autograder.course.template import graded_key, template_of
from autograder.files import hash_of

#: Folders that are nothing of the course's, wherever they lie.
_NOBODYS = ("__pycache__",)


def clone_lessons(course: Path, assignment: str) -> Lessons:
    """The notebooks of such an assignment, as far as they have been released.

    Raises:
        NotOfThisCourse: a notebook was not released, or has names of our checks.
    """
    source, folder = master_folder(course, assignment), course / "notebooks" / assignment
    solved = {name: read_notebook(path) for name, path in notebooks_in(source).items()}
    for name, notebook in solved.items():
        if told := next(iter(names_of_ours(notebook)), ""):
            raise NotOfThisCourse(f"{source / name}.ipynb: {told}")
    released = released_in(folder, solved)
    if missing := [name for name in solved if name not in released]:
        raise NotOfThisCourse(
            f"{', '.join(missing)} of {assignment} was not released yet: run `autograder release`."
        )
    files = files_beside(folder)
    data = hash_of(files)
    return Lessons(
        {name: template_of(name, solved[name], now) for name, now in released.items()},
        {name: checks_hash(solved[name]) + data for name in released},
        earlier={
            name: replaced_in(course, assignment, name, solved[name], now)
            for name, now in released.items()
        },
        beside=files,
    )


def names_of_ours(notebook: NotebookNode) -> list[str]:
    """Why a notebook's cells may be taken for exercises of ours, in sentences with the mend."""
    found = []
    for cell in notebook.cells:
        key = graded_key(cell)
        if key in PARTS or is_ours(key):
            found.append(f"the cell {key!r} has the name of one of classification's: rename it.")
        elif called := check_called(cell.source) if cell.cell_type == "code" else "":
            found.append(
                f"the cell {key or cell.id!r} calls the check {called!r}, which is for the "
                "notebooks of classification alone: write plain asserts."
            )
    return found


def files_beside(folder: Path) -> Mapping[str, Path]:
    """What lies beside an assignment's released notebooks, such as data: by path from there."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    found = {path.relative_to(folder): path for path in paths if path.suffix != ".ipynb"}
    return {
        name.as_posix(): path
        for name, path in found.items()
        if not any(each.startswith(".") or each in _NOBODYS for each in name.parts)
    }
