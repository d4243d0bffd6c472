"""What is kept beside nbgrader's own tables, in the same database and so in one transaction.

nbgrader reads and writes its tables as ever, and knows nothing of these.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    inspect,
)
from sqlalchemy.schema import CreateColumn

ALL = MetaData()


def _named(name: str, *, key: bool = True) -> Column[str]:
    return Column(name, String(128), primary_key=key, nullable=False)


#: What was graded, when and how: JSON of a `records.Record`, and apart from it what the rule of
#: marks needs of every record: what identifies the file, the checks that a flag is about, and
#: whether the file could be read; in older rows, `content` alone tells that.
RECORDS = Table(
    "autograder_record",
    ALL,
    *map(_named, ("assignment", "student", "notebook")),
    *(Column(name, Text, nullable=False) for name in ("content", "submission", "flagged")),
    Column("readable", Boolean),
)
#: What persons have decided, in order; see `decisions.Decision`.
DECISIONS = Table(
    "autograder_decision",
    ALL,
    Column("number", Integer, primary_key=True, autoincrement=True),
    *(_named(name, key=False) for name in ("assignment", "student", "notebook", "check")),
    Column("kind", String(16), nullable=False),
    Column("points", Float),
    Column("before", Float, nullable=False),
    *(Column(name, Text, nullable=False) for name in ("by", "reason", "when", "submission")),
    Column("most", Float),
    Column("over", Integer),
)
#: What decisions and flags have made of one of nbgrader's grades: the points that a person has
#: given, the number of that decision, what it waits for. No row: none, none, nothing.
EFFECTS = Table(
    "autograder_effect",
    ALL,
    Column("grade", String(32), primary_key=True),
    *(_named(name, key=False) for name in ("assignment", "student")),
    Column("manual", Float),
    Column("decision", Integer),
    Column("waits", String(16), nullable=False),
)
#: What `grade` has told a person to look at, so that another run knows what is new; see `told`.
TOLD = Table(
    "autograder_told",
    ALL,
    *map(_named, ("assignment", "student", "question")),
)
#: Later deadlines, in order; see `extensions.Extension`.
EXTENSIONS = Table(
    "autograder_extension",
    ALL,
    Column("number", Integer, primary_key=True, autoincrement=True),
    *(_named(name, key=False) for name in ("student", "assignment")),
    Column("days", Float),
    *(Column(name, Text, nullable=False) for name in ("until", "by", "reason", "when")),
)


#: Who has taken up what waits for a person, by nbgrader's id of the grade.
TAKEN = Table(
    "autograder_taken",
    ALL,
    Column("grade", String(32), primary_key=True),
    *(_named(name, key=False) for name in ("assignment", "student")),
    *(Column(name, Text, nullable=False) for name in ("by", "when")),
)


def make(connection: Connection) -> bool:
    """Make the tables, and the columns, that a gradebook of an earlier version lacks.

    Such a column has to take NULL. Returns True if there was none of these tables.
    """
    there = inspect(connection)
    fresh = not there.has_table(RECORDS.name)
    kept = [table for table in ALL.sorted_tables if there.has_table(table.name)]
    ALL.create_all(connection)
    for table in kept:
        known = {column["name"] for column in there.get_columns(table.name)}
        for column in table.columns:
            if column.name not in known:
                column_of = CreateColumn(column).compile(dialect=connection.dialect)
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {column_of}")
    return fresh


def of_students(
    wanted: Select[Any], table: Table, assignment: str, students: Collection[str] | None
) -> Select[Any]:
    """The rows of an assignment; those of some learners only, unless `students` is None."""
    wanted = wanted.where(table.c.assignment == assignment)
    return wanted if students is None else wanted.where(table.c.student.in_(students))
