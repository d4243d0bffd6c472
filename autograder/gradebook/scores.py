"""Reads all marks of an assignment out of nbgrader's gradebook, with three queries."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import select

from autograder.gradebook.tables import EFFECTS, of_students


@dataclass(frozen=True)
class GradeRow:
    """One graded cell of one learner.

    Attributes:
        id: nbgrader's, of the grade.
        auto, manual, extra: points found automatically, given by a person, and besides; or None.
        most: points that could be earned, without extra credit.
        asks: it waits for a person.
        submitted: nbgrader's id of the learner's notebook.
        penalty: of that notebook, for being late; or None.
    """

    id: str
    student: str
    notebook: str
    check: str
    auto: float | None
    manual: float | None
    extra: float | None
    most: float
    asks: bool
    submitted: str
    penalty: float | None

    @property
    def points(self) -> float:
        """What counts without extra credit."""
        return float(self.manual if self.manual is not None else self.auto or 0.0)

    @property
    def score(self) -> float:
        """What counts, with extra credit: as nbgrader reckons it."""
        given = self.manual is not None or self.auto is not None
        return self.points + (self.extra or 0.0) if given else 0.0


def read_grades(
    session: Any, assignment: str, students: Collection[str] | None = None
) -> list[GradeRow]:
    """The grades of an assignment, by learner and notebook, in the notebook's order."""
    wanted = _of_assignment(
        select(
            Grade.id, Student.id, Notebook.name, BaseCell.name, Grade.auto_score,
            Grade.manual_score, Grade.extra_credit, Grade.max_score, Grade.needs_manual_grade,
            SubmittedNotebook.id, SubmittedNotebook.late_submission_penalty,
        ),
        Grade,
        assignment,
    )  # fmt: skip
    if students is not None:
        wanted = wanted.where(Student.id.in_(students))
    return [GradeRow(*row) for row in session.execute(wanted.order_by(Student.id, Notebook.name))]


@dataclass
class NotebookScores:
    """What the gradebook has for one notebook of one learner.

    Attributes:
        grades: by graded cell.
        comments: by cell, what a person has written to the learner.
        waits: by cell, what it waits for; see `settle`.
        penalty: for being late.
    """

    grades: dict[str, GradeRow] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    waits: dict[str, str] = field(default_factory=dict)
    penalty: float = 0.0

    @property
    def asks(self) -> bool:
        """At least one cell waits for a person."""
        return any(grade.asks for grade in self.grades.values())

    @property
    def points(self) -> float:
        """Points before the penalty."""
        return sum(grade.score for grade in self.grades.values())

    @property
    def lost(self) -> float:
        """Points taken off for being late, which are no more than there are."""
        return min(max(0.0, self.points), self.penalty)

    @property
    def score(self) -> float:
        """What counts."""
        return self.points - self.lost

    @property
    def max_score(self) -> float:
        """Points that could be earned."""
        return sum(grade.most for grade in self.grades.values())


def read_scores(
    session: Any, assignment: str, students: Collection[str] | None = None
) -> dict[str, dict[str, NotebookScores]]:
    """All marks, or those of some learners, by learner and notebook."""
    found: dict[str, dict[str, NotebookScores]] = {}
    waiting = of_students(select(EFFECTS.c.grade, EFFECTS.c.waits), EFFECTS, assignment, students)
    waits = {grade: why for grade, why in session.execute(waiting) if why}
    for grade in read_grades(session, assignment, students):
        scores = found.setdefault(grade.student, {}).setdefault(grade.notebook, NotebookScores())
        scores.grades[grade.check] = grade
        scores.penalty = grade.penalty or 0.0
        if grade.id in waits:
            scores.waits[grade.check] = waits[grade.id]
    said = _of_assignment(
        select(Student.id, Notebook.name, BaseCell.name, Comment.manual_comment),
        Comment,
        assignment,
    ).where(Comment.manual_comment.is_not(None))
    for student, notebook, cell, words in session.execute(said):
        if notebook in found.get(student, {}):
            found[student][notebook].comments[cell] = words
    return found


def _of_assignment(chosen: Any, kind: Any, assignment: str) -> Any:
    """What is chosen of each grade, or each comment, of an assignment."""
    return (
        chosen.select_from(kind)
        .join(SubmittedNotebook, kind.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Student, SubmittedAssignment.student_id == Student.id)
        .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
        .join(Assignment, Notebook.assignment_id == Assignment.id)
        .join(BaseCell, kind.cell_id == BaseCell.id)
        .where(Assignment.name == assignment)
    )
