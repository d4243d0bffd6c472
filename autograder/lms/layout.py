"""How an archive is laid out: where in its paths the learners' own names stand, and whose is what.

Most of what was handed in decides that together. A single file never does: it may be one learner's
own, who could have named it like another's.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePosixPath

from autograder.gradebook.learners import Person
from autograder.lms.archive import ArchiveEntry, CannotCollect
from autograder.lms.blackboard import titles
from autograder.lms.gradescope import LIST, submitters
from autograder.lms.names import MOODLE_MARK, Named, named, of_word
from autograder.lms.owners import Owner, id_of, owner, owner_of
from autograder.lms.worksheet import plain

#: Where nbgrader keeps the hour of submission.
STAMP = "timestamp.txt"
#: What Blackboard writes about an attempt, among what a learner has handed in.
NOTE = ".attempt.txt"
_COPY = re.compile(r"^(copy of|kopie von|copie de|copia de|kopia)[ _]+", re.IGNORECASE)
_AGAIN = re.compile(r"\(\d+\)")
#: Folders of this project, and of its clones: nobody's names.
_OURS = ("notebooks", "solutions", "helpers", "autograder", "submitted")


@dataclass(frozen=True)
class Handed:
    """One file that somebody has handed in.

    Attributes:
        entry: in the archive.
        owners: whose it is: several for a team.
        path: within all that they have handed in.
        when: they did; None if the system does not say so here.
        late: it says that they were late.
        attempt: which of several it belongs to; "" where there is one.
    """

    entry: ArchiveEntry
    owners: tuple[Owner, ...]
    path: PurePosixPath
    when: datetime | None = None
    late: bool = False
    attempt: str = ""


@dataclass
class Layout:
    """An archive's, once all its names have been looked at.

    Attributes:
        lessons: names of the course's notebooks.
        depth: so many folders are nobody's, and are passed over.
        system: whose names stand there; "" for folders and names that people gave.
        people: what Moodle's worksheet says, by participant's number.
        nameless: what its participants are called in blind marking, as plain names.
        teams: the members of each of its groups, by the group's plain name.
        titles: in Blackboard's names, how much of each is the assignment's.
        submitters: Gradescope's, by the name of the submission's folder.
        repository: what stands before the learner's name in a repository's.
    """

    lessons: Collection[str]
    depth: int = 0
    system: str = ""
    people: Mapping[str, Person] = field(default_factory=dict)
    nameless: Collection[str] = ()
    teams: Mapping[str, list[Person]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    submitters: Mapping[str, tuple[list[Owner], datetime | None]] = field(default_factory=dict)
    repository: str = ""

    def is_systems(self, entry: ArchiveEntry) -> bool:
        """Whether a file is the system's own, about all the others."""
        own = {"gradescope": LIST, "brightspace": "index.html"}.get(self.system)
        return entry.path.parts[self.depth :] == (own,)

    def handed(self, entry: ArchiveEntry) -> Handed:
        """Whose a file is.

        Raises:
            CannotCollect: that is not known, or it is hostile; the message goes on after its name.
        """
        if entry.refused:
            raise CannotCollect(entry.refused)
        first, *inside = entry.path.parts[self.depth :] or ("",)
        path = PurePosixPath(*inside)
        if self.submitters:
            if first not in self.submitters:
                raise CannotCollect("is in no folder that Gradescope's list of submissions names")
            owners, when = self.submitters[first]
            return Handed(entry, tuple(owners), path, when)
        found = named(first)
        if found is not None and self._may_be(found, inside):
            return self._of_system(entry, found, path)
        if self.system in ("moodle", "blackboard", "brightspace"):
            raise CannotCollect(f"has no learner's name as {self.system.capitalize()} writes it")
        if any(MOODLE_MARK in part for part in inside):  # the LMS may have written it, or a learner
            raise CannotCollect(
                "has a learner's name from Moodle inside another folder: collect that"
            )
        if inside:
            return Handed(entry, (owner(first.removeprefix(self.repository)),), path)
        return Handed(entry, (owner(self._named_by_hand(first)),), PurePosixPath(first))

    def _may_be(self, found: Named, inside: list[str]) -> bool:
        """Whether a system's name is to be believed here."""
        if self.system in ("moodle", "blackboard", "brightspace"):
            return found.system == self.system
        return found.system != "canvas" or not inside  # its names are those of files

    def _of_system(self, entry: ArchiveEntry, found: Named, path: PurePosixPath) -> Handed:
        inside = path if path.parts else PurePosixPath(found.file or "_")
        if found.kind and found.system != "moodle":  # whose texts have names of files
            inside = PurePosixPath(f"{found.kind.strip('.')}.html")
            if found.system == "blackboard":
                inside = PurePosixPath(NOTE)
        elif not path.parts and not found.file:
            raise CannotCollect("has no name that a file can have")
        if found.system == "moodle":
            owners = self._of_moodle(found)
            hours = {each.person.when for each in owners}
            return Handed(entry, owners, inside, hours.pop() if len(hours) == 1 else None)
        if found.system == "blackboard":
            user = found.name.removeprefix(self.titles.get(found.name, ""))
            attempt = _in_order(found.when)
            return Handed(entry, (owner(user),), inside, found.when, attempt=attempt)
        if found.system == "brightspace":
            attempt = _in_order(found.when)
            return Handed(entry, (owner(found.name),), inside, found.when, attempt=attempt)
        known_as = f"Canvas {found.number or found.name}"
        who = owner(found.name, found.number, known_as)
        return Handed(entry, (who,), inside, None, found.late)

    def _of_moodle(self, found: Named) -> tuple[Owner, ...]:
        """The participant of that number, if the names agree; or else the team's members."""
        written = f"{found.name}-{found.number}" if found.number else found.name
        if not self.people:
            if not found.number:
                raise CannotCollect("is of a group without a number, and not of a learner")
            return (owner(found.name, found.number),)
        person = self.people.get(found.number)
        if person is not None and self._agrees(person, found.name):
            return (owner_of(person, written),)
        if members := self.teams.get(plain(found.name)):
            return tuple(owner_of(each) for each in members)
        if person is not None:
            says = f"is {person.name!r}" if person.name else "has no name"
            raise CannotCollect(
                f"is of {found.name!r}, and participant {found.number} in the worksheet {says}: if "
                "that is a team, its members are not in the worksheet"
            )
        if not found.number:
            raise CannotCollect(f"is of a group, {found.name!r}, whose members are not known")
        raise CannotCollect(f"is of participant {found.number}, who is not in the worksheet")

    def _agrees(self, person: Person, name: str) -> bool:
        return alike(person.name, name) if person.name else plain(name) in self.nameless

    def names(self, file: str) -> bool:
        """Whether a file's name, given by hand or by Canvas, says whose it is."""
        try:
            return bool(named(file) or self._named_by_hand(file))
        except CannotCollect:
            return False

    def _named_by_hand(self, file: str) -> str:
        """The learner's name before or after the notebook's in a file's name."""
        stem = _COPY.sub("", PurePosixPath(file).stem)
        for lesson in self.lessons:
            before, found, after = stem.partition(lesson)
            name = before.strip(" _-.") or _AGAIN.sub("", after).strip(" _-.")
            if found and id_of(name.removesuffix(".ipynb")):
                return name.removesuffix(".ipynb")
        raise CannotCollect(
            "does not say whose it is: put it into a folder with the learner's name"
        )


def _in_order(when: datetime | None) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if when else ""


def alike(one: str, other: str) -> bool:
    """Whether two texts are one name: signs and the order of its words do not matter."""
    apart = ("".join(sign if of_word(sign) else " " for sign in each) for each in (one, other))
    words = [sorted(map(plain, each.split())) for each in apart]
    return words[0] == words[1] or plain(one) == plain(other)


def layout_of(
    entries: Collection[ArchiveEntry], lessons: Collection[str], assignment: str, called: str = ""
) -> Layout:
    """Look at all names of an archive, which is `called` so itself."""
    readable = [each for each in entries if not each.refused]
    depth, listed = submitters(readable)
    if listed:
        return Layout(lessons, depth, "gradescope", submitters=listed)
    work = _work(readable)
    found = _system(work)
    if found is not None:
        depth, system = found
        layout = Layout(lessons, depth, system)
        if system == "blackboard":
            layout.titles = titles(readable, depth, called)
        return layout
    depth = _depth(readable, work, lessons, assignment)
    layout = Layout(lessons, depth)
    layout.repository = _before_names(readable, depth, called)
    return layout


def _work(entries: Collection[ArchiveEntry]) -> list[ArchiveEntry]:
    """What is asked whose files lie where: the notebooks, where there are any."""
    shown = _shown(entries)
    for mark in (".ipynb", ".zip"):
        if found := [each for each in shown if mark in each.path.name.lower()]:
            return found
    return shown


def _shown(entries: Iterable[ArchiveEntry]) -> list[ArchiveEntry]:
    """Files that are not hidden."""
    return [each for each in entries if not any(part[:1] == "." for part in each.path.parts)]


def _system(work: Collection[ArchiveEntry]) -> tuple[int, str] | None:
    """At what depth a system's own names stand, and which system's; None if none's do."""
    paths = [each.path.parts for each in work]
    for depth in range(max(map(len, paths), default=0)):
        deep = {path[: depth + 1] for path in paths if len(path) > depth}
        if 2 * sum(len(path) > depth for path in paths) <= len(paths):
            return None
        # Each folder around has one voice: one learner may have many files.
        around: dict[tuple[str, ...], list[str]] = {}
        for path in deep:
            says = named(path[-1])
            around.setdefault(path[:-1], []).append(says.system if says else "")
        voices = Counter(_most(each) for each in around.values())
        system = _most(voices.elements())
        if system:
            return depth, system
    return None


def _most(voices: Iterable[str]) -> str:
    """What more than half of them say; "" if there is no such thing."""
    said = list(voices)
    ((most, number),) = Counter(said).most_common(1) or (("", 0),)
    return most if 2 * number > len(said) else ""


def _depth(
    entries: Collection[ArchiveEntry],
    work: Collection[ArchiveEntry],
    lessons: Collection[str],
    assignment: str,
) -> int:
    """How many folders hold those of the learners, whatever lies beside them."""
    layout, depth, shown = Layout(lessons), 0, _shown(entries)
    while True:
        here = [each.path.parts[depth:] for each in work]
        folders = {path[0] for path in here if len(path) > 1}
        files = [path[0] for path in here if len(path) == 1]
        if len(folders) != 1 or sum(map(layout.names, files)):
            return depth
        inside = [path[1:] for path in here if len(path) > 1]
        below = {path[0] for path in inside if len(path) > 1}
        own = [path[0] for path in inside if len(path) == 1]
        by_hand = sum(map(layout.names, own))
        # Beside a class may lie anything; beside a learner's folder lie those of others.
        alone = len({each.path.parts[depth] for each in shown if len(each.path.parts) > depth + 1})
        is_class = 2 * by_hand > len(own) if own else bool(below) and alone == 1
        is_class = is_class or _hold_the_same(inside)
        if not is_class or below & {assignment, *_OURS}:
            return depth
        depth += 1


def _hold_the_same(inside: list[tuple[str, ...]]) -> bool:
    """Whether several folders have one notebook, or a zip each: then each is a learner's."""
    files = {(path[:-1], path[-1].lower()) for path in inside if len(path) > 1}
    kinds = Counter(".zip" if file.endswith(".zip") else file for _, file in files)
    return max(kinds.values(), default=0) > 1


def _before_names(entries: Collection[ArchiveEntry], depth: int, called: str) -> str:
    """What a class's clones have before the learner's name: `tanh-` in `tanh-ada`."""
    paths = [each.path.parts for each in entries if len(each.path.parts) > depth + 1]
    folders = {path[depth] for path in paths}
    clones = {path[depth] for path in paths if ".git" in path[depth + 1 : -1]}
    if not folders or 2 * len(clones) <= len(folders):
        return ""
    around = {path[depth - 1] if depth else called for path in paths}
    slugs = [each.removesuffix("-submissions") for each in around if each.endswith("-submissions")]
    if len(slugs) == 1 and all(each.startswith(f"{slugs[0]}-") for each in clones):
        return f"{slugs[0]}-"
    if len(clones) < 2:
        return ""
    shared = min(clones)
    for each in clones:
        while not each.startswith(shared):
            shared = shared[:-1]
    return shared[: shared.rfind("-") + 1]


def beside_learners(entries: Iterable[ArchiveEntry], layout: Layout) -> Iterator[ArchiveEntry]:
    """The CSVs in Moodle's zip that no learner has handed in: one may be the worksheet."""
    for entry in entries if layout.system == "moodle" else ():
        parts = entry.path.parts
        outside = len(parts) <= layout.depth + 1 and MOODLE_MARK not in str(entry.path)
        if outside and entry.path.suffix.lower() == ".csv" and not entry.refused:
            yield entry


def hours_of(
    entries: Iterable[ArchiveEntry], layout: Layout, assignment: str
) -> Iterator[ArchiveEntry]:
    """The files that say when a learner handed in, as nbgrader's exchange writes them.

    Such a one lies in the learner's own folder, or in the assignment's in there. Deeper down, in
    folders that a system has named and in a repository everything is the learner's own work, who
    could have written any hour. Of two for one folder the upper one comes last, and counts.
    """
    entries, depth = list(entries), layout.depth
    theirs = {
        each.path.parts[:-1][depth] for each in entries if ".git" in each.path.parts[depth:-1]
    }
    for inside in ((assignment, STAMP), (STAMP,)):
        for entry in entries:
            first, *others = entry.path.parts[depth:] or ("",)
            own = layout.system or named(first) or first in theirs or entry.refused
            if tuple(others) == inside and not own:
                yield entry
