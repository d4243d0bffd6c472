"""What becomes of each file of an archive, found out before anything is written."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from autograder.errors import fault
from autograder.gradebook.learners import Person
from autograder.lms.archive import ArchiveEntry, CannotCollect
from autograder.lms.handed_in import Sorted, sort
from autograder.lms.layout import Handed, Layout, beside_learners, hours_of, layout_of
from autograder.lms.names import named
from autograder.lms.owners import Owner, WhoIsWho, owner_of
from autograder.lms.sheet import Sheet, text_of
from autograder.lms.stated import NoHour, stated
from autograder.lms.worksheet import Worksheet, is_worksheet, people_of, plain
from helpers.text import as_name, printable

#: What systems leave in zips and folders, and programs in clones: nobody's work.
_SYSTEM = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints")
#: Of these, what a learner may have in a folder.
_THEIRS = (".git", ".ipynb_checkpoints")


@dataclass
class HandedIn:
    """What one learner has in an archive.

    Attributes:
        owners: who the learner is, as the archive and lists have it.
        files: where each goes.
        when: handed in; None if the system does not say so.
        late: the system says so, and not when.
        told: the hour in a `timestamp.txt` that lies there.
    """

    owners: list[Owner] = field(default_factory=list)
    files: list[Sorted] = field(default_factory=list)
    when: datetime | None = None
    late: bool = False
    told: datetime | None = None

    @property
    def graded(self) -> list[Sorted]:
        """The files that are not kept aside."""
        return [each for each in self.files if each.path is not None]


@dataclass
class Plan:
    """What is to become of an archive.

    Attributes:
        learners: what each has, by id.
        listed: whom the LMS's list names, by id.
        refused: files that have no place, each with why.
        asked: what a person has to find out, in sentences.
        unclear: learners whose id has to be said by a person.
        system: files of the system, which nobody has handed in.
        read: files of the system's about the others: worksheet, list, hours.
        worksheet: its bytes; None without one.
        sheet: its name, if it was in the archive.
    """

    learners: dict[str, HandedIn] = field(default_factory=dict)
    listed: dict[str, Person] = field(default_factory=dict)
    refused: list[tuple[ArchiveEntry, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    unclear: list[Owner] = field(default_factory=list)
    system: list[ArchiveEntry] = field(default_factory=list)
    read: list[ArchiveEntry] = field(default_factory=list)
    worksheet: bytes | None = None
    sheet: str = ""

    def refuse(self, entry: ArchiveEntry, what: str, error: Exception) -> None:
        """Note that a file has no place, and why."""
        self.refused.append((entry, why(what, error)))


def plan_of(
    archive: Iterable[ArchiveEntry],
    lessons: Collection[str],
    who: WhoIsWho,
    assignment: str,
    worksheet: bytes | None = None,
    called: str = "",
) -> Plan:
    """Find out whose each file of an archive is, and what of it is graded.

    Without Moodle's worksheet it is looked for in the archive, but not in what a learner may have
    handed in: it says who everybody is. The archive itself is `called` something.

    Raises:
        CannotCollect: the worksheet is none, or there are several; or a list cannot be read.
    """
    found = Plan(worksheet=worksheet)
    entries: list[ArchiveEntry] = []
    for entry in archive:
        (found.system if set(_SYSTEM) & set(entry.path.parts) else entries).append(entry)
    layout = layout_of(entries, lessons, assignment, called)
    _read_worksheet(found, entries, layout)
    told = _hours(found, entries, layout, assignment)
    found.read += filter(layout.is_systems, entries)
    handed: dict[Owner, list[Handed]] = defaultdict(list)
    read = {id(each) for each in found.read}  # there may be one for each learner
    for entry in entries:
        if id(entry) in read:
            continue
        if ".git" in entry.path.parts and not entry.refused:
            found.system.append(entry)
            continue
        try:
            one = layout.handed(entry)
        except Exception as error:  # of this file, whatever it is: the others are placed
            found.refuse(entry, "cannot be placed", error)
            continue
        for each in one.owners:
            handed[each].append(one)
    handed |= _nothing_else(found, layout, handed)
    if layout.system == "brightspace":
        found.asked += _of_one_name(handed, layout)
    here = {each.person.number for each in handed}
    absent = [owner_of(each) for each in layout.people.values() if each.number not in here]
    ids, unclear = who.ids([*handed, *absent])
    for each in sorted((*handed, *absent), key=lambda one: one.written not in who.renamed):
        if each.written not in unclear and any(vars(each.person).values()):
            found.listed[ids[each.written]] = each.person
    for each, files in handed.items():
        if each.written in unclear:
            found.refused += [(one.entry, unclear[each.written]) for one in files]
            found.unclear.append(each)
            continue
        try:
            _take(found, ids[each.written], each, files, layout)
        except Exception as error:
            for one in files:
                found.refuse(one.entry, "cannot be placed", error)
    for written, hour in told.items():
        if (student := ids.get(written, "")) in found.learners:
            them = found.learners[student]
            them.told = max(hour, them.told or hour)
    return found


def _nothing_else(
    found: Plan, layout: Layout, others: Collection[Owner]
) -> dict[Owner, list[Handed]]:
    """What git and Jupyter keep in folders of those who have nothing else: they are asked about."""
    theirs: dict[Owner, list[Handed]] = defaultdict(list)
    for entry in found.system:
        *around, first = entry.path.parts[: layout.depth + 1]
        inside = entry.path.parts[layout.depth + 1 :]
        if not set(_THEIRS) & set(inside) or {*_SYSTEM, *_THEIRS} & {*around, first}:
            continue
        with suppress(CannotCollect):
            one = layout.handed(entry)
            for each in set(one.owners).difference(others):
                theirs[each].append(one)
    now = {id(one.entry) for files in theirs.values() for one in files}
    found.system = [each for each in found.system if id(each) not in now]
    return theirs


def _of_one_name(handed: dict[Owner, list[Handed]], layout: Layout) -> Iterator[str]:
    """Who may be two learners: nothing but the numbers in their folders' names tells them apart."""
    for owner, files in handed.items():
        folders = {named(each.entry.path.parts[layout.depth]) for each in files}
        numbers = sorted({each.number for each in folders if each is not None})
        if len(numbers) > 1:
            yield (
                f"{as_name(owner.written)} has folders with the numbers {' and '.join(numbers)}, "
                "of which the newest is graded. If these are two learners, rename one's folder, "
                "and collect again."
            )


def _take(found: Plan, student: str, owner: Owner, files: list[Handed], layout: Layout) -> None:
    """Take in what somebody has handed in."""
    placed, refused = sort(files, surely_one=bool(layout.system))
    found.refused += refused
    one = found.learners.setdefault(student, HandedIn())
    one.owners.append(owner)
    one.files += placed
    hours = (one.when, owner.person.when, *(each.when for each in files))
    one.when = max(filter(None, hours), default=None)
    one.late = one.late or any(each.late for each in files)


def _read_worksheet(found: Plan, entries: list[ArchiveEntry], layout: Layout) -> None:
    """Read Moodle's worksheet: the given one, or the one among an archive's files."""
    beside = list(beside_learners(entries, layout))
    if found.worksheet is not None:  # that one counts; the archive may have it too
        for each in beside:
            with suppress(CannotCollect):  # why it cannot be read is told where it is refused
                found.read += [each] if each.read() == found.worksheet else []
    else:
        sheets = [each for each in beside if is_worksheet(text_of(each.read()))]
        if len(sheets) > 1:
            several = " and ".join(as_name(str(each.path)) for each in sheets)
            raise CannotCollect(f"{several} are worksheets of Moodle's. Name one with --worksheet.")
        if not sheets:
            return
        found.read += sheets
        found.sheet, found.worksheet = str(sheets[0].path), sheets[0].read()
    names: dict[str, str] = {}
    for entry in entries if layout.system == "moodle" else ():
        parts = entry.path.parts[layout.depth :]
        if parts and (says := named(parts[0])) is not None and says.number:
            names[says.number] = says.name
    sheet = Worksheet(Sheet(found.worksheet), names)
    layout.people = people_of(sheet)
    often = Counter(map(plain, names.values()))
    layout.nameless = {plain(sheet.word), *(name for name, times in often.items() if times > 1)}
    teams: dict[str, list[Person]] = defaultdict(list)
    for person in layout.people.values():
        if person.group:
            teams[plain(person.group)].append(person)
    layout.teams = dict(teams)


def _hours(
    found: Plan, entries: list[ArchiveEntry], layout: Layout, assignment: str
) -> dict[str, datetime]:
    """The hours in nbgrader's own files, by how the archive writes the learner."""
    told = {}
    for stamp in hours_of(entries, layout, assignment):
        found.read.append(stamp)
        try:
            (owner,) = layout.handed(stamp).owners
            told[owner.written] = stated(stamp.read().decode(errors="replace"))
        except NoHour as error:
            found.refused.append((stamp, printable(f"tells no hour of submission. {error}"[:-1])))
        except Exception as error:
            found.refuse(stamp, "cannot be read", error)
    return told


def why(what: str, error: Exception) -> str:
    """Why something cannot be done with a file, in words that go on after its name."""
    said = str(error) if isinstance(error, CannotCollect) else fault(what, error)
    return printable(said.removesuffix("."))
