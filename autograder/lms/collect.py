"""`autograder collect`: an archive's files go to `grading/submitted/`, each or by name not at all.

Nothing is overwritten and nothing is dropped: another version of a file gets a name of its own,
and what has no place is kept aside and listed.
"""

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path, PurePosixPath

from autograder.errors import fault
from autograder.files import safe_name, write_bytes_whole, write_whole
from autograder.gradebook.learners import Person
from autograder.lms.archive import ArchiveEntry, CannotCollect
from autograder.lms.moodle import is_worksheet, read_worksheet, text_of
from autograder.lms.place import Placed, container_depth, place
from helpers.text import as_name, printable

#: What systems leave in zips and folders: nobody's work.
_SYSTEM = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints")


@dataclass
class Collected:
    """What became of an archive.

    Attributes:
        students: how many files were written, by learner's id; 0 where all were there before.
        people: what the worksheet says of them, by learner's id.
        unplaced: file and reason.
        untimed: learners without a known hour of submission.
        system: files of the system, which were passed over.
        worksheet: the worksheet's bytes; None without one.
    """

    students: dict[str, int] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    unplaced: list[tuple[str, str]] = field(default_factory=list)
    untimed: set[str] = field(default_factory=set)
    system: int = 0
    worksheet: bytes | None = None


def collect(
    archive: Iterable[ArchiveEntry],
    lessons: Collection[str],
    folder_of: Callable[[str], Path],
    aside: Path,
    worksheet: bytes | None = None,
) -> Collected:
    """Put an archive's files where they are graded: into the folder for the learner's id.

    What has no place goes to `aside`. Without Moodle's worksheet it is looked for in the archive;
    `lessons` are the names of the course's notebooks.

    Raises:
        CannotCollect: the worksheet is none.
    """
    found = Collected(worksheet=worksheet)
    entries: list[ArchiveEntry] = []
    for entry in archive:
        if set(_SYSTEM) & set(entry.path.parts):
            found.system += 1
        elif found.worksheet is None and _is_worksheet(entry):
            found.worksheet = entry.read()
        else:
            entries.append(entry)
    people: Mapping[str, Person] = {}
    if found.worksheet is not None:
        people = read_worksheet(text_of(found.worksheet))
    depth = container_depth(entries, lessons) if entries else 0
    names: dict[str, str] = {}
    for entry in entries:
        try:
            placed = place(entry, people, lessons, depth)
            if names.setdefault(placed.student, placed.who) != placed.who:
                raise CannotCollect(
                    f"is of {placed.who!r}, whose id {placed.student} is another learner's"
                )
            content = entry.read()
            written = _write(folder_of(placed.student), placed, content)
        except OSError:  # of the disk: it would be the same for each
            raise
        except Exception as error:  # of this file, whatever it is: the others are placed
            why = str(error) if isinstance(error, CannotCollect) else fault("is at fault", error)
            _set_aside(entry, aside)
            found.unplaced.append((as_name(str(entry.path)), printable(why)))
            continue
        found.students[placed.student] = found.students.get(placed.student, 0) + written
        if placed.known is not None:
            found.people[placed.student] = placed.known
    for student in found.students:
        if not _stamp(folder_of(student), found.people.get(student)):
            found.untimed.add(student)
    return found


def _is_worksheet(entry: ArchiveEntry) -> bool:
    if entry.path.suffix.lower() != ".csv" or entry.refused or len(entry.path.parts) > 2:
        return False
    return is_worksheet(text_of(entry.read()))


def _write(folder: Path, placed: Placed, content: bytes) -> int:
    """Write a file under a free name; returns 0 if the folder has it already."""
    there = [path for path in folder.glob("*") if path.is_file() and not path.is_symlink()]
    if any(path.stat().st_size == len(content) and path.read_bytes() == content for path in there):
        return 0
    taken = {path.name.casefold() for path in there}
    name = PurePosixPath(placed.file)
    file, number = str(name), 0
    while file.casefold() in taken | {"timestamp.txt"}:
        number += 1
        file = f"{name.stem} ({number}){name.suffix}"
    write_bytes_whole(folder / file, content)
    if placed.when is not None:  # of two files for one notebook, the newer counts
        seconds = placed.when.timestamp()
        os.utime(folder / file, (seconds, seconds))
    return 1


def _stamp(folder: Path, person: Person | None) -> bool:
    """Write the hour of submission for nbgrader; True if there is one."""
    path = folder / "timestamp.txt"
    if person is not None and person.when is not None:
        write_whole(path, f"{person.when.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC\n")
    return path.is_file()


def _set_aside(entry: ArchiveEntry, aside: Path) -> None:
    """Keep what has no place, under a name that is safe."""
    try:
        content = entry.read()
    except CannotCollect:  # it is hostile or not to be had; the archive still has it
        return
    name = safe_name("_".join(part for part in entry.path.parts if part not in ("/", ".", "..")))
    _write(aside, Placed("", "", name or "file", entry.when), content)
