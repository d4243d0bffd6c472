"""Writes to nbgrader's gradebook, by nbgrader's own preprocessors wherever there is one."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from nbconvert.exporters import NotebookExporter
from nbconvert.preprocessors import ExecutePreprocessor
from nbformat import NotebookNode
from nbgrader import api
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import OverwriteCells
from nbgrader.utils import parse_utc
from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from autograder.course.lessons import Source, read_sources
from autograder.course.nbgrader_log import quiet
from autograder.gradebook.entries import Entry, read_entries
from autograder.gradebook.errors import CannotGrade
from autograder.gradebook.people import Person
from autograder.gradebook.session import SharedGradebook
from autograder.release.generate import ReleaseRefused, generate

if TYPE_CHECKING:
    from autograder.gradebook.totals import Row


#: Points that a person gives: a number, or a word for all that there are, or as they are.
Points = float | Literal["full", "same"]


class Gradebook:
    """The gradebook of one assignment.

    Args:
        course: the clone.
        config: its settings.
        assignment: such as `classification`.
        generates: `prepare` enters the assignment; else the course does that itself.
    """

    def __init__(
        self, course: Path, config: Config, assignment: str, *, generates: bool = True
    ) -> None:
        self._course, self._assignment, self._generates = course, assignment, generates
        self._config = copy.deepcopy(config)
        self._config.CourseDirectory.root = str(course)
        self._config.Exporter.default_preprocessors = []
        self._coursedir = CourseDirectory(config=self._config)
        self._shared = SharedGradebook(self._coursedir.db_url, self._coursedir.course_id)

    def submitted(self, student: str) -> Path:
        """The learner's folder of submitted files."""
        return self._folder(self._coursedir.submitted_directory, student)

    def autograded(self, student: str) -> Path:
        """The learner's folder of graded notebooks."""
        return self._folder(self._coursedir.autograded_directory, student)

    def _folder(self, step: str, student: str) -> Path:
        return Path(self._coursedir.format_path(step, student, self._assignment))

    def prepare(self) -> None:
        """Enter the assignment, its notebooks and their cells, as `generate_assignment` does.

        Raises:
            CannotGrade: the gradebook is locked, cannot be written, or has other exercises.
        """
        with self._open() as gradebook:
            if self._coursedir.db_url.startswith("sqlite"):
                gradebook.db.execute(text("BEGIN IMMEDIATE"))  # fails now rather than later
                gradebook.db.rollback()
        if not self._generates:
            return
        try:
            generate(self._course, self._coursedir.db_url)
        except ReleaseRefused as error:
            raise CannotGrade(
                f"solutions/ could not be entered in the gradebook ({error}). Put back the "
                "exercises that it has marks for, or move it away and grade again."
            ) from error

    def begin(self, student: str, timestamp: str) -> None:
        """Enter a learner and the hour of submission.

        Raises:
            CannotGrade: the gradebook cannot be written.
        """
        try:
            when = {"timestamp": parse_utc(timestamp)} if timestamp else {}
        except (ValueError, OverflowError):
            when = {}
        with self._open() as gradebook:
            gradebook.update_or_create_student(student)
            gradebook.update_or_create_submission(self._assignment, student, **when)

    def introduce(self, people: Mapping[str, Person]) -> None:
        """Enter who learners are, by id: names, addresses and Moodle's numbers.

        Raises:
            CannotGrade: the gradebook cannot be written.
        """
        if not people:
            return
        with self._open() as gradebook:
            for student, person in people.items():
                first, _, last = person.name.rpartition(" ")
                facts = {"first_name": first, "last_name": last, "email": person.email}
                known = {name: value for name, value in facts.items() if value}
                gradebook.update_or_create_student(student, lms_user_id=person.number, **known)

    def put_back(self, notebook: NotebookNode, student: str, name: str) -> None:
        """Give cells the text, points and checksums that the gradebook has for them."""
        with self._open():
            OverwriteCells(config=self._config).preprocess(notebook, self._resources(student, name))

    def save(self, notebook: NotebookNode, student: str, name: str) -> str:
        """Enter the marks of an executed notebook, and the penalty for being late.

        Returns:
            The notebook as nbgrader keeps it.

        Raises:
            CannotGrade: the gradebook cannot be written.
        """
        exporter = NotebookExporter(config=self._config)
        converter = Autograde(coursedir=self._coursedir, config=self._config)
        for each in converter.autograde_preprocessors:
            kind = import_item(each) if isinstance(each, str) else each
            if not getattr(kind, "grade_does_it", issubclass(kind, ExecutePreprocessor)):
                exporter.register_preprocessor(kind)
        with self._open():
            kept, _ = exporter.from_notebook_node(notebook, self._resources(student, name))
        return str(kept)

    def ask(self, student: str, name: str, checks: list[str], comment: str = "") -> None:
        """Leave check cells to a person, who confirms or changes their marks in formgrader.

        Args:
            student: whose.
            name: of the notebook.
            checks: the cells.
            comment: for the learner, under each answer; "" for none.
        """
        with self._open() as gradebook:
            notebook = gradebook.find_submission_notebook(name, self._assignment, student)
            for grade in notebook.grades:
                if grade.name in checks:
                    grade.needs_manual_grade = True
            for each in notebook.comments if comment else []:
                each.auto_comment = comment
            gradebook.db.commit()

    def decide(self, student: str, check: str, points: Points) -> tuple[str, float, float]:
        """Give points by hand; automatic marks stay beside them, and no grading changes them.

        Args:
            student: whose.
            check: the graded cell.
            points: a number, "full", or "same" for those that count now.

        Returns:
            The notebook, and the points before and after.

        Raises:
            CannotGrade: there is no such submission or cell, or not as many points.
        """
        with self._open() as gradebook:
            try:
                submission = gradebook.find_submission(self._assignment, student)
            except api.MissingEntry as error:
                raise CannotGrade(f"There is no graded submission of {student!r}.") from error
            grades = (each for book in submission.notebooks for each in book.grades)
            grade = next((each for each in grades if each.name == check), None)
            if grade is None:
                raise CannotGrade(f"{student!r} has no graded cell {check!r}.")
            name, before = grade.notebook.name, float(grade.score)
            given = {"full": grade.max_score, "same": before}.get(str(points), points)
            if not 0 <= given <= grade.max_score:
                raise CannotGrade(f"{check} has {grade.max_score:g} points: {given:g} do not fit.")
            grade.manual_score, grade.needs_manual_grade = given, False
            gradebook.db.commit()
            return name, before, float(given)

    def given_by_hand(self, student: str, check: str) -> bool:
        """Whether a person has given points for a check."""
        with self._open() as gradebook:
            submission = gradebook.find_submission(self._assignment, student)
            grades = [each for book in submission.notebooks for each in book.grades]
            return any(each.name == check and each.manual_score is not None for each in grades)

    def comment(self, student: str, notebook: str, cell: str, words: str) -> None:
        """Leave a person's words under an answer, for the learner's feedback."""
        with self._open() as gradebook:
            found = gradebook.find_submission_notebook(notebook, self._assignment, student)
            for each in found.comments:
                if each.name == cell:
                    each.manual_comment = words
            gradebook.db.commit()

    def zero(self, student: str, name: str) -> None:
        """Enter a notebook that was not handed in, as nbgrader does; marks by hand stay."""
        with self._open() as gradebook:
            notebook = gradebook.find_submission_notebook(name, self._assignment, student)
            notebook.late_submission_penalty = None
            for grade in notebook.grades:
                grade.auto_score, grade.needs_manual_grade = 0, False
            gradebook.db.commit()

    def entries(self) -> dict[str, dict[str, Entry]]:
        """All marks of the assignment, by learner and notebook.

        Raises:
            CannotGrade: the gradebook cannot be read.
        """
        with self._open() as gradebook:
            return read_entries(gradebook, self._assignment)

    def names(self) -> dict[str, str]:
        """The learners' names, by id; "" where none is known.

        Raises:
            CannotGrade: the gradebook cannot be read.
        """
        with self._open() as gradebook:
            return {
                each.id: " ".join(filter(None, (each.first_name, each.last_name)))
                for each in gradebook.students
            }

    def rows(self) -> tuple[list[Row], float]:
        """All learners' marks to export, and the points that the assignment has.

        Raises:
            CannotGrade: the gradebook cannot be read.
        """
        from autograder.gradebook.totals import read_rows  # which only an export needs

        with self._open() as gradebook:
            return read_rows(gradebook, self._assignment)

    def sources(self) -> dict[str, Source]:
        """What the gradebook knows of the assignment's notebooks; empty if it has none.

        Raises:
            CannotGrade: the gradebook cannot be read.
        """
        with self._open() as gradebook:
            return read_sources(gradebook, self._assignment)

    def _resources(self, student: str, name: str) -> dict[str, Any]:
        names = {"student": student, "assignment": self._assignment, "notebook": name}
        return {
            "unique_key": name,
            "output_files_dir": f"{name}_files",
            "nbgrader": {**names, "db_url": self._coursedir.db_url},
        }

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is written in the block is written whole, or not at all.

        Raises:
            CannotGrade: the gradebook cannot be written.
        """
        with self._open():
            yield

    def close(self) -> None:
        """Let the database go, for another program or another connection."""
        self._shared.close()

    @contextmanager
    def _open(self) -> Iterator[Any]:
        with self._guard():
            _make_whole(self._coursedir.db_url, self._coursedir.course_id)
            with self._shared.transaction() as gradebook:
                yield gradebook

    @contextmanager
    def _guard(self) -> Iterator[None]:
        with quiet():
            try:
                yield
            except SQLAlchemyError as error:
                raise CannotGrade(_why(self._coursedir.db_url, str(error))) from error


def _make_whole(url: str, name: str) -> None:
    """Make a new gradebook elsewhere and put it in its place.

    nbgrader writes its version last: one that was stopped before could never be upgraded.
    """
    place = make_url(url)
    if not place.drivername.startswith("sqlite") or not place.database:
        return
    path = Path(place.database)
    if place.query or path.exists() or not path.parent.is_dir():
        return
    fresh = path.with_name(f".{path.name}.new")
    for stale in (fresh, fresh.with_name(f"{fresh.name}-journal")):
        stale.unlink(missing_ok=True)
    api.Gradebook(str(place.set(database=str(fresh))), name).close()
    fresh.replace(path)


def _why(url: str, error: str) -> str:
    """The sentence for a gradebook that cannot be used."""
    name = url.removeprefix("sqlite:///")
    if "locked" in error:
        return (
            f"The gradebook {name} is locked. Close the program that writes to it, and try again."
        )
    if any(sign in error for sign in ("readonly", "unable to open", "is full", "disk I/O")):
        return f"The gradebook {name} cannot be written. Check its permissions and the free space."
    if "no such column" in error or "no such table" in error:
        return (
            f"The gradebook {name} is of another nbgrader. Copy it, then run `nbgrader db upgrade`."
        )
    return f"The gradebook {name} cannot be used: {error.splitlines()[0]}"
