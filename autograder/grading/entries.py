"""Reads all marks of an assignment out of nbgrader's gradebook, with one query."""

from __future__ import annotations

from dataclasses import dataclass, field

from nbgrader.api import (
    Assignment,
    BaseCell,
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
        score: points with those given by hand and extra credit, less the penalty for being late.
        asks: at least one cell waits for a person.
        by_hand: how many do because they are never marked automatically.
    """

    scores: dict[str, tuple[float | None, float]] = field(default_factory=dict)
    score: float = 0.0
    asks: bool = False
    by_hand: int = 0

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
    found = (
        select(
            Student.id,
            Notebook.name,
            BaseCell.name,
            Grade.auto_score,
            Grade.score,
            Grade.max_score,
            Grade.needs_manual_grade,
            SubmittedNotebook.late_submission_penalty,
        )
        .select_from(Grade)
        .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Student, SubmittedAssignment.student_id == Student.id)
        .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
        .join(Assignment, Notebook.assignment_id == Assignment.id)
        .join(BaseCell, Grade.cell_id == BaseCell.id)
        .where(Assignment.name == assignment)
    )
    entries: dict[str, dict[str, Entry]] = {}
    late: dict[tuple[str, str], float] = {}
    for student, name, check, auto, score, most, asks, penalty in gradebook.db.execute(found):
        entry = entries.setdefault(student, {}).setdefault(name, Entry())
        entry.scores[check] = (auto, most)
        entry.score += score
        entry.asks |= asks
        entry.by_hand += asks and auto is None
        late[student, name] = penalty or 0.0
    for (student, name), penalty in late.items():
        entries[student][name].score = max(0.0, entries[student][name].score - penalty)
    return entries
