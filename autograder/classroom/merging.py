"""Two ids that are one learner: what there is of both becomes one, and the newer files count."""

import shutil
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.utils import parse_utc

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
from autograder.gradebook import merging, people
from autograder.gradebook.errors import CannotGrade
from autograder.gradebook.records import Record, read_records
from autograder.lms import owners
from autograder.submissions.folder import newest

_STAMP = "timestamp.txt"


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
                merging.merge(gradebook.db, old, new, taken)
                book.settle_all([new])
            book.close()
            _merge_files(place, old, new, taken)
            owners.moved(folder, old, new)
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
