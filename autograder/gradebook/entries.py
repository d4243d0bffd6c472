"""Reads all marks of an assignment out of nbgrader's gradebook, with two queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import select


@dataclass
class Entry:
    """What the gradebook has for one notebook of one learner.

    Attributes:
        scores: by graded cell, what was found automatically, and the maximum. None is found for
            what a person marks.
        points: by graded cell, what counts: with marks given by hand, and extra credit.
        comments: by graded cell, what a person has written to the learner.
        penalty: for being late.
        score: all points, less the penalty.
        asks: at least one cell waits for a person.
        by_hand: how many do because they are never marked automatically.
    """

    scores: dict[str, tuple[float | None, float]] = field(default_factory=dict)
    points: dict[str, float] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    penalty: float = 0.0
    asks: bool = False
    by_hand: int = 0

    @property
    def score(self) -> float:
        """Points that count."""
        return max(0.0, sum(self.points.values()) - self.penalty)

    @property
    def max_score(self) -> float:
        """Points that could be earned."""
        return sum(most for _, most in self.scores.values())


def read_entries(gradebook: Gradebook, assignment: str) -> dict[str, dict[str, Entry]]:
    """All marks, by learner and notebook.

    Args:
        gradebook: open.
        assignment: such as `classification`.
    """
    found = _of_assignment(
        select(
            Student.id,
            Notebook.name,
            BaseCell.name,
            Grade.auto_score,
            Grade.score,
            Grade.max_score,
            Grade.needs_manual_grade,
            SubmittedNotebook.late_submission_penalty,
        ),
        Grade,
        assignment,
    )
    entries: dict[str, dict[str, Entry]] = {}
    for student, name, check, auto, score, most, asks, penalty in gradebook.db.execute(found):
        entry = entries.setdefault(student, {}).setdefault(name, Entry())
        entry.scores[check] = (auto, most)
        entry.points[check] = score
        entry.asks |= asks
        entry.by_hand += asks and auto is None
        entry.penalty = penalty or 0.0
    said = _of_assignment(
        select(Student.id, Notebook.name, BaseCell.name, Comment.manual_comment),
        Comment,
        assignment,
    ).where(Comment.manual_comment.is_not(None))
    for student, name, cell, words in gradebook.db.execute(said):
        if student in entries and name in entries[student]:
            entries[student][name].comments[cell] = words
    return entries


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
