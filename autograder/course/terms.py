"""Which term of a course is looked at: the present one in `grading/`, or an archived one.

An archived term is a whole `grading/` of then, at `terms/NAME/`.
"""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from sqlalchemy import make_url
from traitlets.config import Config

from autograder.errors import Refused

PRESENT, ARCHIVE = "grading", "terms"
#: Folders that learners fill, or that are filled for them.
STEPS = ("submitted", "autograded", "feedback", "solution")
_CHOSEN: ContextVar[str] = ContextVar("term", default="")


class NoTerm(Refused):
    """There is no such term, or this cannot be done with it; the message says which, and why."""


@contextmanager
def chosen_by(name: str) -> Iterator[None]:
    """Commands in the block look at the archived term of this name; "" for the present one."""
    token = _CHOSEN.set(name)
    try:
        yield
    finally:
        _CHOSEN.reset(token)


def chosen() -> str:
    """The archived term that is looked at; "" for the present one."""
    return _CHOSEN.get()


def archived(folder: Path) -> list[str]:
    """The terms that a course has put away."""
    there = (folder / ARCHIVE).glob("[!.]*/") if (folder / ARCHIVE).is_dir() else ()
    return sorted(each.name for each in there if each.is_dir())


def applied(folder: Path, config: Config) -> tuple[Config, str]:
    """A course's settings for the chosen term, and the folder of evidence and reports.

    Raises:
        NoTerm: the course has no such term, or it would not lie where the settings say.
    """
    if not (name := chosen()):
        return config, PRESENT
    if name not in archived(folder):
        names = ", ".join(archived(folder)) or "none"
        raise NoTerm(f"There is no archived term {name!r}. There is: {names}.")
    refuse_outside(folder, config)
    config = copy.deepcopy(config)
    coursedir = CourseDirectory(config=config)
    for step in STEPS:
        inside = _inside(folder, getattr(coursedir, f"{step}_directory"))
        if inside is not None:
            config.CourseDirectory[f"{step}_directory"] = str(Path(ARCHIVE, name, inside))
    url = make_url(coursedir.db_url)
    database = folder / ARCHIVE / name / str(_inside(folder, url.database or ""))
    config.CourseDirectory.db_url = str(url.set(database=database.as_posix()))
    return config, f"{ARCHIVE}/{name}"


def refuse_outside(folder: Path, config: Config) -> None:
    """Refuse a course that keeps learners' work or marks in another place than `grading/`."""
    coursedir = CourseDirectory(config=config)
    url = make_url(coursedir.db_url)
    if url.get_backend_name() != "sqlite" or _inside(folder, url.database or "") is None:
        kind = "a file in another folder" if url.get_backend_name() == "sqlite" else "no file"
        raise NoTerm(
            f"Terms are put away with {PRESENT}/, and this course's gradebook is {kind} "
            "(c.CourseDirectory.db_url). Make a copy of it with the database's own tools, and name "
            "a new one in nbgrader_config.py."
        )
    for step in STEPS[:-1]:
        name = f"{step}_directory"
        if _inside(folder, where := getattr(coursedir, name)) is None:
            raise NoTerm(
                f"Terms are put away with {PRESENT}/, and c.CourseDirectory.{name} is {where!r}."
            )


def refuse_elsewhere() -> None:
    """Refuse terms in a course that is not this project's own."""
    if chosen():
        raise NoTerm("Terms are known in this project's own course alone, and not in another one.")


def _inside(folder: Path, path: str) -> Path | None:
    """Where in `grading/` a path of the settings leads; None if it leads elsewhere."""
    whole, present = folder / path, folder / PRESENT
    return whole.relative_to(present) if path and whole.is_relative_to(present) else None
