"""Puts a term away: the old `grading/` whole and readable, and an empty one in its place."""

import shlex
import shutil
from pathlib import Path

from autograder.classroom.moving import alone, refuse_unfinished
from autograder.classroom.place import Place
from autograder.course import terms
from autograder.course.releases import kept_folder
from autograder.course.terms import ARCHIVE, PRESENT, NoTerm
from autograder.submissions.folder import is_new_id


def archive(place: Place, name: str) -> Path:
    """Put the present term away under a name; returns its folder.

    The new `grading/` has the earlier releases alone, so that old notebooks are still recognised.
    What was stopped in between, a rerun finishes.

    Raises:
        NoTerm: there is nothing to put away, or such a term, or work and marks lie elsewhere.
        Busy: something is being graded.
    """
    if not place.own:
        raise NoTerm("Terms are known in this project's own course alone, and not in another one.")
    if not is_new_id(name) or name.startswith("-"):
        raise NoTerm(f"{name!r} can be no folder's name: name the term otherwise.")
    terms.refuse_outside(place.folder, place.config)
    present, target = place.folder / PRESENT, place.folder / ARCHIVE / name
    fresh = target.with_name(f".{name}.new")
    if target.exists() and not fresh.exists():
        raise NoTerm(f"There is a term {name!r} already: name this one otherwise.")
    with alone(place):
        refuse_unfinished(present)
        if not target.exists():
            _put_away(place, present, target, fresh)
        shutil.copytree(fresh, present, dirs_exist_ok=True)
        shutil.rmtree(fresh)
    return target


def _put_away(place: Place, present: Path, target: Path, fresh: Path) -> None:
    if present.is_symlink():
        raise NoTerm(f"{PRESENT}/ is a link to another folder: put that away yourself.")
    if not any((present / each).exists() for each in ("gradebook.db", "submitted")):
        raise NoTerm(f"{PRESENT}/ has nothing that could be put away.")
    book = place.book()
    book.settle_all()  # what was typed in formgrader; from then on marks stay as they are
    book.close()
    shutil.rmtree(fresh, ignore_errors=True)
    releases = kept_folder(place.folder)
    fresh.mkdir(parents=True)
    if releases.is_dir():
        shutil.copytree(releases, fresh / releases.name)
    present.rename(target)


def described(place: Place) -> list[tuple[str, list[str], int]]:
    """The archived terms: name, assignments, and how many learners have handed in."""
    found = []
    for name in terms.archived(place.folder):
        work = list((place.folder / ARCHIVE / name).glob("submitted/[!.]*/[!.]*/"))
        assignments = sorted({each.name for each in work if each.is_dir()})
        found.append((name, assignments, len({each.parent for each in work})))
    return found


def hint(name: str) -> str:
    """What can be done with an archived term."""
    return (
        "explain, report, export and learner list read it: "
        f"`autograder --term {shlex.quote(name)} explain STUDENT PART`."
    )
