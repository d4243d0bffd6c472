"""Later deadlines for one learner or for everybody, with author and reason; nothing is deleted.

What counts goes into nbgrader's own column of each submission. So it holds for whatever works out
what being late costs: any plugin, nbgrader's own commands, and formgrader.
"""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from nbgrader.api import Assignment, SubmittedAssignment
from sqlalchemy import insert, select

from autograder.gradebook.decisions import EVERYBODY
from autograder.gradebook.tables import EXTENSIONS


@dataclass(frozen=True)
class Extension:
    """A later deadline.

    Attributes:
        student: a learner's id, or `EVERYBODY`.
        assignment: "" for all of them.
        days: by which it is later; 0 takes one back. None with `until`.
        until: the new deadline, in UTC as ISO 8601; "" with `days`.
        when: it was given, in UTC, as ISO 8601.
        number: its place in the order; 0 before it is entered.
    """

    student: str
    assignment: str
    days: float | None
    until: str
    by: str
    reason: str
    when: str
    number: int = 0

    def longer(self, due: datetime) -> timedelta:
        """By how much a deadline is later."""
        if self.days is not None:
            return timedelta(days=self.days)
        return max(timedelta(), datetime.fromisoformat(self.until).replace(tzinfo=None) - due)


def read_extensions(session: Any) -> list[Extension]:
    """All of a course; the oldest first."""
    rows = session.execute(select(EXTENSIONS).order_by(EXTENSIONS.c.number)).mappings()
    return [
        Extension(**{name: row[name] for name in Extension.__dataclass_fields__}) for row in rows
    ]


def write_extension(session: Any, made: Extension) -> None:
    """Put one on record."""
    values = {name: value for name, value in asdict(made).items() if name != "number"}
    session.execute(insert(EXTENSIONS).values(**values))


def newest(extensions: Iterable[Extension]) -> list[Extension]:
    """The newest of each kind: a learner's, or everybody's, in one assignment, or in all."""
    return list({(each.student, each.assignment): each for each in extensions}.values())


def extend_submissions(session: Any, students: Collection[str] | None = None) -> None:
    """Have nbgrader know by how much each submission may be later: the longest that counts.

    Of learners about whom nothing is on record, whatever nbgrader has stays.
    """
    extensions = read_extensions(session)
    if not extensions:
        return
    named, counts = {each.student for each in extensions}, newest(extensions)
    wanted = select(SubmittedAssignment, Assignment).join(Assignment)
    if students is not None:
        wanted = wanted.where(SubmittedAssignment.student_id.in_(students))
    for submission, assignment in session.execute(wanted).all():
        if EVERYBODY not in named and submission.student_id not in named:
            continue
        due = assignment.duedate  # without one, nbgrader cannot add anything to it
        found = [
            each.longer(due)
            for each in counts
            if due is not None
            and each.student in (submission.student_id, EVERYBODY)
            and each.assignment in (assignment.name, "")
        ]
        longest = max(found, default=None) or None
        if submission.extension != longest:
            submission.extension = longest
    session.flush()
