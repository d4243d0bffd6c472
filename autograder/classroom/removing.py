"""A learner leaves: all that is known is deleted for good, and what is still somewhere is named."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import Student

from autograder.classroom.moving import (
    alone,
    folders_of,
    nobody,
    noted,
    pages_of,
    refuse_unfinished,
    unfinished,
)
from autograder.classroom.place import Place
from autograder.course import terms
from autograder.files import write_bytes_whole
from autograder.gradebook import people
from autograder.lms import moodle, owners
from autograder.lms.layout import alike
from autograder.lms.names import named
from autograder.lms.sheet import encoding_of

#: Names shorter than this stand in too many words of others.
_SHORT = 3


@dataclass
class Removal:
    """What is deleted with a learner.

    Attributes:
        rows: of the gradebook, by kind.
        paths: folders and files that are deleted, and how many files each stands for.
        shared: files about the whole class: they are deleted, and can be made again.
        lines: files that lose the learner's lines alone.
        left: where one of the learner's names is still found.
        terms: archived terms that know the id too.
    """

    rows: dict[str, int] = field(default_factory=dict)
    paths: dict[Path, int] = field(default_factory=dict)
    shared: list[Path] = field(default_factory=list)
    lines: list[Path] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Names:
    """What a learner is called: the id, the name in both orders, the address, the LMS's number."""

    id: str
    name: str = ""
    email: str = ""
    number: str = ""

    def pattern(self) -> re.Pattern[str]:
        first, _, last = self.name.rpartition(" ")
        orders = (self.name, f"{last}, {first}", f"{last} {first}") if first else ()
        found = {each for each in (self.id, self.email, *orders) if len(each) >= _SHORT}
        words = "|".join(map(re.escape, sorted(found | {self.id}, key=len, reverse=True)))
        return re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])", re.IGNORECASE)


def remove(place: Place, student: str, *, for_good: bool) -> Removal:
    """Delete all that is known of a learner; or only say what that would be.

    An archived term loses the learner too, if it is the one that is looked at: marks are kept as
    they were, and nobody has to be kept with them.

    Raises:
        CannotGrade: there is no such learner.
    """
    act: dict[str, object] = {"act": "remove", "old": student}
    folder, book = place.folder / place.kept, place.book()
    with alone(place):
        refuse_unfinished(folder, act)
        begun = unfinished(folder)
        with book.transaction() as gradebook:
            rows = people.counts(gradebook.db, student)
            known = gradebook.db.get(Student, student)
            names = _Names(student)
            if known is not None:
                name = " ".join(filter(None, (known.first_name, known.last_name)))
                names = _Names(student, name, known.email or "", known.lms_user_id or "")
        if begun is not None:
            names = _Names(**begun["names"])  # type: ignore[arg-type]
        found = _found(place, names)
        found.rows = rows
        if not (begun or rows or found.paths):
            book.close()
            raise nobody(student)
        if not for_good:
            book.close()
            found.left = _named_in_files(place, names, [*found.paths, *found.shared, *found.lines])
            return found
        with noted(place, act | {"names": vars(names)}):
            with book.transaction() as gradebook:
                people.remove(gradebook.db, student)
            with book.transaction() as gradebook:
                found.left = [
                    f"the gradebook, {each}"
                    for each in people.mentions(gradebook.db, names.pattern())
                ]
            book.close()
            people.compact(place.coursedir().db_url)
            for path in (*found.paths, *found.shared):
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            for path in found.lines:
                if path.name == owners.WHO:
                    owners.moved(folder, student, "")
                else:
                    write_bytes_whole(path, _without(path, names), 0o600)
        found.left += _named_in_files(place, names, [])
    return found


def _found(place: Place, names: _Names) -> Removal:
    """The files that go, whole or in part."""
    kept = place.folder / place.kept
    found = Removal()
    paths = [each for each in folders_of(place, names.id).values() if each.exists()]
    paths += pages_of(place, names.id)
    handed_out = [each / names.id for each in sorted((kept / "export").glob("*-feedback"))]
    paths += [each for each in handed_out if each.is_dir()]
    numbers = {each.number for each in owners.read_who(kept) if each.id == names.id}
    numbers |= {names.number}
    paths += [
        path
        for path in sorted((kept / "unplaced").rglob("*"))
        if path.is_file() and names.name and _of_moodle(path.name, names.name, numbers)
    ]
    found.paths = {
        each: sum(path.is_file() for path in each.rglob("*")) if each.is_dir() else 1
        for each in paths
    }
    report = sorted((kept / "report").rglob("*"))
    found.shared = [path for path in report if path.is_file() and path.parent.name != "learners"]
    found.shared += [path for path in sorted((kept / "export").glob("*")) if path.is_file()]
    lists = [*(kept / "collected").glob("*.csv"), *(kept / "decisions").glob("*.jsonl")]
    found.lines = [path for path in sorted(lists) if _without(path, names) != path.read_bytes()]
    if any(each.id == names.id for each in owners.read_who(kept)):
        found.lines.append(kept / owners.WHO)
    found.terms = [
        name
        for name in terms.archived(place.folder)
        if place.own
        and name != place.term
        and any(
            (place.folder / terms.ARCHIVE / name / each / names.id).exists()
            for each in (*terms.STEPS, "evidence")
        )
    ]
    return found


def _of_moodle(file: str, name: str, numbers: set[str]) -> bool:
    """Whether it has the learner's name and number: the number alone is others' too."""
    says = named(file)
    return says is not None and says.number in numbers - {""} and alike(says.name, name)


def _without(path: Path, names: _Names) -> bytes:
    """What is left of a worksheet, or of an earlier release's decisions, without a learner."""
    content = path.read_bytes()
    if path.suffix == ".jsonl":
        lines = content.splitlines(keepends=True)
        return b"".join(line for line in lines if _whose(line) != names.id)
    return moodle.leave_out(content, names.id, names.email, names.number)


def _whose(line: bytes) -> object:
    try:
        return json.loads(line).get("student")
    except (ValueError, AttributeError):
        return None


def _named_in_files(place: Place, names: _Names, gone: list[Path]) -> list[str]:
    """Which files still hold a name, in what they are called or in what they say."""
    pattern, found = names.pattern(), []
    for path in _files(place):
        called = str(path.relative_to(place.folder))
        away = any(path.is_relative_to(each) for each in gone)
        if not away and (pattern.search(called) or _holds(path, pattern)):
            found.append(called)
    return found


def _files(place: Place) -> Iterator[Path]:
    """All files of the course in which learners may be named; the gradebook is asked itself."""
    folders = {place.folder / place.kept, *(place.step(each) for each in terms.STEPS)}
    inner = {each for each in folders if any(each != o and each.is_relative_to(o) for o in folders)}
    database = Path(place.coursedir().db_url.removeprefix("sqlite:///"))
    for folder in sorted(folders - inner):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and path != database:
                yield path
    if (log := place.folder / ".nbgrader.log").is_file():
        yield log


def _holds(path: Path, pattern: re.Pattern[str]) -> bool:
    try:
        content = path.read_bytes()
        code = encoding_of(content) if path.suffix == ".csv" else "utf-8"
        return bool(pattern.search(content.decode(code, errors="replace")))
    except OSError:
        return True  # nobody can say
