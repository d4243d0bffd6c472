"""One open gradebook, and transactions of it: all that is written in one is written, or nothing.

nbgrader commits after each cell. In a transaction of ours it has a session that only the end of
the transaction commits, which is SQLAlchemy's own way of joining a session into a transaction.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from nbgrader import api
from sqlalchemy import Connection
from sqlalchemy.orm import scoped_session, sessionmaker

from autograder.gradebook import tables


class OpenGradebook:
    """A gradebook that stays open: opening nbgrader's costs more than writing to it.

    Args:
        url: of the database.
        course_id: as nbgrader has it.
        begin: is given the first transaction in which our tables exist, to fill them.
    """

    def __init__(self, url: str, course_id: str, begin: Callable[[Connection], None]) -> None:
        self._url, self._course_id, self._begin = url, course_id, begin
        self._book: Any = None
        self._inside = False

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """The open gradebook of nbgrader; one transaction within another is part of it.

        Raises:
            SQLAlchemyError: it cannot be opened or written; nothing was.
        """
        if self._inside:
            yield self._book
            return
        if self._book is None:
            self._book = api.Gradebook(self._url, self._course_id)
        with self._book.engine.connect() as connection, connection.begin():
            if connection.dialect.name == "sqlite":
                # Nobody else writes between what is read here and what is written.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            if not tables.exist(connection):
                tables.create(connection)
                self._begin(connection)
            session = scoped_session(
                sessionmaker(
                    connection, expire_on_commit=False, join_transaction_mode="rollback_only"
                )
            )
            self._book.db, self._inside = session, True
            try:
                yield self._book
                session.flush()
            finally:
                self._inside = False
                session.remove()

    def close(self) -> None:
        """Let the database go."""
        if self._book is not None:
            self._book.close()
            self._book = None
