"""The notebooks that learners get now, and those that they got earlier.

`autograder release` keeps what it replaces in the clone, in `grading/releases/NAME/HASH.ipynb`.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from autograder.course.folders import (
    ASSIGNMENT,
    clone_folder,
    course_folder,
    masters,
    read_notebook,
)
from autograder.course.template import Template, template_of


def keep(course: Path, path: Path) -> None:
    """Keep a released notebook that is about to be replaced.

    Args:
        course: the clone.
        path: the notebook, as learners have got it.
    """
    content = path.read_bytes()
    folder = kept_folder(course) / path.stem
    folder.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(content).hexdigest()[:12]
    fresh = folder / f".{name}.new"
    fresh.write_bytes(content)
    fresh.replace(folder / f"{name}.ipynb")  # whole or not at all


@lru_cache(maxsize=1)
def current() -> dict[str, Template]:
    """The notebooks that learners get now, by name such as `01_moons`."""
    folder = course_folder() / "notebooks" / ASSIGNMENT
    return {
        name: template_of(name, master, read_notebook(folder / f"{name}.ipynb"))
        for name, master in masters().items()
        if (folder / f"{name}.ipynb").is_file()  # a new one may not have been released yet
    }


def replaced(name: str, course: Path | None) -> tuple[Template, ...]:
    """The notebooks of that name that learners got earlier, as far as this clone has kept them."""
    if course is None:
        try:
            course = clone_folder()
        except FileNotFoundError:
            return ()
    paths = sorted((kept_folder(course) / name).glob("*.ipynb"))
    return _templates(name, tuple(paths))


@lru_cache(maxsize=16)
def _templates(name: str, paths: tuple[Path, ...]) -> tuple[Template, ...]:
    now = read_notebook(course_folder() / "notebooks" / ASSIGNMENT / f"{name}.ipynb")
    return tuple(
        template_of(name, masters()[name], read_notebook(path), now, path.stem) for path in paths
    )


def kept_folder(course: Path) -> Path:
    """Where a clone keeps what `autograder release` has replaced: `NAME/HASH.ipynb` in there."""
    return course / "grading" / "releases"
