"""All that the learners of a course have in one assignment, a row each."""

from __future__ import annotations

from dataclasses import dataclass, field

from nbgrader.api import Gradebook, MissingEntry

from autograder.checks.table import PART_OF


@dataclass
class Row:
    """One learner's marks.

    Attributes:
        number: the LMS's own for the learner; "" if it is not known.
        parts: points by exercise, or by notebook in another course.
        late_days: since the deadline, with a fraction; 0 if in time.
        penalty: points taken off for that.
        score: what counts.
        handed_in: there is a submission.
        waits: a mark has to be confirmed by a person.
    """

    id: str
    first_name: str
    last_name: str
    email: str
    number: str
    parts: dict[str, float] = field(default_factory=dict)
    late_days: float = 0.0
    penalty: float = 0.0
    score: float = 0.0
    handed_in: bool = False
    waits: bool = False


def read_rows(gradebook: Gradebook, assignment: str) -> tuple[list[Row], float]:
    """All learners of the course, by id, and the points that the assignment has.

    Args:
        gradebook: open.
        assignment: such as `classification`.
    """
    try:
        whole = gradebook.find_assignment(assignment)
    except MissingEntry:
        return [], 0.0
    submissions = {each.student.id: each for each in whole.submissions}
    rows = []
    for student in sorted(gradebook.students, key=lambda each: each.id):
        row = Row(
            student.id,
            student.first_name or "",
            student.last_name or "",
            student.email or "",
            student.lms_user_id or "",
        )
        rows.append(row)
        if (submission := submissions.get(student.id)) is None:
            continue
        row.handed_in = True
        row.late_days = submission.total_seconds_late / 86_400
        for notebook in submission.notebooks:
            points = 0.0
            for grade in notebook.grades:
                name = PART_OF[grade.name].id if grade.name in PART_OF else notebook.name
                row.parts[name] = row.parts.get(name, 0.0) + float(grade.score)
                points += float(grade.score)
                row.waits |= grade.needs_manual_grade
            penalty = min(points, notebook.late_submission_penalty or 0.0)
            row.penalty += penalty
            row.score += points - penalty
    return rows, float(whole.max_score)
