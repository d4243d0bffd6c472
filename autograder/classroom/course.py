"""The course around the working folder, open while a class is graded."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from traitlets.config import Config

from autograder.classroom.foreign_course import KEPT, find_protected, private_paths, read_lessons
from autograder.console import command
from autograder.course import terms
from autograder.course.clone import clone_lessons
from autograder.course.folders import (
    ASSIGNMENT,
    PRIVATE,
    assignments_in,
    clone_folder,
    course_folder,
    notebooks_in,
)
from autograder.course.lessons import Lessons, NotOfThisCourse, own_lessons
from autograder.errors import Refused, fault
from autograder.gradebook.book import Gradebook
from autograder.gradebook.errors import CannotGrade
from autograder.gradebook.records import Record
from autograder.kernels.settings import Sandbox, load_config
from autograder.running import evidence
from helpers.text import as_name


@dataclass
class Course:
    """What grading needs to know about a course and one of its assignments.

    Attributes:
        names: of the assignment's notebooks.
        lessons: what they are.
        kept: where evidence and records lie in the folder.
        faults: learners for whom something went wrong that nobody has foreseen, and what.
    """

    folder: Path
    config: Config
    assignment: str
    names: list[str]
    book: Gradebook
    lessons: Lessons
    kept: str = "grading"
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def other(self) -> str:
        """What commands have to be told of the assignment: nothing of the course's first one."""
        return "" if self.assignment == ASSIGNMENT else self.assignment

    @property
    def grade(self) -> str:
        """The command that grades it."""
        return command("grade", *filter(None, [self.other]))

    def settle(self) -> None:
        """Have the gradebook say what counts; for whom that fails, the marks stay as they were."""
        self.faults |= self.book.settle()

    @contextmanager
    def fault_of(self, student: str, what: str) -> Iterator[None]:
        """Whatever goes wrong in the block is this learner's alone, and is told."""
        try:
            yield
        except CannotGrade:  # it would be the same for everybody
            raise
        except Refused as why:
            self.faults[student] = str(why)
        except Exception as error:
            self.faults[student] = fault(what, error)

    def told(self) -> list[str]:
        """The faults in sentences, for a person."""
        return [f"{as_name(student)}: {why}" for student, why in self.faults.items()]

    def prepare(self) -> None:
        """Enter the assignment in the gradebook; see `Gradebook.prepare`."""
        self.book.prepare({name: self.lessons.templates[name] for name in self.names})

    def evidence_path(self, student: str, name: str) -> Path:
        """Where the evidence of a learner's notebook lies."""
        return evidence.path_of(self.folder, student, self.assignment, name, self.kept)

    def evidence_of(self, record: Record) -> evidence.Evidence | None:
        """What is kept of the very file that was graded; None if nothing is."""
        kept = evidence.read(self.evidence_path(record.student, record.notebook))
        return kept if kept is not None and kept.submission == record.sha256 else None


def open_course(assignment: str, config: Config | None = None, *, to_read: bool = False) -> Course:
    """The course around the working folder, with its settings if they have been read.

    Who runs and judges nothing opens it `to_read`: then any state of `solutions/` will do, the
    notebooks are also those that the gradebook knows, and there are no `lessons`.

    Raises:
        FileNotFoundError: there is none; the message says where to go.
        CannotGrade: it has no such assignment, or another one than the autograder, or one that
            cannot be graded here.
    """
    if (found := find_protected(config)) is not None:
        folder, config = found
        terms.refuse_elsewhere()
        book = Gradebook(folder, config, assignment, generates=False, kept=KEPT)
        lessons = read_lessons(book, config, assignment)
        _hide(config, private_paths(config, folder))
        return Course(folder, config, assignment, list(lessons.templates), book, lessons, KEPT)
    folder = clone_folder()
    config = load_config(folder) if config is None else copy.deepcopy(config)
    config, kept = terms.applied(folder, config)
    _hide(config, [str(folder / part) for part in PRIVATE])
    book = Gradebook(folder, config, assignment, kept=kept, archived=terms.chosen())
    names = list(notebooks_in(folder / "solutions" / assignment))
    known = False
    if to_read and (folder / kept).is_dir():
        names, known = sorted({*names, *book.sources()}), assignment in book.assignments()
    if not names and not known:
        others = assignments_in(folder)
        there = f"There is: {', '.join(others)}." if others else "solutions/ has no notebooks."
        raise CannotGrade(f"There is no assignment {assignment!r} in this course. {there}")
    lessons = Lessons({}, {}) if to_read else _lessons(folder, assignment, names)
    return Course(folder, config, assignment, names, book, lessons, kept)


def _lessons(folder: Path, assignment: str, names: list[str]) -> Lessons:
    """What a clone's assignment is graded by; the package carries one, and judges for it."""
    if assignment != ASSIGNMENT:
        try:
            return clone_lessons(folder, assignment)
        except NotOfThisCourse as error:
            raise CannotGrade(str(error)) from error
    source, own = (each / "solutions" / assignment for each in (folder, course_folder()))
    for name in names:
        ours = own / f"{name}.ipynb"
        same = ours.is_file() and ours.read_bytes() == (source / ours.name).read_bytes()
        if not same or name not in own_lessons().templates:
            raise CannotGrade(
                f"The autograder was installed with another {name} than the one in solutions/. "
                "Run `autograder release`, then install it again with `make env`. Marks that are "
                "in the gradebook can be read as they are."
            )
    return own_lessons()


def _hide(config: Config, private: list[str]) -> None:
    """Kernels must not read these, from whatever folder the command was given."""
    config.Sandbox.hide = [*Sandbox(config=config).hide, *private]
