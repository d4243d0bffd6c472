"""The gradebook's database: one connection of nbgrader's, in transactions whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbgrader import api
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import make_url
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import scoped_session, sessionmaker

from autograder.course.nbgrader_log import quiet
from autograder.gradebook.errors import CannotGrade, why_not
from autograder.gradebook.tables import make
from autograder.gradebook.takeover import take_over

#: Milliseconds that a command waits for another one to have written.
_PATIENCE = 30_000


class Database:
    """The database of a course, with nbgrader's tables and ours.

    In the folder `kept` earlier releases have left records and decisions, which it takes over.
    """

    def __init__(self, coursedir: CourseDirectory, kept: Path) -> None:
        self._coursedir, self._kept = coursedir, kept
        # nbgrader's own stays open: opening it costs more than writing to it.
        self._book: Any = None
        self._inside = False
        self._has_tables = False

    def close(self) -> None:
        """Let the database go, for another program or another connection."""
        if self._book is not None:
            self._book.close()
            self._book, self._has_tables = None, False

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """What is written in the block, to nbgrader's gradebook, is written whole or not at all.

        One transaction within another is part of it.
        """
        if self._inside:
            yield self._book
            return
        url, course_id = self._coursedir.db_url, self._coursedir.course_id
        with quiet():
            try:
                _make_whole(url, course_id)
                if self._book is None:
                    self._book = api.Gradebook(url, course_id)
                with self._written() as gradebook:
                    yield gradebook
            except (DataError, IntegrityError):
                raise  # about what was to be written, and not about the gradebook
            except SQLAlchemyError as error:
                raise CannotGrade(why_not(url, str(error))) from error

    @contextmanager
    def _written(self) -> Iterator[Any]:
        """A session that only the end commits: by itself, nbgrader commits after each cell.

        This is SQLAlchemy's own way of joining a session into a transaction.
        """
        with self._book.engine.connect() as connection, connection.begin():
            if connection.dialect.name == "sqlite":
                # Others may write too, each for a moment: a class's worth of them takes a while.
                connection.exec_driver_sql(f"PRAGMA busy_timeout = {_PATIENCE}")
                # Nobody else writes between what is read here and what is written.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            if not self._has_tables and make(connection):
                take_over(connection, self._kept)
            session = scoped_session(
                sessionmaker(
                    connection, expire_on_commit=False, join_transaction_mode="rollback_only"
                )
            )
            self._book.db, self._inside = session, True
            try:
                yield self._book
                session.flush()
                self._has_tables = True
            finally:
                self._inside = False
                session.remove()


def _make_whole(url: str, name: str) -> None:
    """Make a new gradebook elsewhere and put it in its place.

    nbgrader writes its version last: one that was stopped before could never be upgraded.
    """
    place = make_url(url)
    if not place.drivername.startswith("sqlite") or not place.database:
        return
    path = Path(place.database)
    if place.query or path.exists() or not path.parent.is_dir():
        return
    fresh = path.with_name(f".{path.name}.new")
    for stale in (fresh, fresh.with_name(f"{fresh.name}-journal")):
        stale.unlink(missing_ok=True)
    api.Gradebook(str(place.set(database=str(fresh))), name).close()
    fresh.replace(path)
