"""The gradebook of one assignment: nbgrader's own, and what is kept beside it."""

import copy
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config

from autograder.course.lessons import Source, are_entered, read_sources
from autograder.course.template import Template
from autograder.errors import Refused, fault
from autograder.files import write_whole
from autograder.gradebook import steps
from autograder.gradebook.database import Database
from autograder.gradebook.decisions import Decision, read_decisions, write_decisions
from autograder.gradebook.errors import CannotGrade
from autograder.gradebook.late_days import LateDays, read_late_days
from autograder.gradebook.learners import Person
from autograder.gradebook.records import Record, read_records, remove_record, write_record
from autograder.gradebook.scores import GradeRow, NotebookScores, read_grades, read_scores
from autograder.gradebook.settle import Effect, read_effects, settle
from autograder.gradebook.standing import Standing, read_standings
from autograder.gradebook.taken import Taken, read_taken, settled, write_taken
from autograder.gradebook.told import tell
from autograder.release.generate import ReleaseRefused, generate
from helpers.text import as_markdown, storable

#: Ends of lines, what terminals obey, and what turns text round; a joiner or a mark may be honest.
_IN_NO_NAME = re.compile("[\0-\x20\x7f-\xa0\u2028-\u202e\u2066-\u2069]+")


class Gradebook(Database):
    """The gradebook of one assignment. All that it does may raise CannotGrade.

    `prepare` enters the assignment if this generates it; else the course does that itself. In the
    folder `kept` of the course, earlier releases have left records and decisions. One of an
    `archived` term is read, and its marks stay as they were.
    """

    def __init__(
        self,
        course: Path,
        config: Config,
        assignment: str,
        *,
        generates: bool = True,
        kept: str = "grading",
        archived: str = "",
    ) -> None:
        self._course, self._assignment, self._generates = course, assignment, generates
        self._config = copy.deepcopy(config)
        self._config.CourseDirectory.root = str(course)
        self._config.Exporter.default_preprocessors = []
        super().__init__(CourseDirectory(config=self._config), course / kept)
        self._archived = archived

    def submitted(self, student: str) -> Path:
        """The learner's folder of submitted files."""
        return self._folder(self._coursedir.submitted_directory, student)

    def submitting(self) -> set[str]:
        """Ids that have a folder of submitted files, for whatever assignment."""
        folder = self._course / self._coursedir.submitted_directory
        return {each.name for each in folder.glob("[!.]*/") if each.is_dir()}

    def autograded(self, student: str) -> Path:
        """The learner's folder of graded notebooks."""
        return self._folder(self._coursedir.autograded_directory, student)

    def _folder(self, step: str, student: str) -> Path:
        return Path(self._coursedir.format_path(step, student, self._assignment))

    # --- the assignment and its learners ---------------------------------------------------------

    def prepare(self, templates: Mapping[str, Template]) -> None:
        """Enter the assignment, its notebooks and their cells, as `generate_assignment` does.

        Where the gradebook has them all as they are, nothing is done: generating takes seconds.

        Raises:
            CannotGrade: the gradebook is locked, cannot be written, or has other exercises.
        """
        self.see_that_it_changes()
        # Opened in any case: what cannot be written fails now rather than later.
        if are_entered(templates, self.sources()) or not self._generates:
            return
        try:
            generate(self._course, self._coursedir.db_url, assignment=self._assignment)
        except ReleaseRefused as error:
            raise CannotGrade(
                f"solutions/ could not be entered in the gradebook ({error}). Put back the "
                "exercises that it has marks for, or move it away and grade again."
            ) from error

    def begin(self, student: str, timestamp: str) -> None:
        """Enter a learner and the hour of submission."""
        self.see_that_it_changes()
        try:
            when = {"timestamp": parse_utc(timestamp)} if timestamp else {}
        except (ValueError, OverflowError):
            when = {}
        with self.transaction() as gradebook:
            gradebook.update_or_create_student(student)
            gradebook.update_or_create_submission(self._assignment, student, **when)

    def introduce(self, people: Mapping[str, Person]) -> None:
        """Enter who learners are, by id: names, addresses and the LMS's numbers."""
        if not people:
            return
        self.see_that_it_changes()
        with self.transaction() as gradebook:
            for student, person in people.items():
                first, _, last = person.name.rpartition(" ")
                facts = {"first_name": first, "last_name": last, "email": person.email}
                plain = {name: _IN_NO_NAME.sub(" ", value).strip() for name, value in facts.items()}
                known = {name: storable(value) for name, value in plain.items() if value}
                if person.number:
                    known["lms_user_id"] = storable(person.number)
                gradebook.update_or_create_student(student, **known)

    def sources(self) -> dict[str, Source]:
        """What the gradebook knows of the assignment's notebooks; empty if it has none."""
        with self.transaction() as gradebook:
            return read_sources(gradebook, self._assignment)

    # --- marks: the one way in -------------------------------------------------------------------

    def keep(
        self, notebook: NotebookNode, student: str, name: str, *, write: bool = True
    ) -> NotebookNode:
        """Put an executed notebook into the autograded folder, as nbgrader keeps it.

        Nothing is entered. Cells get the text, points and checksums that the gradebook has for
        them; returns what was kept, or would be.
        """
        self.see_that_it_changes()
        names = self._names(student, name)
        with self.transaction() as gradebook:
            text = steps.finished(notebook, gradebook, names, self._coursedir)
        if write:
            write_whole(self.autograded(student) / f"{name}.ipynb", text)
        return nbformat.reads(text, as_version=4)

    def enter(self, notebook: NotebookNode, student: str, name: str, record: Record) -> None:
        """Enter one notebook's marks, whoever has graded it. There is no other way.

        In one transaction and in this order: scores, decisions, what being late costs, what needs
        a person, and the record. The notebook has run, or says why it could not be graded.
        """
        self.see_that_it_changes()
        with self.transaction() as gradebook:
            # What was typed in formgrader until now was about the file that was graded before.
            self._settle(gradebook, [student])
            steps.save_scores(notebook, gradebook, self._names(student, name), self._config)
            if record.marks["error"]:
                handed_in = gradebook.find_submission_notebook(name, self._assignment, student)
                for comment in handed_in.comments:
                    comment.auto_comment = as_markdown(record.marks["error"]["message"])
            gradebook.db.flush()
            self._settle(gradebook, [student], record)
            write_record(gradebook.db, record)

    def miss(self, student: str, name: str) -> None:
        """Enter a notebook that was not handed in, as nbgrader does; marks by hand stay."""
        self.see_that_it_changes()
        with self.transaction() as gradebook:
            remove_record(gradebook.db, self._assignment, student, name)
            notebook = gradebook.find_submission_notebook(name, self._assignment, student)
            notebook.late_submission_penalty = None
            for grade in notebook.grades:
                grade.auto_score, grade.needs_manual_grade = 0, False
            gradebook.db.flush()
            self._settle(gradebook, [student])

    def decide(self, made: Iterable[Decision], students: Collection[str] | None = None) -> None:
        """Put decisions on record, after what `settle` has taken up, and have marks follow.

        They can change the marks of these students; None for everybody's.
        """
        self.see_that_it_changes()
        with self.transaction() as gradebook:
            write_decisions(gradebook.db, self._assignment, made)
            self._settle(gradebook, students)

    def settle(self, students: Collection[str] | None = None) -> dict[str, str]:
        """Have the gradebook say what counts by now: who shows marks, or writes some, begins so.

        Returns:
            For whom it could not be worked out, and why: their marks are as they were.
        """
        if self._archived:  # by the settings of then
            return {}
        with self.transaction() as gradebook:
            try:
                with gradebook.db.begin_nested():
                    self._settle(gradebook, students)
                return {}
            except (Refused, SQLAlchemyError):
                raise
            except Exception as error:  # one learner's, whatever it is: so one after the other
                found = self.scores() if students is None else students
                if len(found) == 1:
                    return dict.fromkeys(found, fault("Points could not be worked out", error))
        each: dict[str, str] = {}
        for student in found:
            each |= self.settle([student])
        return each

    def settle_all(self, students: Collection[str] | None = None) -> None:
        """Have marks in all assignments follow what is new about these learners; None for all."""
        self.see_that_it_changes()
        with self.transaction() as gradebook:
            for name in [each.name for each in gradebook.assignments]:
                settle(gradebook, name, self._config, students)

    def see_that_it_changes(self) -> None:
        """Refuse to change an archived term."""
        if self._archived:
            raise CannotGrade(
                f"The term {self._archived!r} is archived: what it has is read, and not changed."
            )

    def _settle(
        self, gradebook: Any, students: Collection[str] | None = None, fresh: Record | None = None
    ) -> None:
        settle(gradebook, self._assignment, self._config, students, fresh)

    # --- what there is ---------------------------------------------------------------------------

    def scores(self) -> dict[str, dict[str, NotebookScores]]:
        """All marks of the assignment, by learner and notebook."""
        with self.transaction() as gradebook:
            return read_scores(gradebook.db, self._assignment)

    def grades(self, students: Collection[str] | None = None) -> list[GradeRow]:
        """All grades of the assignment, or of some learners."""
        with self.transaction() as gradebook:
            return read_grades(gradebook.db, self._assignment, students)

    def standings(
        self, students: Collection[str] | None = None
    ) -> tuple[dict[str, Standing], dict[str, str]]:
        """What all learners of the course have, or some; and for whom that fails, with why."""
        with self.transaction() as gradebook:
            return read_standings(gradebook, self._assignment, students)

    def assignments(self) -> list[str]:
        """All that the gradebook has, those with earlier deadlines first."""
        with self.transaction() as gradebook:
            due = {each.name: each.duedate for each in gradebook.assignments}
        return sorted(due, key=lambda name: (due[name] is None, due[name] or 0, name))

    def late_days(self, students: Collection[str]) -> dict[str, LateDays]:
        """Late days of learners in the whole course."""
        with self.transaction() as gradebook:
            return read_late_days(gradebook, self._config, students)

    def records(self, student: str) -> dict[str, Record]:
        """A learner's records, by notebook."""
        with self.transaction() as gradebook:
            return read_records(gradebook.db, self._assignment, student)

    def decisions(self, students: Collection[str] | None = None) -> list[Decision]:
        """The decisions about some learners and about everybody, or all; the oldest first."""
        with self.transaction() as gradebook:
            return read_decisions(gradebook.db, self._assignment, students)

    def effects(self, student: str) -> dict[str, Effect]:
        """What decisions and flags have made of a learner's grades, by nbgrader's id of each."""
        with self.transaction() as gradebook:
            return read_effects(gradebook.db, self._assignment, [student])

    def taken_by(self, student: str) -> dict[tuple[str, str], Taken]:
        """Who has taken up what of a learner waits for a person, by notebook and check."""
        with self.transaction() as gradebook:
            taken = read_taken(gradebook.db, self._assignment, [student])
            grades = read_grades(gradebook.db, self._assignment, [student]) if taken else []
            return {(g.notebook, g.check): taken[g.id] for g in grades if g.id in taken}

    def take(self, by: str, grades: Iterable[GradeRow]) -> None:
        """Note who takes up what of these waits for a person, in place of who had it."""
        with self.transaction() as gradebook:
            ids = [(each.id, each.student) for each in grades]
            write_taken(gradebook.db, self._assignment, by, ids)

    def give_back(self, grades: Iterable[GradeRow]) -> None:
        """Note that nobody has taken these up."""
        with self.transaction() as gradebook:
            settled(gradebook.db, [each.id for each in grades])

    def tell(self, students: Collection[str], asked: Mapping[str, str]) -> set[str]:
        """Note what is asked about learners now; returns what was not asked before. See `told`."""
        with self.transaction() as gradebook:
            return tell(gradebook.db, self._assignment, students, asked)

    def _names(self, student: str, name: str) -> dict[str, str]:
        return {"student": student, "assignment": self._assignment, "notebook": name}
