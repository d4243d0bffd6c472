"""What `grade` has told a person to look at, so that a later run can tell what is new."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import delete, insert, select

from autograder.gradebook.tables import TOLD, of_students


def tell(
    session: Any, assignment: str, students: Collection[str], asked: Mapping[str, str]
) -> set[str]:
    """Note what is asked now about these learners, in place of what was asked before.

    It is whom each question is about, by a key that stays the same as long as it is asked.

    Returns:
        The keys of what was not asked before.
    """
    wanted = of_students(select(TOLD.c.question), TOLD, assignment, students)
    known = set(session.execute(wanted).scalars())
    for question in known - asked.keys():
        gone = (TOLD.c.assignment == assignment, TOLD.c.question == question)
        session.execute(delete(TOLD).where(*gone))
    for question in asked.keys() - known:
        values = {"assignment": assignment, "student": asked[question], "question": question}
        session.execute(insert(TOLD).values(**values))
    return asked.keys() - known
