"""`autograder collect`: an archive's files go to `grading/submitted/`, each or by name not at all.

Nothing is overwritten and nothing is dropped: another version of a file gets a name of its own,
and what has no place is kept aside and listed.
"""

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from autograder.files import free_name, safe_name, write_bytes_whole, write_whole
from autograder.gradebook.learners import Person
from autograder.lms.archive import ArchiveEntry, CannotCollect
from autograder.lms.handed_in import Sorted
from autograder.lms.layout import STAMP
from autograder.lms.learners import matched
from autograder.lms.owners import WhoIsWho, id_of
from autograder.lms.plan import HandedIn, Plan, why
from helpers.text import as_name


@dataclass
class Collected:
    """What became of an archive.

    Attributes:
        students: how many files were written, by learner's id; 0 where all were there before.
        people: what the LMS's list, or the teacher's, says of learners, by id.
        unplaced: file and reason.
        untimed: learners without a known hour of submission.
        older: those with new files, and with an hour of which nothing new is known.
        late: those whom the LMS calls late, and whose hour is not known.
        stamps: for how many the hour is from a `timestamp.txt` in their folder.
        strangers: those who are not in the list of learners, if there is one.
        placed, aside, refused: how many of the archive's files are graded, how many are kept aside,
            and how many have no place.
    """

    students: dict[str, int] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    unplaced: list[tuple[str, str]] = field(default_factory=list)
    untimed: set[str] = field(default_factory=set)
    older: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)
    stamps: int = 0
    strangers: set[str] = field(default_factory=set)
    placed: int = 0
    aside: int = 0
    refused: int = 0


def collect(
    found: Plan,
    who: WhoIsWho,
    folder_of: Callable[[str], Path],
    aside: Path,
    *,
    listed: Collection[Person] = (),
    handed_in: datetime | None = None,
) -> Collected:
    """Put files where they are graded: into the folder for the learner's id; the rest `aside`.

    When somebody handed in, the LMS says, or else the teacher: in the list of learners, or for all
    of them with `handed_in`. Where neither does, a `timestamp.txt` of nbgrader's does.
    """
    done = Collected(people=dict(found.listed))
    unplaced = list(found.refused)
    placed: set[int] = set()
    for student, one in found.learners.items():
        done.students[student] = 0
        for each in one.files:
            entry = each.handed.entry
            if each.path is None:
                if each.work:
                    _set_aside(done, entry, aside)
                continue
            try:
                done.students[student] += _write(folder_of(student), each)
                placed.add(id(entry))
            except Exception as error:
                unplaced.append((entry, why("cannot be placed", error)))
        folder_of(student).mkdir(parents=True, exist_ok=True)  # who has nothing to grade, has that
    for entry, reason in unplaced:
        done.unplaced.append((as_name(str(entry.path)), reason))
        _set_aside(done, entry, aside)
    done.placed = len(placed)
    done.refused = len({id(entry) for entry, _ in unplaced} - placed)
    kept = {id(e.handed.entry) for one in found.learners.values() for e in one.files if not e.path}
    done.aside = len(kept - placed) + len(found.system) + len(found.read)
    _match(done, _by_present_ids(listed, who))
    for student, one in found.learners.items():
        _stamp(done, folder_of(student) / STAMP, student, one, handed_in)
        for owner in one.owners:
            who.enter(owner, student, late=student in done.late)
    for owner in found.unclear:
        who.enter(owner, "")
    done.late |= {each for each in who.late() if not (folder_of(each) / STAMP).is_file()}
    return done


def _by_present_ids(people: Collection[Person], who: WhoIsWho) -> list[Person]:
    """The teacher's list of learners, by the ids that they have now."""
    named = {id_of(each.id_number) for each in people}
    present = {each: who.now(each) for each in named}
    return [
        replace(each, id_number=now)
        if (now := present[id_of(each.id_number)]) not in named
        else each
        for each in people
    ]


def _match(done: Collected, listed: Collection[Person]) -> None:
    """Find the learners in the teacher's list, which tells what the LMS does not."""
    if not listed:
        return
    known = dict(matched(listed, done.students))
    done.strangers = done.students.keys() - known.keys()
    for student, person in known.items():
        known_as = vars(done.people.get(student, person))  # the LMS's list goes before the other
        more = {name: value or getattr(person, name) for name, value in known_as.items()}
        done.people[student] = Person(**more)


def _stamp(
    done: Collected, path: Path, student: str, one: HandedIn, handed_in: datetime | None
) -> None:
    """Write the hour of submission, as far as it is known."""
    new = done.students[student]
    said = one.when or (done.people[student].when if student in done.people else None)
    hour = said or handed_in or one.told
    if one.late:
        done.late.add(student)
    try:
        # What is said of everybody is said of what is new.
        if hour is not None and (said is not None or new or not path.is_file()):
            write_whole(path, f"{hour.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC\n")
            done.stamps += said is None and handed_in is None
        if hour is not None:
            done.late.discard(student)
        elif not path.is_file():
            done.untimed.add(student)
        elif new:
            done.older.add(student)
    except OSError as error:
        done.unplaced.append((student, why("the hour of submission is not kept", error)))


def _write(folder: Path, placed: Sorted) -> int:
    """Write a file under a free name; returns 0 if the folder has it already."""
    assert placed.path is not None
    when = placed.handed.when or placed.handed.entry.when
    content = placed.handed.entry.read()
    return _write_beside(folder / placed.path.parent, placed.path.name, content, when)


def _write_beside(folder: Path, name: str, content: bytes, when: datetime | None) -> int:
    there = [path for path in folder.glob("*") if path.is_file() and not path.is_symlink()]
    if any(path.stat().st_size == len(content) and path.read_bytes() == content for path in there):
        return 0
    file = folder / free_name(name, {STAMP, *(path.name for path in there)})
    write_bytes_whole(file, content)
    if when is not None:  # of two files for one notebook, the newer counts
        os.utime(file, (when.timestamp(), when.timestamp()))
    return 1


def _set_aside(done: Collected, entry: ArchiveEntry, aside: Path) -> None:
    """Keep what has no place, under a name that is safe."""
    try:
        content = entry.read()
    except CannotCollect:  # it is hostile or not to be had; the archive still has it
        return
    name = safe_name("_".join(part for part in entry.path.parts if part not in ("/", ".", "..")))
    try:
        _write_beside(aside, name or "file", content, entry.when)
    except Exception as error:
        done.unplaced.append((as_name(str(entry.path)), why("is not kept", error)))
