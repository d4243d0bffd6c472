"""A learner gets another id, or leaves: in all tables of the gradebook.

Whatever is done here is part of the caller's transaction; `session` is nbgrader's.
"""

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from nbgrader.api import (
    Comment,
    Grade,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import (
    MetaData,
    Select,
    create_engine,
    delete,
    exists,
    func,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import String

from autograder.gradebook.errors import CannotGrade, why_not
from autograder.gradebook.tables import ALL, EFFECTS, RECORDS, TAKEN

#: Of nbgrader's student, what is known beside the id.
FACTS = ("first_name", "last_name", "email", "lms_user_id")
_NBGRADERS = ("comment", "grade", "submitted_notebook", "submitted_assignment", "student")


def counts(session: Any, student: str) -> dict[str, int]:
    """How many rows of each kind are about a learner; {} for nobody."""
    known = session.get(Student, student) is not None
    found = {"submission": session.scalar(_counted(SubmittedAssignment.student_id, student))}
    for table in ALL.sorted_tables:
        if "student" in table.c:
            kind = table.name.removeprefix("autograder_")
            found[kind] = session.scalar(_counted(table.c.student, student))
    return found if known or any(found.values()) else {}


def _counted(column: Any, student: str) -> Select[Any]:
    return select(func.count()).where(column == student)


def rename(session: Any, old: str, new: str) -> None:
    """Give all that is about a learner to an id that nobody has; nothing if there is nothing."""
    if (student := session.get(Student, old)) is not None:
        facts = {name: getattr(student, name) for name in FACTS}
        if session.get(Student, new) is None:
            session.add(Student(id=new, **facts))
            session.flush()
        of_old = update(SubmittedAssignment).where(SubmittedAssignment.student_id == old)
        session.execute(of_old.values(student_id=new))
        session.execute(delete(Student).where(Student.id == old))
    _give(session, old, new)
    session.expire_all()


def _give(session: Any, old: str, new: str) -> None:
    for table in ALL.sorted_tables:
        if "student" in table.c:
            if table is RECORDS:
                _readdress(session, old, new)
            if table.c.student.primary_key:  # what the other one has already stays
                others = [each for each in table.primary_key if each.name != "student"]
                there = table.alias()
                same = [there.c[each.name] == each for each in others]
                double = exists().where(there.c.student == new, *same)
                session.execute(delete(table).where(table.c.student == old, double))
            session.execute(update(table).where(table.c.student == old).values(student=new))


def _readdress(session: Any, old: str, new: str) -> None:
    """A record says itself whose it is."""
    wanted = select(RECORDS.c.assignment, RECORDS.c.notebook, RECORDS.c.content)
    for assignment, notebook, content in session.execute(
        wanted.where(RECORDS.c.student == old)
    ).all():
        session.execute(
            update(RECORDS)
            .where(
                RECORDS.c.student == old,
                RECORDS.c.assignment == assignment,
                RECORDS.c.notebook == notebook,
            )
            .values(content=json.dumps({**json.loads(content), "student": new}))
        )


def remove(session: Any, student: str) -> None:
    """Delete all that is about a learner."""
    if session.bind.dialect.name == "sqlite":  # what is deleted is overwritten
        session.connection().exec_driver_sql("PRAGMA secure_delete = ON")
    submissions = submissions_of(session, student)
    wanted = select(SubmittedNotebook.id).where(SubmittedNotebook.assignment_id.in_(submissions))
    delete_notebooks(session, list(session.scalars(wanted)))
    session.execute(delete(SubmittedAssignment).where(SubmittedAssignment.id.in_(submissions)))
    for table in ALL.sorted_tables:
        if "student" in table.c:
            session.execute(delete(table).where(table.c.student == student))
    session.execute(delete(Student).where(Student.id == student))
    session.expire_all()


def submissions_of(session: Any, student: str) -> list[str]:
    """A learner's submissions, by nbgrader's ids."""
    wanted = select(SubmittedAssignment.id).where(SubmittedAssignment.student_id == student)
    return list(session.scalars(wanted))


def delete_notebooks(session: Any, notebooks: Collection[str]) -> None:
    """Delete submitted notebooks, by nbgrader's ids."""
    grades = select(Grade.id).where(Grade.notebook_id.in_(notebooks))
    for table in (EFFECTS, TAKEN):
        session.execute(delete(table).where(table.c.grade.in_(grades)))
    for kind in (Grade, Comment):
        session.execute(delete(kind).where(kind.notebook_id.in_(notebooks)))
    session.execute(delete(SubmittedNotebook).where(SubmittedNotebook.id.in_(notebooks)))


def mentions(session: Any, named: re.Pattern[str]) -> Iterator[str]:
    """Which columns of the gradebook still hold one of a learner's names."""
    every = MetaData()
    every.reflect(session.connection())
    for table in every.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, String) and any(
                named.search(text) for text in session.scalars(select(column)) if text
            ):
                yield f"{table.name}.{column.name}"


def compact(url: str) -> None:
    """Have the database keep nothing of what was deleted, as far as it can be told to.

    Raises:
        CannotGrade: somebody else holds it, or it cannot be written.
    """
    kind = make_url(url).get_backend_name()
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            if kind == "sqlite":
                connection.exec_driver_sql("VACUUM")
            elif kind == "postgresql":
                connection.exec_driver_sql("SET lock_timeout = '20s'")
                for table in (*_NBGRADERS, *ALL.tables):
                    connection.exec_driver_sql(f"VACUUM FULL {table}")
    except SQLAlchemyError as error:
        raise CannotGrade(why_not(url, str(error))) from error
    finally:
        engine.dispose()
