"""Two learners of the gradebook turn out to be one, in all tables.

It is part of the caller's transaction; `session` is nbgrader's.
"""

from collections.abc import Collection
from typing import Any

from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import delete, select, update

from autograder.gradebook.people import FACTS, delete_notebooks, rename, submissions_of
from autograder.gradebook.tables import RECORDS


def merge(session: Any, old: str, new: str, taken: Collection[tuple[str, str]]) -> None:
    """Give all of one learner to another, and leave one of both where both have something.

    Of `taken`, assignment and notebook, what `old` has counts; of others, what `new` has, if there
    is anything. What persons have written, and extra credit, stays where the other one has none.
    """
    for submission in submissions_of(session, old):
        whole = session.get(SubmittedAssignment, submission)
        name = session.get(Assignment, whole.assignment_id).name
        target = session.scalar(
            select(SubmittedAssignment).where(
                SubmittedAssignment.student_id == new,
                SubmittedAssignment.assignment_id == whole.assignment_id,
            )
        )
        if target is None:
            continue  # it is given away as a whole, below
        hours = [each for each in (whole.timestamp, target.timestamp) if each is not None]
        target.timestamp = max(hours, default=None)
        there = {each.notebook_id: each.id for each in target.notebooks}
        theirs = {each.notebook_id: each.id for each in whole.notebooks}
        session.flush()
        for notebook, ours in theirs.items():
            other = there.get(notebook)
            title = session.get(Notebook, notebook).name
            if other is not None:
                stays, goes = (ours, other) if (name, title) in taken else (other, ours)
                _keep_words(session, stays, goes)
                whose = new if goes == other else old
                delete_notebooks(session, [goes])
                session.execute(
                    delete(RECORDS).where(
                        RECORDS.c.student == whose,
                        RECORDS.c.assignment == name,
                        RECORDS.c.notebook == title,
                    )
                )
            moved = update(SubmittedNotebook).where(SubmittedNotebook.id == ours)
            session.execute(moved.values(assignment_id=target.id))
        gone = delete(SubmittedAssignment).where(SubmittedAssignment.id == submission)
        session.execute(gone)
        session.expire_all()
    first, second = session.get(Student, old), session.get(Student, new)
    if first is not None and second is not None:
        for fact in FACTS:
            if not getattr(second, fact):
                setattr(second, fact, getattr(first, fact))
        session.flush()
    rename(session, old, new)


def _keep_words(session: Any, stays: str, goes: str) -> None:
    for kind, column in ((Comment, "manual_comment"), (Grade, "extra_credit")):
        said = select(kind.cell_id, getattr(kind, column)).where(
            kind.notebook_id == goes, getattr(kind, column).is_not(None)
        )
        for cell, value in session.execute(said).all():
            empty = update(kind).where(
                kind.notebook_id == stays, kind.cell_id == cell, getattr(kind, column).is_(None)
            )
            session.execute(empty.values({column: value}))
