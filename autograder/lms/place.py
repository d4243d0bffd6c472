"""Says whose a file is, from how Moodle, Canvas or a person named it."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath

from autograder.files import safe_name
from autograder.gradebook.learners import Person
from autograder.lms import moodle
from autograder.lms.archive import ArchiveEntry, CannotCollect

#: A file in a zip of Canvas's: `lovelaceada_LATE_123_4567_x.ipynb`, `LATE_anon_123_4567_x.ipynb`;
#: not one of Moodle's for a team that has a number.
_CANVAS = re.compile(
    r"^(?P<before>LATE_)?(?P<name>\w+?)(?P<late>_LATE)?_(?P<user>\d+)_\d+_"
    r"(?!assignsubmission_)(?P<file>.+)$"
)
#: Where nbgrader keeps the hour of submission.
STAMP = "timestamp.txt"
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
        late: Canvas says so.
    """

    student: str
    who: str
    file: str
    when: datetime | None
    known: Person | None = None
    late: bool = False


def place(
    entry: ArchiveEntry, people: Mapping[str, Person], lessons: Collection[str], depth: int
) -> Placed:
    """Where one file goes; the first `depth` folders are nobody's, and are passed over.

    Raises:
        CannotCollect: that is not known; the message goes on after the file's name.
    """
    if entry.refused:
        raise CannotCollect(entry.refused)
    first, *inside = entry.path.parts[depth:] or ("",)
    if not inside and (match := _CANVAS.match(first)):
        late = bool(match["before"] or match["late"])
        who = f"{match['name']}-{match['user']}"
        return replace(_placed(who, match["file"], entry.when), late=late)
    if match := moodle.FILE.match(first):
        file = inside[-1] if inside else match["rest"]
        if match["kind"] != "file" or not file:
            raise CannotCollect(f"is Moodle's {match['kind']}, not a file that was handed in")
        return _of_moodle(match, file, entry, people)
    if any(moodle.MARK in part for part in inside):  # the LMS may have written it, or a learner
        raise CannotCollect("has a learner's name from Moodle inside another folder: collect that")
    if inside:
        return _placed(first, inside[-1], entry.when)
    # A file in no folder: the learner's name stands before or after the notebook's.
    stem = _COPY.sub("", PurePosixPath(first).stem)
    for lesson in lessons:
        before, found, after = stem.partition(lesson)
        name = before.strip(" _-.") or re.sub(r"\(\d+\)", "", after).strip(" _-.")
        if found and name:
            return _placed(name, first, entry.when)
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
    return _placed(_known_as(person), file, person.when or entry.when, person)


def hours_of(
    entries: Iterable[ArchiveEntry], depth: int, assignment: str
) -> Iterator[ArchiveEntry]:
    """The files that say when a learner handed in, as nbgrader's exchange writes them.

    Such a one lies in the learner's own folder, or in the assignment's in there. Deeper down, in
    Moodle's folders, in Canvas's names and in a repository everything is the learner's own work,
    who could have written any hour. Of two for one folder the upper one comes last, and counts.
    """
    entries = list(entries)
    theirs = {
        each.path.parts[:-1][depth] for each in entries if ".git" in each.path.parts[depth:-1]
    }
    for inside in ((assignment, STAMP), (STAMP,)):
        for entry in entries:
            first, *others = entry.path.parts[depth:] or ("",)
            own = moodle.MARK in str(entry.path) or first in theirs or entry.refused
            if tuple(others) == inside and not own:
                yield entry


def owners_of(people: Mapping[str, Person]) -> dict[str, set[str]]:
    """Whose each id is by the worksheet; a learner is named as in `Placed.who`."""
    owners: dict[str, set[str]] = {}
    for person in people.values():
        owners.setdefault(id_of(_known_as(person)), set()).add(person.number)
    return owners


def container_depth(
    entries: Collection[ArchiveEntry], lessons: Collection[str], assignment: str = ""
) -> int:
    """How many folders hold the learners' files and are nobody's.

    Most notebooks say so together, never a single file, which may be one learner's.
    """
    entries = [entry for entry in entries if not entry.refused]
    if (depth := moodle_depth(entries)) is not None:
        return depth
    paths = [entry.path for entry in entries]
    if len({path.parts[:1] for path in paths}) != 1 or any(len(path.parts) < 2 for path in paths):
        return 0
    if assignment and all(each.path.parts[1:2] == (assignment,) for each in entries):
        return 0  # nbgrader's own folders, and one learner
    # Learners' names in the files' names; `ada/01_moons.ipynb` alone is a learner's folder.
    asked = [entry for entry in _work(entries) if len(entry.path.parts) == 2]
    named = 0
    for entry in asked:
        with suppress(CannotCollect):
            place(entry, {}, lessons, 1)
            named += 1
    return int(not asked or 2 * named > len(asked))


def moodle_depth(entries: Iterable[ArchiveEntry]) -> int | None:
    """How many folders stand before Moodle's own names; None unless each notebook has one.

    Then whatever has none is no learner's.
    """
    own = [entry for entry in entries if moodle.MARK in str(entry.path) or not _is_csv(entry)]
    parts = [entry.path.parts for entry in _work(own)]
    depths = range(min(map(len, parts), default=0))
    return next((n for n in depths if all(moodle.MARK in each[n] for each in parts)), None)


def beside_learners(entries: Collection[ArchiveEntry]) -> list[ArchiveEntry]:
    """The CSVs in Moodle's zip that no learner has handed in: one may be the worksheet."""
    readable = [entry for entry in entries if not entry.refused]
    if (depth := moodle_depth(readable)) is None:
        return []
    outside = [each for each in readable if moodle.MARK not in str(each.path) and _is_csv(each)]
    return [entry for entry in outside if len(entry.path.parts) <= depth + 1]


def _is_csv(entry: ArchiveEntry) -> bool:
    return entry.path.suffix.lower() == ".csv"


def _work(entries: list[ArchiveEntry]) -> list[ArchiveEntry]:
    """What is asked whose files lie where: the notebooks, where there are any."""
    return [each for each in entries if each.path.suffix.lower() == ".ipynb"] or entries


def _known_as(person: Person) -> str:
    return person.id_number or person.email or f"participant-{person.number}"


def id_of(who: str) -> str:
    """The id, safe as a folder's name, that somebody's name gives; "" if none."""
    return _SAFE.sub("-", who.strip().lower()).strip("-.")[:100]


def _placed(who: str, file: str, when: datetime | None, known: Person | None = None) -> Placed:
    safe = id_of(who)
    if not safe:
        raise CannotCollect(f"has no learner's name that can be a folder's ({who!r})")
    name = safe_name(file)
    if not name:
        raise CannotCollect("has no name that a file can have")
    return Placed(safe, known.number if known else who.strip(), name, when, known)
