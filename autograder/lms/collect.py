"""`autograder collect`: an archive's files go to `grading/submitted/`, each or by name not at all.

Nothing is overwritten and nothing is dropped: another version of a file gets a name of its own,
and what has no place is kept aside and listed.
"""

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from autograder.errors import fault
from autograder.files import free_name, safe_name, write_bytes_whole, write_whole
from autograder.gradebook.learners import Person
from autograder.lms.archive import ArchiveEntry, CannotCollect
from autograder.lms.learners import matched
from autograder.lms.moodle import is_worksheet, read_worksheet, text_of
from autograder.lms.place import (
    STAMP,
    Placed,
    beside_learners,
    container_depth,
    hours_of,
    id_of,
    owners_of,
    place,
)
from autograder.lms.stated import NoHour, stated
from helpers.text import as_name, printable

#: What systems leave in zips and folders: nobody's work.
_SYSTEM = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints")


@dataclass
class Collected:
    """What became of an archive.

    Attributes:
        students: how many files were written, by learner's id; 0 where all were there before.
        people: what the worksheet, or the list, says of them, by learner's id.
        unplaced: file and reason.
        untimed: learners without a known hour of submission.
        older: those with new files, and with an hour of which nothing new is known.
        late: those whom Canvas calls late, and whose hour is not known from now.
        stamps: for how many the hour is from a `timestamp.txt` in their folder.
        strangers: those who are not in the list of learners, if there is one.
        system: files of the system, which were passed over.
        worksheet: the worksheet's bytes; None without one.
        sheet: its name, if it was in the archive.
        renamed: ids that learners had before, each with the one that the files went to.
    """

    students: dict[str, int] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    unplaced: list[tuple[str, str]] = field(default_factory=list)
    untimed: set[str] = field(default_factory=set)
    older: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)
    stamps: int = 0
    strangers: set[str] = field(default_factory=set)
    system: int = 0
    worksheet: bytes | None = None
    sheet: str = ""
    renamed: dict[str, str] = field(default_factory=dict)


def collect(
    archive: Iterable[ArchiveEntry],
    lessons: Collection[str],
    folder_of: Callable[[str], Path],
    aside: Path,
    worksheet: bytes | None = None,
    *,
    assignment: str = "",
    listed: Collection[Person] = (),
    handed_in: datetime | None = None,
    former: Mapping[str, str] | None = None,
) -> Collected:
    """Put an archive's files where they are graded: into the folder for the learner's id.

    What has no place goes to `aside`. Without Moodle's worksheet it is looked for in the archive,
    but not in what a learner may have handed in: it says who everybody is. `lessons` are the names
    of the course's notebooks, and of the `assignment`.

    When somebody handed in, Moodle's worksheet says, or else the teacher: in the list of learners,
    or for all of them with `handed_in`. Where neither does, a `timestamp.txt` of nbgrader's does.

    What comes under a `former` id of a learner goes to the one that it belongs to now.

    Raises:
        CannotCollect: the worksheet is none, or there are several.
    """
    found = Collected(worksheet=worksheet)
    entries: list[ArchiveEntry] = []
    for entry in archive:
        if set(_SYSTEM) & set(entry.path.parts):
            found.system += 1
        else:
            entries.append(entry)
    if worksheet is None and (sheet := _worksheet(entries)) is not None:
        entries.remove(sheet)
        found.sheet, found.worksheet = str(sheet.path), sheet.read()
    people: Mapping[str, Person] = {}
    if found.worksheet is not None:
        people = read_worksheet(text_of(found.worksheet))
    depth = container_depth(entries, lessons, assignment)
    now_called = former or {}
    stamps, stamped = list(hours_of(entries, depth, assignment)), dict[str, datetime]()
    for stamp in stamps:
        entries.remove(stamp)
        try:
            stamped[place(stamp, people, lessons, depth).student] = _hour(stamp)
        except Exception as error:
            found.unplaced.append((as_name(str(stamp.path)), _why("cannot be read", error)))
    told: dict[str, datetime] = {}
    for name, when in stamped.items():
        student = now_called.get(name, name)
        told[student] = max(when, told.get(student, when))
    owners = owners_of(people)
    places: list[Placed | Exception] = []
    for entry in entries:
        try:
            places.append(each := place(entry, people, lessons, depth))
            owners.setdefault(each.student, set()).add(each.who)
        except Exception as error:  # of this file, whatever it is: the others are placed
            places.append(error)
    for entry, placed in zip(entries, places, strict=True):
        try:
            if isinstance(placed, Exception):
                raise placed
            # Nobody's: the first of them in the archive need not be whose the id is.
            if len(whose := owners[placed.student]) > 1:
                shared = " and ".join(map(repr, sorted(whose)))
                raise CannotCollect(f"has the id {placed.student}, which {shared} share")
            content = entry.read()
            student = now_called.get(placed.student, placed.student)
            written = _write(folder_of(student), placed, content)
        except Exception as error:
            found.unplaced.append((as_name(str(entry.path)), _why("cannot be placed", error)))
            try:
                _set_aside(entry, aside)
            except Exception as another:
                found.unplaced.append((as_name(str(entry.path)), _why("is not kept", another)))
            continue
        found.students[student] = found.students.get(student, 0) + written
        if student != placed.student:
            found.renamed[placed.student] = student
        if placed.known is not None:
            before = found.people.get(student)
            own = placed.known if before is None or student == placed.student else before
            found.people[student] = _later(own, before or own, placed.known)
        if placed.late:
            found.late.add(student)
    if listed:
        known = dict(matched(_by_present_ids(listed, now_called), found.students))
        found.strangers = found.students.keys() - known.keys()
        for student, person in known.items():
            known_as = vars(found.people.get(student, person))  # the worksheet goes before the list
            more = {name: value or getattr(person, name) for name, value in known_as.items()}
            found.people[student] = Person(**more)
    for student, new in found.students.items():
        said = found.people[student].when if student in found.people else None
        hour = said or handed_in or told.get(student)
        path = folder_of(student) / STAMP
        try:
            # What is said of everybody is said of what is new.
            if hour is not None and (said is not None or new or not path.is_file()):
                write_whole(path, f"{hour.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC\n")
                found.stamps += said is None and handed_in is None
            if hour is not None:
                found.late.discard(student)
            elif not path.is_file():
                found.untimed.add(student)
            elif new:
                found.older.add(student)
        except OSError as error:
            found.unplaced.append((student, _why("the hour of submission is not kept", error)))
    return found


def _later(own: Person, *lines: Person) -> Person:
    """A learner who has several lines, under several ids: who that is, and the latest hour."""
    hours = [each.when for each in lines if each.when is not None]
    return replace(own, when=max(hours, default=None))


def _by_present_ids(people: Iterable[Person], now_called: Mapping[str, str]) -> list[Person]:
    """A list of learners by the ids that they have now."""
    named = {id_of(each.id_number): each for each in people}
    return [
        replace(each, id_number=now_called[name])
        if name in now_called and now_called[name] not in named
        else each
        for name, each in named.items()
    ]


def _why(what: str, error: Exception) -> str:
    said = str(error) if isinstance(error, CannotCollect) else fault(what, error)
    return printable(said.removesuffix("."))


def _worksheet(entries: Collection[ArchiveEntry]) -> ArchiveEntry | None:
    """Moodle's worksheet among an archive's files; None without one."""
    sheets = [each for each in beside_learners(entries) if is_worksheet(text_of(each.read()))]
    if len(sheets) > 1:
        names = " and ".join(as_name(str(each.path)) for each in sheets)
        raise CannotCollect(f"{names} are worksheets of Moodle's. Name one with --worksheet.")
    return next(iter(sheets), None)


def _write(folder: Path, placed: Placed, content: bytes) -> int:
    """Write a file under a free name; returns 0 if the folder has it already."""
    there = [path for path in folder.glob("*") if path.is_file() and not path.is_symlink()]
    if any(path.stat().st_size == len(content) and path.read_bytes() == content for path in there):
        return 0
    file = free_name(placed.file, {STAMP, *(path.name for path in there)})
    write_bytes_whole(folder / file, content)
    if placed.when is not None:  # of two files for one notebook, the newer counts
        seconds = placed.when.timestamp()
        os.utime(folder / file, (seconds, seconds))
    return 1


def _hour(stamp: ArchiveEntry) -> datetime:
    try:
        return stated(stamp.read().decode(errors="replace"))
    except NoHour as error:
        raise CannotCollect(f"tells no hour of submission. {error}") from error


def _set_aside(entry: ArchiveEntry, aside: Path) -> None:
    """Keep what has no place, under a name that is safe."""
    try:
        content = entry.read()
    except CannotCollect:  # it is hostile or not to be had; the archive still has it
        return
    name = safe_name("_".join(part for part in entry.path.parts if part not in ("/", ".", "..")))
    _write(aside, Placed("", "", name or "file", entry.when), content)
