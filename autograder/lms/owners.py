"""Whose something is, and the id that a learner has in the course: the same one at every run.

Who is who stands in a file of the course, which `autograder collect` writes, reads and obeys: an id
that a teacher writes there counts from the next collection on.
"""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from autograder.files import DEVICES, write_bytes_whole
from autograder.gradebook.learners import Person
from autograder.lms.archive import CannotCollect
from autograder.lms.names import of_word
from autograder.lms.sheet import parsed, text_of
from autograder.lms.table import safe_cell
from autograder.submissions.folder import is_new_id
from helpers.text import storable

#: The file, in the course's folder of evidence and reports.
WHO = "who-is-who.csv"
_LONGEST = 100  # bytes
_PARTICIPANT = re.compile(r"participant-\d+$")
_OLD = re.compile(r"[^a-z0-9._@-]+")


@dataclass(frozen=True)
class Owner:
    """Somebody who has handed something in.

    Attributes:
        written: the name as the archive has it, with the system's number if there is one: two
            who are written alike are one.
        names: what the id may be made from, the best first.
        person: what the LMS says of the learner.
        known_as: what the learner is known by in every assignment; "" if that is not known.
    """

    written: str
    names: tuple[str, ...]
    person: Person = field(default=Person(""), compare=False)
    known_as: str = field(default="", compare=False)


def owner(name: str, number: str = "", known_as: str = "") -> Owner:
    """Somebody of whom the archive has a name, and maybe the system's number.

    Raises:
        CannotCollect: no id can be made from the name; the message goes on after a file's.
    """
    name = unicodedata.normalize("NFC", name.strip())  # a Mac writes ü as two signs
    if not id_of(name):
        raise CannotCollect(
            f"has no learner's name that can be a folder's ({name!r}): rename it, with letters"
        )
    written = f"{name}-{number}" if number else name
    is_name = not known_as and id_of(name) != name
    return Owner(written, (written,), Person(number, name if is_name else ""), known_as)


def owner_of(person: Person, written: str = "") -> Owner:
    """Somebody whom a list of the LMS's, or the teacher's, names."""
    participant = f"participant-{person.number}" if person.number else ""
    names = (person.id_number, person.email, participant, person.name)
    found = tuple(each for each in names if id_of(each))
    written = unicodedata.normalize("NFC", written or found[0])
    return Owner(written, found, person, person.id_number or person.email)


def id_of(who: str) -> str:
    """An id that is safe as a folder's name on every system, from a name in any script; "" if none.

    Letters stay as they are, in small ones: what cannot be typed on one keyboard can on another.
    """
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", who).casefold())
    kept = "".join(each if _may_stay(each) else "-" for each in plain if not _is_unseen(each))
    text = re.sub(r"-+", "-", kept).strip("-.")
    text = text.encode()[:_LONGEST].decode(errors="ignore").strip("-.")
    return DEVICES.sub(r"\1_\2", text)


def _may_stay(sign: str) -> bool:
    return of_word(sign) or sign in "._@-"


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) == "Cf"  # joiners, and marks of direction


def _old_id(who: str) -> str:
    """What an id was before letters of all scripts could stay."""
    return _OLD.sub("-", who.strip().lower()).strip("-.")[:100]


@dataclass
class Known:
    """A line of the file: in this assignment, that name in an archive is this learner.

    Attributes:
        assignment: in which the number counts; "" if the name is an id that the learner had.
        handed_in_as: see `Owner.written`.
        number: the LMS's own for the learner.
        known_as: what the learner is known by in every assignment, such as an address.
        late: "yes" where the LMS says so, and not when.
        id: the learner's, "" while it is not clear; a teacher may write another one.
    """

    assignment: str
    handed_in_as: str
    number: str = ""
    known_as: str = ""
    late: str = ""
    id: str = ""

    @property
    def numbered(self) -> str:
        """The name, if it holds a number, which is another learner's in another assignment."""
        return self.handed_in_as if self.handed_in_as.endswith(f"-{self.number}") else ""


class WhoIsWho:
    """The ids of those who hand in to one assignment.

    Args:
        folder: the course's, of evidence and reports.
        assignment: the one that is collected.
        there: ids that the course has already.

    Attributes:
        renamed: whose id is another one by now, by how the archive writes them.
    """

    def __init__(self, folder: Path, assignment: str, there: Collection[str] = ()) -> None:
        self._folder, self._assignment, self._there = folder, assignment, set(there)
        self.renamed: dict[str, str] = {}
        self._lines = read_who(folder)
        self._former = {each.handed_in_as: each.id for each in self._lines if not each.assignment}

    def now(self, student: str) -> str:
        """The id that a learner has now who was given another one; else this one."""
        return self._former.get(student, student)

    def ids(self, owners: Iterable[Owner]) -> tuple[dict[str, str], dict[str, str]]:
        """The id of each, by how the archive writes them; and of whom it is not clear, with why."""
        found = {each.written: self._told(each) for each in owners}
        free = [each for each in dict.fromkeys(owners) if not found[each.written]]
        taken = {each.id for each in self._lines} | set(found.values())
        same = Counter(old for each in free for old in {_old_id(name) for name in each.names})
        for each in free:
            ids = [made for name in each.names for made in (id_of(name), _old_id(name)) if made]
            # A number means somebody else in another assignment, so it is taken up by no other.
            kept = [
                made for made in ids if made in self._there - taken and not _PARTICIPANT.match(made)
            ]
            found[each.written] = next((made for made in kept if same[made] < 2), ids[0])
            if _PARTICIPANT.match(ids[0]) and self._elsewhere(ids[0]):
                found[each.written] = f"{ids[0]}-{id_of(self._assignment)}"
        unclear: dict[str, str] = {}
        for each in free:
            if found[each.written] in self._former:  # whoever renamed or merged has told it
                found[each.written] = self.now(found[each.written])
                self.renamed[each.written] = found[each.written]
        for each in free:
            student = found[each.written]
            if each.written in self.renamed:
                continue
            others = {w for w, made in found.items() if made == student} - self.renamed.keys()
            others |= {line.handed_in_as for line in self._lines_here() if line.id == student}
            if others > {each.written}:
                shared = " and ".join(map(repr, sorted(others)))
                unclear[each.written] = (
                    f"has the id {student}, which {shared} share: give each an id in {WHO}, and "
                    "collect again"
                )
        return found, unclear

    def _told(self, owner: Owner) -> str:
        """What the file says: of this name in this assignment, or else of who it is in others."""
        known = {owner.written, *owner.names, owner.known_as} - {""}
        for lines in (
            [each for each in self._lines_here() if each.handed_in_as == owner.written],
            [each for each in self._lines if each.known_as in known],
            [
                each
                for each in self._lines
                if each.assignment and each.handed_in_as == owner.written != each.numbered
            ],
        ):
            found = {each.id for each in lines if each.id}
            if len(found) == 1:
                return found.pop()
        return ""

    def _lines_here(self) -> list[Known]:
        return [each for each in self._lines if each.assignment == self._assignment]

    def _elsewhere(self, student: str) -> bool:
        return any(e.id == student and e.assignment != self._assignment for e in self._lines)

    def enter(self, owner: Owner, student: str, *, late: bool = False) -> None:
        """Note down who somebody is; see `write`."""
        line = Known(
            self._assignment, owner.written, owner.person.number, owner.known_as,
            "yes" if late else "", student,
        )  # fmt: skip
        same = (line.assignment, line.handed_in_as)
        others = [each for each in self._lines if (each.assignment, each.handed_in_as) != same]
        self._lines = [*others, line]

    def late(self) -> set[str]:
        """Those whom the LMS calls late in this assignment, without an hour."""
        return {
            each.id for each in self._lines if each.late and each.assignment == self._assignment
        }

    def write(self) -> None:
        """Write the file, whole."""
        write_who(self._folder, self._lines)


def read_who(folder: Path) -> list[Known]:
    """The lines of a course's file; none if there is no file.

    Raises:
        CannotCollect: it is there, and is not what it should be.
    """
    path = folder / WHO
    if not path.is_file():
        return []
    rows, _ = parsed(text_of(path.read_bytes()))
    columns = [each.name for each in fields(Known)]
    head = [cell.strip().casefold().replace(" ", "_") for cell in rows[0]] if rows else []
    if not {"assignment", "handed_in_as", "id"} <= set(head):
        raise CannotCollect(
            f"{WHO} has lost its head: {', '.join(columns)}. Mend its first line, or delete the "
            "file: then ids are found out again."
        )
    lines = []
    for row in rows[1:]:
        cells = dict(zip(head, (cell.strip() for cell in row), strict=False))
        plain = {name: _unquoted(cells.get(name, "")) for name in columns}
        for name in ("handed_in_as", "id"):
            plain[name] = unicodedata.normalize("NFC", plain[name])
        if plain["id"] and not is_new_id(plain["id"]):
            raise CannotCollect(
                f"{WHO} has the id {plain['id']!r} for {plain['handed_in_as']!r}, which cannot be "
                "a folder's name on every system: write another one."
            )
        if plain["handed_in_as"]:
            lines.append(Known(**plain))
    return lines


def write_who(folder: Path, lines: Iterable[Known]) -> None:
    """Write a course's file; nothing where there is no line."""
    found = list(lines)
    if not found and not (folder / WHO).is_file():
        return
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(each.name for each in fields(Known))
    for line in sorted(found, key=lambda each: (each.assignment, each.id, each.handed_in_as)):
        writer.writerow(safe_cell(storable(value)) for value in asdict(line).values())
    write_bytes_whole(folder / WHO, f"\ufeff{target.getvalue()}".encode(), 0o600)


def _unquoted(cell: str) -> str:
    """A cell without the sign that keeps a spreadsheet from taking it for a formula."""
    return cell[1:] if cell.startswith("'") and safe_cell(cell[1:]) == cell else cell


def numbers(folder: Path, assignment: str) -> Mapping[str, str]:
    """The LMS's numbers of learners in one assignment, by id."""
    return {
        each.id: each.number
        for each in read_who(folder)
        if each.assignment == assignment and each.number and each.id
    }


def moved(folder: Path, old: str, new: str) -> None:
    """A learner's id is another one now; "" for nobody's: then the lines go.

    An LMS may go on using the old id, until it is somebody's again.
    """
    lines = read_who(folder)
    kept = [each for each in lines if new or each.id != old]
    for each in kept:
        each.id = new if each.id == old else each.id
    kept = [each for each in kept if each.assignment or each.handed_in_as not in (old, new)]
    if new:
        kept.append(Known("", old, id=new))
    if kept != lines:
        write_who(folder, kept)
