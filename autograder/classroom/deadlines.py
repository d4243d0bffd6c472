"""Deadlines and extensions: what they are, and what changes with them. Marks follow at once."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nbgrader.api import Assignment, SubmittedAssignment
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import select
from traitlets.config import Config

from autograder.classroom.place import Place
from autograder.gradebook.decisions import EVERYBODY, now
from autograder.gradebook.errors import CannotGrade
from autograder.gradebook.extensions import Extension, read_extensions, write_extension
from autograder.gradebook.scores import read_scores
from autograder.lms.layout import STAMP
from autograder.lms.owners import WhoIsWho
from autograder.lms.stated import for_book, from_book
from autograder.submissions.folder import is_new_id

#: Longer than any course.
MOST_DAYS = 3650
_DAY = 86_400


@dataclass
class Followed:
    """What has followed from a new deadline or extension.

    Attributes:
        before: the deadline until then, if it was another.
        changes: learner, assignment, points before and after.
        late: who is late by now, in the assignment that it is about.
        untimed: how many there have no hour of submission.
        known: the learner is in the gradebook.
        instead: the extension that it has taken the place of; None for none.
    """

    before: datetime | None = None
    changes: list[tuple[str, str, float, float]] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    untimed: int = 0
    known: bool = True
    instead: Extension | None = None


def deadlines(place: Place) -> dict[str, datetime | None]:
    """The deadline of each assignment of the course, in this machine's time zone."""
    names = place.assignments()
    with place.book().transaction() as gradebook:
        due = {each.name: each.duedate for each in gradebook.assignments}
    return {name: from_book(due[name]) if due.get(name) else None for name in names}


def late_by_lms(place: Place, assignment: str) -> list[str]:
    """Whom the LMS calls late, without an hour; nobody has stated one since."""
    late = WhoIsWho(place.folder / place.kept, assignment).late()
    folder = place.step("submitted")
    return sorted(each for each in late if not (folder / each / assignment / STAMP).is_file())


def set_deadline(place: Place, assignment: str, when: datetime | None) -> Followed:
    """Set a deadline, or take it away.

    Raises:
        CannotGrade: there is no such assignment, or the gradebook cannot be written.
    """
    _see_that_it_exists(place, assignment)
    with _following(place, None, assignment) as (gradebook, found):
        known = {each.name: each.duedate for each in gradebook.assignments}
        found.before = from_book(known[assignment]) if known.get(assignment) else None
        if when is not None or assignment in known:
            due = for_book(when) if when is not None else None
            gradebook.update_or_create_assignment(assignment, duedate=due)
    return found


def extensions(place: Place) -> list[Extension]:
    """All that were given; the oldest first."""
    with place.book().transaction() as gradebook:
        return read_extensions(gradebook.db)


def extend(
    place: Place,
    student: str | None,
    days: float | None,
    until: datetime | None,
    *,
    assignment: str = "",
    by: str,
    reason: str,
) -> Followed:
    """Give a learner, or everybody, a later deadline: by days, or until an hour; 0 days take back.

    Raises:
        CannotGrade: there is no such assignment, or nobody can have such an id.
    """
    if student is not None and not is_new_id(student):
        raise CannotGrade(f"{student!r} can be no learner's id.")
    if assignment:
        _see_that_it_exists(place, assignment)
    hour = for_book(until).isoformat() if until is not None else ""
    whom = EVERYBODY if student is None else student
    made = Extension(whom, assignment, days, hour, by, reason, now())
    students = None if student is None else [student]
    with _following(place, students, assignment) as (gradebook, found):
        about = {(each.student, each.assignment): each for each in read_extensions(gradebook.db)}
        instead = about.get((whom, assignment))
        found.instead = instead if instead is not None and instead.days != 0 else None
        write_extension(gradebook.db, made)
        found.known = student is None or student in {each.id for each in gradebook.students}
    return found


@contextmanager
def _following(
    place: Place, students: Collection[str] | None, assignment: str
) -> Iterator[tuple[Any, Followed]]:
    """Whatever the block writes, marks follow in the same transaction."""
    book, found = place.book(), Followed()
    book.see_that_it_changes()
    with book.transaction() as gradebook:
        book.settle_all(students)
        before = _points(gradebook, students)
        yield gradebook, found
        gradebook.db.flush()
        gradebook.db.expire_all()
        book.settle_all(students)
        after = _points(gradebook, students)
        found.changes = [
            (*key, before.get(key, 0.0), points)
            for key, points in after.items()
            if points != before.get(key, 0.0)
        ]
        wanted = select(SubmittedAssignment).join(Assignment).where(Assignment.name == assignment)
        for each in gradebook.db.execute(wanted).scalars():
            if students is None or each.student_id in students:
                found.untimed += each.timestamp is None
                found.late += [each.student_id] if each.total_seconds_late > 0 else []
    book.close()


def _points(gradebook: Any, students: Collection[str] | None) -> dict[tuple[str, str], float]:
    return {
        (student, assignment): sum(each.score for each in notebooks.values())
        for assignment in [each.name for each in gradebook.assignments]
        for student, notebooks in read_scores(gradebook.db, assignment).items()
        if students is None or student in students
    }


def _see_that_it_exists(place: Place, assignment: str) -> None:
    if assignment not in (names := place.assignments()):
        there = f"There is: {', '.join(names)}." if names else "It has none."
        raise CannotGrade(f"There is no assignment {assignment!r} in this course. {there}")


def costs_nothing(config: Config) -> bool:
    """Whether nobody loses a point for a month, by the settings of the course."""
    with suppress(Exception):  # a plugin of the course's own may need more than this
        step = AssignLatePenalties(config=config)
        step.init_plugin()
        return not step.plugin_inst.late_submission_penalty("", 10.0, 30.0 * _DAY)
    return False
