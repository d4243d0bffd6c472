"""Who is in the course; a learner's new id; two ids that are one learner."""

import shutil
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import Assignment, SubmittedAssignment
from nbgrader.utils import parse_utc
from sqlalchemy import select

from autograder.classroom.moving import (
    alone,
    delete_empty,
    folders_of,
    nobody,
    noted,
    pages_of,
    refuse_unfinished,
    unfinished,
)
from autograder.classroom.place import Place
from autograder.files import free_name
from autograder.gradebook import people
from autograder.gradebook.book import Gradebook
from autograder.gradebook.errors import CannotGrade
from autograder.gradebook.records import Record, read_records
from autograder.submissions.folder import is_id, is_new_id, newest
from helpers.text import as_name

_STAMP = "timestamp.txt"


@dataclass
class Learner:
    """One learner, or an id that somebody has left behind.

    Attributes:
        number: the LMS's own; "" if it is not known.
        submitted: the assignments with a folder of submitted files.
        entered: those with a submission in the gradebook.
    """

    id: str
    name: str = ""
    email: str = ""
    number: str = ""
    submitted: set[str] = field(default_factory=set)
    entered: set[str] = field(default_factory=set)


def learners(place: Place) -> list[Learner]:
    """Everybody of whom the gradebook or the folder of submitted files knows, by id."""
    found: dict[str, Learner] = {}
    with place.book().transaction() as gradebook:
        for each in gradebook.students:
            name = " ".join(filter(None, (each.first_name, each.last_name)))
            facts = (each.email or "", each.lms_user_id or "")
            found[each.id] = Learner(each.id, name, *facts)
        wanted = select(SubmittedAssignment.student_id, Assignment.name).join(Assignment)
        for student, name in gradebook.db.execute(wanted):
            found[student].entered.add(name)
    for folder in place.step("submitted").glob("[!.]*/[!.]*/"):
        if folder.is_dir() and is_id(student := folder.parent.name):
            found.setdefault(student, Learner(student)).submitted.add(folder.name)
    return [found[each] for each in sorted(found)]


def without_folder(book: Gradebook, assignment: str) -> list[str]:
    """Learners who have marks in the gradebook, and no folder in `submitted/`: ids left behind."""
    wanted = select(SubmittedAssignment.student_id).join(Assignment)
    with book.transaction() as gradebook:
        of_it = wanted.where(Assignment.name == assignment)
        entered = sorted(gradebook.db.scalars(of_it))
    return [each for each in entered if not book.submitted(each).is_dir()]


def left_behind(student: str) -> str:
    """The sentence for such a learner."""
    name = as_name(student)
    return (
        f"{name} has marks in the gradebook, and no folder in submitted/. If the folder has "
        f"another name now, `autograder learner rename {name} NEW` gives it the marks, or `merge` "
        f"in the place of `rename` if NEW has marks too; `autograder learner remove {name}` "
        "deletes them."
    )


def rename(place: Place, old: str, new: str) -> dict[str, int]:
    """Give a learner another id, with all that there is; returns how many rows of each kind.

    Raises:
        CannotGrade: there is no such learner, or the other id is somebody's, or none.
    """
    book = place.book()
    book.see_that_it_changes()
    if not is_new_id(new):
        raise CannotGrade(f"{new!r} can be no learner's id, and no folder's name.")
    act: dict[str, object] = {"act": "rename", "old": old, "new": new}
    with alone(place):
        refuse_unfinished(place.folder / place.kept, act)
        again = unfinished(place.folder / place.kept) is not None
        with book.transaction() as gradebook:
            found = people.counts(gradebook.db, old)
            taken = bool(people.counts(gradebook.db, new))
        before, after = folders_of(place, old), folders_of(place, new)
        if not (again or found or any(each.exists() for each in before.values())):
            raise nobody(old)
        both = [each for name, each in after.items() if each.exists() and before[name].exists()]
        if old == new or (not again and (taken or both)):
            raise CannotGrade(
                f"{new!r} is the id of a learner already. If both are one, "
                f"`autograder learner merge {as_name(old)} {as_name(new)}` makes them one."
            )
        with noted(place, act):
            with book.transaction() as gradebook:
                book.settle_all([old])  # what was typed in formgrader is a decision first
                people.rename(gradebook.db, old, new)
                book.settle_all([new])
            book.close()
            for name, folder in before.items():
                if folder.exists() and not after[name].exists():
                    folder.rename(after[name])
            for page in pages_of(place, old):
                page.rename(page.with_name(f"{new}.html"))
    return found


@dataclass
class Merged:
    """What two ids of one learner have become.

    Attributes:
        counts: which file counts for each notebook that both have handed in: assignment,
            notebook, whose, which.
        rows: how many rows of each kind were given away.
    """

    counts: list[tuple[str, str, str, str]] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)


def merge(place: Place, old: str, new: str) -> Merged:
    """Give all that one learner has to another, who is the same person.

    Where both have handed in a notebook, it is as with two files of one learner: the newer counts.
    Decisions of both stay, in their order.

    Raises:
        CannotGrade: one of them is nobody.
    """
    book = place.book()
    book.see_that_it_changes()
    found = Merged()
    act: dict[str, object] = {"act": "merge", "old": old, "new": new}
    folder = place.folder / place.kept
    with alone(place):
        refuse_unfinished(folder, act)
        again = unfinished(folder) is not None
        with book.transaction() as gradebook:
            rows = {each: people.counts(gradebook.db, each) for each in (old, new)}
        for each in (old, new):
            there = any(path.exists() for path in folders_of(place, each).values())
            if old == new or not (again or rows[each] or there):
                raise nobody(each) if old != new else CannotGrade("Name two learners, not one.")
        found.rows = rows[old]
        found.counts = _which_count(place, old, new)
        act["taken"] = [[*each[:2]] for each in found.counts if each[2] == old]
        with noted(place, act) as begun:
            chosen = begun["taken"]
            assert isinstance(chosen, list)
            taken = [(str(name), str(notebook)) for name, notebook in chosen]
            with book.transaction() as gradebook:
                book.settle_all([old, new])
                people.merge(gradebook.db, old, new, taken)
                book.settle_all([new])
            book.close()
            _merge_files(place, old, new, taken)
    return found


def _which_count(place: Place, old: str, new: str) -> list[tuple[str, str, str, str]]:
    """Of each notebook that `old` has: whose file counts, and its name."""
    found = []
    for assignment in place.assignments():
        book = place.book(assignment)
        with book.transaction() as gradebook:
            theirs = {each: read_records(gradebook.db, assignment, each) for each in (old, new)}
        for notebook, record in theirs[old].items():
            whose = old
            if other := theirs[new].get(notebook):
                files = {
                    who: book.submitted(who) / each.file
                    for who, each in ((old, record), (new, other))
                }
                whose = _newer(files, {old: record, new: other}, old, new)
            found.append((assignment, notebook, whose, theirs[whose][notebook].file))
        book.close()
    return found


def _newer(files: dict[str, Path], records: dict[str, Record], old: str, new: str) -> str:
    """Whose file counts: one that could be read before one that could not, then the newer."""
    readable = [who for who in (new, old) if not records[who].marks["error"]]
    there = [who for who in (new, old) if files[who].is_file()]
    for who in (readable, there):
        if len(who) == 1:
            return who[0]
    if not there:
        return new
    best = newest([files[who] for who in (new, old)])
    return new if best == files[new] else old


def _merge_files(place: Place, old: str, new: str, taken: Collection[tuple[str, str]]) -> None:
    before, after = folders_of(place, old), folders_of(place, new)
    for path in sorted(before["submitted"].rglob("*")):
        if path.is_file() or path.is_symlink():
            _place(path, after["submitted"] / path.relative_to(before["submitted"]))
    delete_empty(before["submitted"])
    for assignment, notebook in taken:
        for name, file in (
            ("autograded", f"{notebook}.ipynb"),
            ("evidence", f"{notebook}.json.gz"),
        ):
            if (path := before[name] / assignment / file).is_file():
                target = after[name] / assignment / file
                target.parent.mkdir(parents=True, exist_ok=True)
                path.replace(target)
    for name in before.keys() - {"submitted"}:
        shutil.rmtree(before[name], ignore_errors=True)
    for page in pages_of(place, old):
        page.unlink()


def _place(path: Path, target: Path) -> None:
    """Move a submitted file beside those of the other id; the later hour of two counts."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.name == _STAMP and target.is_file():
        texts = {each: each.read_text("utf-8", "replace").strip() for each in (path, target)}
        if _hour(texts[path]) > _hour(texts[target]):
            path.replace(target)
        else:
            path.unlink()
        return
    there = [each for each in target.parent.iterdir() if each.is_file() and not each.is_symlink()]
    if not path.is_symlink() and any(_same(path, each) for each in there):
        path.unlink()
        return
    taken = {each.name for each in target.parent.iterdir()}
    path.rename(target.with_name(free_name(target.name, taken)))


def _same(one: Path, other: Path) -> bool:
    sizes = one.stat().st_size == other.stat().st_size
    return sizes and one.read_bytes() == other.read_bytes()


def _hour(text: str) -> float:
    try:
        return float(parse_utc(text).timestamp())
    except (ValueError, OverflowError):
        return 0.0
