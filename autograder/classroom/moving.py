"""Acts on a learner's files that a rerun finishes, whatever has stopped them; alone in the course.

While one is not finished, a note in the course says which, and nothing is graded.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.classroom.place import Place
from autograder.console import command
from autograder.course.terms import STEPS
from autograder.errors import Refused
from autograder.files import held, write_whole
from autograder.gradebook.errors import CannotGrade

_NOTE = ".unfinished"
#: A learner's own folders, beside those of nbgrader's steps.
KEPT = ("evidence", "records")
Act = dict[str, object]


class Busy(Refused):
    """Something else is at work in the course; the message says what to do."""


@contextmanager
def at_work(folder: Path) -> Iterator[None]:
    """Grade, decide or write pages in the block: many can, and nobody moves a learner meanwhile.

    Args:
        folder: of evidence and reports, in the course's.

    Raises:
        Busy: somebody does.
        CannotGrade: somebody has begun that and not finished it.
    """
    with held(folder, alone=False) as free:
        if not free:
            raise Busy("Learners or terms are being moved. Try again when that is done.")
        refuse_unfinished(folder)
        yield


def refuse_unfinished(folder: Path, act: Act | None = None) -> None:
    """Refuse to go on where an act, other than this one, was begun and not finished.

    Raises:
        CannotGrade: it says which one.
    """
    begun = unfinished(folder)
    if begun is None or (act is not None and _who(begun) == _who(act)):
        return
    words = [str(each) for each in _who(begun)]
    more = " --yes" if begun.get("act") == "remove" else ""
    raise CannotGrade(
        f"`{command('learner', *words)}{more}` was stopped before its end. Give it once more."
    )


def _who(act: Act) -> list[object]:
    return [act[name] for name in ("act", "old", "new") if act.get(name)]


def unfinished(folder: Path) -> Act | None:
    """The act that was begun and not finished."""
    try:
        found: Act = json.loads((folder / _NOTE).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found


@contextmanager
def alone(place: Place) -> Iterator[None]:
    """Nobody else grades or moves something in the block.

    Raises:
        Busy: somebody does.
    """
    with held(place.folder / place.kept, alone=True) as free:
        if not free:
            raise Busy(
                "Something is being graded or moved in this course. Try again when that is done."
            )
        yield


@contextmanager
def noted(place: Place, act: Act) -> Iterator[Act]:
    """Note down what the block does, until it is done; gives what was noted when it was begun."""
    folder = place.folder / place.kept
    begun = unfinished(folder) or act
    write_whole(folder / _NOTE, json.dumps(begun))
    yield begun
    (folder / _NOTE).unlink()


def nobody(student: str) -> CannotGrade:
    """The error where there is no such learner."""
    return CannotGrade(f"There is no learner {student!r}: `autograder learner list` shows all.")


def folders_of(place: Place, student: str) -> dict[str, Path]:
    """A learner's own folders, by what they are for; they need not be there.

    Raises:
        CannotGrade: no folder can have such a name, and so no learner such an id.
    """
    if student in ("", ".", "..") or set("/\0") & set(student):
        raise nobody(student)
    found = {step: place.step(step) / student for step in STEPS[:-1]}
    return found | {name: place.folder / place.kept / name / student for name in KEPT}


def pages_of(place: Place, student: str) -> list[Path]:
    """A learner's pages in all reports."""
    folders = (place.folder / place.kept / "report").glob("*/learners/")
    return [page for each in folders if (page := each / f"{student}.html").is_file()]


def delete_empty(folder: Path) -> None:
    """Delete a folder with nothing but empty folders in it."""
    for each in sorted((p for p in folder.rglob("*") if p.is_dir()), reverse=True):
        each.rmdir()
    if folder.is_dir():
        folder.rmdir()
