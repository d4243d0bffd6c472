"""What a learner has in an assignment. Whoever shows or hands on marks takes them from here."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student, SubmittedAssignment

from autograder.checks.table import PART_OF
from autograder.errors import fault
from autograder.gradebook.scores import NotebookScores, read_scores
from helpers.text import count


@dataclass
class Standing:
    """One learner's marks in one assignment.

    Attributes:
        number: the LMS's own for the learner; "" if it is not known.
        most: points that the assignment has.
        handed_in: there is a submission.
        arrived, due: its hour and its deadline, in UTC without a zone, as nbgrader has them.
        extended: seconds by which the deadline is later for this learner, and `due` with it.
        late: seconds since the deadline; 0 if in time.
        notebooks: what counts in each, by name.
    """

    student: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    number: str = ""
    most: float = 0.0
    handed_in: bool = False
    arrived: datetime | None = None
    due: datetime | None = None
    extended: float = 0.0
    late: float = 0.0
    notebooks: dict[str, NotebookScores] = field(default_factory=dict)

    @property
    def parts(self) -> dict[str, float]:
        """Points by exercise, or by notebook in another course; before penalties."""
        found: dict[str, float] = {}
        for name, notebook in self.notebooks.items():
            for grade in notebook.grades.values():
                part = PART_OF[grade.check].id if grade.check in PART_OF else name
                found[part] = found.get(part, 0.0) + grade.score
        return found

    @property
    def lost(self) -> float:
        """Points taken off for being late."""
        return sum(each.lost for each in self.notebooks.values())

    @property
    def score(self) -> float:
        """What counts, less what is taken off."""
        return sum(each.score for each in self.notebooks.values())

    @property
    def waits(self) -> bool:
        """A mark has to be confirmed by a person."""
        return any(each.asks for each in self.notebooks.values())


def read_standings(
    gradebook: Gradebook, assignment: str, students: Collection[str] | None = None
) -> tuple[dict[str, Standing], dict[str, str]]:
    """All learners of the course, or some, by id; and whose marks cannot be read, with why."""
    found: dict[str, Standing] = {}
    faults: dict[str, str] = {}
    try:
        whole = gradebook.find_assignment(assignment)
    except MissingEntry:
        return found, faults
    submissions = {each.student_id: each for each in whole.submissions}
    scores = read_scores(gradebook.db, assignment, students)
    for each in sorted(gradebook.students, key=lambda student: student.id):
        if students is None or each.id in students:
            try:
                found[each.id] = _standing(
                    each, whole, scores.get(each.id, {}), submissions.get(each.id)
                )
            except Exception as error:  # whatever it is, the others have their lines
                faults[each.id] = fault("What this learner has could not be worked out", error)
    return found, faults


def _standing(
    student: Student,
    assignment: Assignment,
    notebooks: dict[str, NotebookScores],
    handed_in: SubmittedAssignment | None,
) -> Standing:
    names = (student.first_name, student.last_name, student.email, student.lms_user_id)
    first, last, email, number = (each or "" for each in names)
    found = Standing(student.id, first, last, email, number, assignment.max_score)
    found.due, found.notebooks = assignment.duedate, notebooks
    if handed_in is not None:
        found.handed_in = True
        found.arrived, found.late = handed_in.timestamp, handed_in.total_seconds_late
        if handed_in.extension:
            found.due, found.extended = handed_in.duedate, handed_in.extension.total_seconds()
    _ = found.score, found.parts  # now, where what goes wrong is this learner's alone
    return found


def span(seconds: float) -> str:
    """How long something took or was late, for people: `2 days 1 hour`, `40 minutes`."""
    minutes = max(1, round(seconds / 60))
    spans = ((minutes // 1440, "day"), (minutes % 1440 // 60, "hour"), (minutes % 60, "minute"))
    told = [count(number, unit) for number, unit in spans if number]
    return " ".join(told[:2])
