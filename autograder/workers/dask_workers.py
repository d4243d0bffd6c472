"""Which workers of a Dask cluster are of use: ours by version, with one thread and a sandbox."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from distributed import CancelledError, Client, Future
from traitlets.config import Config

from autograder.gradebook.errors import CannotGrade
from autograder.workers.payload import introduce, version

#: Seconds for an answer, between two looks at the workers, and without any worker of use.
ANSWER, LOOK, PATIENCE = 60, 1, 60


class Lost(Exception):  # noqa: N818 - becomes a CannotGrade
    """The scheduler is gone."""


@contextmanager
def or_lost(client: Client) -> Iterator[None]:
    """Dask has many ways to say that the scheduler is no more; here they are `Lost`."""
    check(client)
    try:
        yield
    except (OSError, CancelledError, TimeoutError, RuntimeError) as error:
        raise Lost from error


def check(client: Client) -> None:
    """See that the connection stands.

    Raises:
        Lost: it does not.
    """
    if client.status != "running":
        raise Lost


class Workers:
    """The workers as they come and go.

    Args:
        client: connected.
        config: the instructor's, whose sandbox each worker must be able to build.
        say: is told once about each worker that is of no use, and why.

    Attributes:
        ready: addresses of those that get jobs.
        there: addresses of all.
    """

    def __init__(self, client: Client, config: Config, say: Callable[[str], None]) -> None:
        self._client, self._config, self._say = client, config, say
        self.ready = self.there = frozenset[str]()
        self._asked: dict[str, Future[str]] = {}
        self._useless: dict[str, str] = {}
        self._looked, self._alone_since = 0.0, time.monotonic()

    def look(self) -> None:
        """See who is there, and ask new ones who they are; at most once a second.

        Raises:
            CannotGrade: for a minute there was no worker of use, nor one that may become it.
            Lost: the scheduler is gone.
        """
        now = time.monotonic()
        if now < self._looked + LOOK:
            return
        self._looked = now
        with or_lost(self._client):
            self.there = frozenset(self._client.nthreads())
            for gone in self._asked.keys() - self.there:
                del self._asked[gone]
                self._useless.pop(gone, None)
            for new in self.there - self._asked.keys():
                call = (introduce, self._config, version())
                self._asked[new] = self._client.submit(*call, workers=[new], pure=False)
        self.ready = frozenset(filter(self._is_of_use, self._asked))
        if self.ready or len(self._useless) < len(self._asked):
            self._alone_since = now
        elif now > self._alone_since + PATIENCE:
            why = " ".join(self._useless.values()) or "There is none."
            raise CannotGrade(f"The Dask scheduler has no worker that can be used. {why}")

    def forget(self) -> None:
        """Ask all again: one has turned out to be another than it was."""
        self._asked.clear()
        self.ready = frozenset()

    def _is_of_use(self, address: str) -> bool:
        asked = self._asked[address]
        if address in self._useless or not asked.done():
            return False
        if asked.status == "error":
            why = f"does not know this autograder ({asked.exception(ANSWER)})"
        else:
            try:
                why = asked.result(ANSWER)
            except Exception:  # it has just gone
                check(self._client)
                return False
        if why:
            self._useless[address] = f"The worker {address} gets no notebook: it {why}."
            self._say(self._useless[address])
        return not why
