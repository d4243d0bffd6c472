"""One open gradebook for all that is written: opening nbgrader's costs more than writing to it.

nbgrader's preprocessors open a gradebook of their own each, and commit after each cell. While a
`transaction` lasts they get this one, and all is committed at its end, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from nbgrader import api
from nbgrader.preprocessors import latesubmissions, overwritecells, saveautogrades

_WRITERS = (latesubmissions, overwritecells, saveautogrades)


class SharedGradebook:
    """A gradebook that stays open.

    Args:
        url: of the database.
        course_id: as nbgrader has it.
    """

    def __init__(self, url: str, course_id: str) -> None:
        self._url, self._course_id = url, course_id
        self._book: Any = None
        self._depth = 0

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """The open gradebook; one transaction within another is part of it.

        Raises:
            SQLAlchemyError: it cannot be opened or written; nothing was.
        """
        if self._book is None:
            self._book = api.Gradebook(self._url, self._course_id)
        if self._depth:
            yield self._book
            return
        session = self._book.db
        self._depth += 1
        try:
            with ExitStack() as stack:
                stack.enter_context(patch.object(session, "commit", session.flush))
                for module in _WRITERS:
                    stack.enter_context(patch.object(module, "Gradebook", self._lend))
                yield self._book
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            self._depth -= 1

    def close(self) -> None:
        """Let the database go."""
        if self._book is not None:
            self._book.close()
            self._book = None

    def _lend(self, *_: Any, **__: Any) -> _Lent:
        return _Lent(self._book)


class _Lent:
    """The gradebook as nbgrader's preprocessors use it; closing it closes nothing."""

    def __init__(self, book: Any) -> None:
        self._book = book

    def __enter__(self) -> Any:
        return self._book

    def __exit__(self, *_: object) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        return getattr(self._book, name)
