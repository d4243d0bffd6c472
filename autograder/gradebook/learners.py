"""Who the learners of a course are, and all that each has in one assignment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from nbgrader.api import Gradebook, MissingEntry

from autograder.checks.table import PART_OF
from autograder.errors import fault
from autograder.gradebook.scores import NotebookScores, read_scores


@dataclass(frozen=True)
class Person:
    """A line of the worksheet.

    Attributes:
        number: what Moodle calls the participant, and what the zip's names hold.
        name: "" in blind marking, as `email` and `id_number`.
        when: handed in; None if not, or if the date could not be read.
    """

    number: str
    name: str = ""
    email: str = ""
    id_number: str = ""
    when: datetime | None = None


@dataclass
class Total:
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


def read_totals(gradebook: Gradebook, assignment: str) -> tuple[list[Total], float, dict[str, str]]:
    """All learners of the course, by id, and the points that the assignment has.

    Whoever's marks cannot be read is left out, with the reason.
    """
    faults: dict[str, str] = {}
    try:
        whole = gradebook.find_assignment(assignment)
    except MissingEntry:
        return [], 0.0, faults
    late = {each.student_id: each.total_seconds_late for each in whole.submissions}
    scores = read_scores(gradebook.db, assignment)
    totals = []
    for student in sorted(gradebook.students, key=lambda each: each.id):
        facts = (student.first_name, student.last_name, student.email, student.lms_user_id)
        first, last, email, number = (each or "" for each in facts)
        total = Total(student.id, first, last, email, number)
        total.handed_in = student.id in late
        total.late_days = late.get(student.id, 0.0) / 86_400
        try:
            _add_up(total, scores.get(student.id, {}))
        except Exception as error:  # whatever it is, the others have their lines
            faults[student.id] = fault("There is no line with these marks", error)
        else:
            totals.append(total)
    return totals, float(whole.max_score), faults


def _add_up(total: Total, scores: Mapping[str, NotebookScores]) -> None:
    for name, notebook in scores.items():
        for grade in notebook.grades.values():
            part = PART_OF[grade.check].id if grade.check in PART_OF else name
            total.parts[part] = total.parts.get(part, 0.0) + grade.score
        total.penalty += notebook.penalty
        total.score += notebook.score
        total.waits |= notebook.asks
