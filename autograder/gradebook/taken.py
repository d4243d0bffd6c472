"""Who has taken up what waits for a person, so that two do not decide the same."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select

from autograder.gradebook.decisions import now
from autograder.gradebook.tables import TAKEN, of_students


class Taken(NamedTuple):
    """Who has taken up a grade's question, and since when, in UTC as ISO 8601."""

    by: str
    when: str


def read_taken(
    session: Any, assignment: str, students: Collection[str] | None = None
) -> dict[str, Taken]:
    """What is taken up, by nbgrader's id of the grade."""
    wanted = select(TAKEN.c.grade, TAKEN.c.by, TAKEN.c.when)
    rows = session.execute(of_students(wanted, TAKEN, assignment, students))
    return {grade: Taken(by, when) for grade, by, when in rows}


def write_taken(session: Any, assignment: str, by: str, grades: Iterable[tuple[str, str]]) -> None:
    """Note who takes these up: ids of grades, each with its learner; in place of who had them."""
    for grade, student in grades:
        settled(session, [grade])
        whose = {"grade": grade, "assignment": assignment, "student": student}
        session.execute(insert(TAKEN).values(**whose, by=by, when=now()))


def settled(session: Any, grades: Iterable[str]) -> None:
    """Forget who had taken these up: they are settled, or given back."""
    if ids := list(grades):
        session.execute(delete(TAKEN).where(TAKEN.c.grade.in_(ids)))
