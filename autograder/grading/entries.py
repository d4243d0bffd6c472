"""Reads all marks of an assignment out of nbgrader's gradebook, with one query."""

from __future__ import annotations

from dataclasses import dataclass, field

from nbgrader.api import (
    Assignment,
    Grade,
    Gradebook,
    GradeCell,
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
        scores: by check cell, what was found automatically, and the maximum.
        score: points with those given by hand and extra credit, less the penalty for being late.
        asks: at least one cell waits for a person.
    """

    scores: dict[str, tuple[float | None, float]] = field(default_factory=dict)
    score: float = 0.0
    asks: bool = False

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
            GradeCell.name,
            Grade.auto_score,
            Grade.score,
            GradeCell.max_score,
            Grade.needs_manual_grade,
            SubmittedNotebook.late_submission_penalty,
        )
        .select_from(Grade)
        .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Student, SubmittedAssignment.student_id == Student.id)
        .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
        .join(Assignment, Notebook.assignment_id == Assignment.id)
        .join(GradeCell, Grade.cell_id == GradeCell.id)
        .where(Assignment.name == assignment)
    )
    entries: dict[str, dict[str, Entry]] = {}
    late: dict[tuple[str, str], float] = {}
    for student, name, check, auto, score, most, asks, penalty in gradebook.db.execute(found):
        entry = entries.setdefault(student, {}).setdefault(name, Entry())
        entry.scores[check] = (auto, most)
        entry.score += score
        entry.asks |= asks
        late[student, name] = penalty or 0.0
    for (student, name), penalty in late.items():
        entries[student][name].score = max(0.0, entries[student][name].score - penalty)
    return entries
