"""Says whose a file is, from how Moodle, Canvas or a person named it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from autograder.files import safe_name
from autograder.gradebook.learners import Person
from autograder.lms import moodle
from autograder.lms.archive import ArchiveEntry, CannotCollect

#: A file in a zip of Canvas's: `lovelaceada_LATE_123_4567_x.ipynb`.
_CANVAS = re.compile(r"^(?P<name>[^_/]+)(?:_LATE)?_(?P<user>\d+)_\d+_(?P<file>.+)$")
_COPY = re.compile(r"^(copy of|kopie von|copie de|copia de|kopia)[ _]+", re.IGNORECASE)
_SAFE = re.compile(r"[^a-z0-9._@-]+")


@dataclass(frozen=True)
class Placed:
    """Where a file goes.

    Attributes:
        student: an id that is safe as a folder's name.
        who: the learner as the archive has it: two who get one id are not one learner.
        file: a bare name.
        when: the file was changed.
        known: the worksheet's line, if there is one.
    """

    student: str
    who: str
    file: str
    when: datetime | None
    known: Person | None = None


def place(
    entry: ArchiveEntry, people: Mapping[str, Person], lessons: Collection[str], depth: int
) -> Placed:
    """Where one file goes; the first `depth` folders are nobody's, and are passed over.

    Raises:
        CannotCollect: that is not known; the message goes on after the file's name.
    """
    if entry.refused:
        raise CannotCollect(entry.refused)
    parts = entry.path.parts[depth:]
    for n, part in enumerate(parts):
        if match := moodle.FILE.match(part):
            file = match["rest"] or "".join(parts[n + 1 :][-1:])
            if match["kind"] != "file" or not file:
                raise CannotCollect(f"is Moodle's {match['kind']}, not a file that was handed in")
            return _of_moodle(match, file, entry, people)
    if len(parts) == 1 and (match := _CANVAS.match(parts[0])):
        return _placed(f"{match['name']}-{match['user']}", match["file"], entry.when)
    if len(parts) > 1:
        return _placed(parts[0], parts[-1], entry.when)
    # A file in no folder: the learner's name stands before or after the notebook's.
    stem = _COPY.sub("", PurePosixPath(parts[0]).stem)
    for lesson in lessons:
        before, found, after = stem.partition(lesson)
        name = before.strip(" _-.") or re.sub(r"\(\d+\)", "", after).strip(" _-.")
        if found and name:
            return _placed(name, parts[0], entry.when)
    raise CannotCollect("does not say whose it is: put it into a folder with the learner's name")


def _of_moodle(
    match: re.Match[str], file: str, entry: ArchiveEntry, people: Mapping[str, Person]
) -> Placed:
    person = people.get(match["number"])
    if person is None:
        if people:
            number = match["number"]
            raise CannotCollect(f"is of participant {number}, who is not in the worksheet")
        return _placed(f"{match['name']}-{match['number']}", file, entry.when)
    student = person.id_number or person.email or f"participant-{person.number}"
    return _placed(student, file, person.when or entry.when, person)


def container_depth(entries: Collection[ArchiveEntry], lessons: Collection[str]) -> int:
    """How many folders hold all entries and are nobody's: 0 or 1."""
    paths = [entry.path for entry in entries]
    if len({path.parts[0] for path in paths}) != 1 or any(len(path.parts) < 2 for path in paths):
        return 0
    if all(len(path.parts) > 2 for path in paths):
        return 1
    # Learners' names in the files' names; `ada/01_moons.ipynb` alone is a learner's folder.
    try:
        for entry in entries:
            if len(entry.path.parts) == 2:
                place(entry, {}, lessons, 1)
    except CannotCollect:
        return 0
    return 1


def _placed(who: str, file: str, when: datetime | None, known: Person | None = None) -> Placed:
    safe = _SAFE.sub("-", who.strip().lower()).strip("-.")[:100]
    if not safe:
        raise CannotCollect(f"has no learner's name that can be a folder's ({who!r})")
    name = safe_name(file)
    if not name:
        raise CannotCollect("has no name that a file can have")
    return Placed(safe, known.number if known else who.strip(), name, when, known)
