"""Gives jobs to a Dask cluster, and hands back what its workers find.

Workers need no file of this machine: a job takes along the bytes of all that it needs. Dask moves
jobs and results between trusted processes only; learners' code stays in the sandbox of the worker
that runs it. This process alone writes.

A worker says first whether it is of use. One that is declares a resource of this run, which every
job demands: so Dask gives jobs to such workers alone, and gives them again where one has died.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Any

from distributed import CancelledError, Client, Future, KilledWorker
from traitlets.config import Config

from autograder.gradebook.errors import CannotGrade
from autograder.submissions.read import NotGradable
from autograder.workers.job import Job, Result
from autograder.workers.payload import introduce, pack, run_payload, version

#: Seconds to connect, for an answer, between two looks at the workers, without any of use.
_CONNECT, _ANSWER, _LOOK, PATIENCE = 5, 60, 1, 60
#: Jobs given out for each worker: one that it works on, and one that waits there for it.
_EACH = 2
#: How often a job is given out whose result is lost on the way.
_TRIES = 3

Results = Generator[list[tuple[Job, Result]]]


class _Lost(Exception):  # noqa: N818 - becomes a CannotGrade
    """The scheduler is gone."""


@contextmanager
def cluster(
    address: str, say: Callable[[str], None]
) -> Iterator[Callable[[Sequence[Job]], Results]]:
    """Connect to a scheduler.

    Args:
        address: such as `tcp://HOST:8786`.
        say: is told once about each worker that is of no use.

    Yields:
        A function that runs all jobs that it gets, as `pool.run_jobs` does. It raises CannotGrade
        if the scheduler is lost, or has no worker of use for a minute.

    Raises:
        CannotGrade: no scheduler answers there.
    """
    # What is wrong is said in one sentence; its log would say it in forty lines.
    for name in list(logging.root.manager.loggerDict):  # each part of it has a level of its own
        if name.split(".")[0] in ("distributed", "tornado", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=_CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise CannotGrade(
            f"No Dask scheduler answers at {address}. Start one with `dask scheduler`, and give "
            "the address that it prints."
        ) from error

    def run_jobs(jobs: Sequence[Job]) -> Results:
        try:
            if jobs:
                yield from _Run(client, jobs, _Workers(client, jobs[0].config, say)).results()
        except _Lost as error:
            raise CannotGrade(
                f"The Dask scheduler at {address} was lost. What was graded is kept; run the "
                "command again for the rest."
            ) from error

    try:
        yield run_jobs
    finally:
        client.close(timeout=_CONNECT)


@contextmanager
def _or_lost(client: Client) -> Iterator[None]:
    """Dask has many ways to say that the scheduler is no more; here they are `_Lost`."""
    _check(client)
    try:
        yield
    except (OSError, CancelledError, TimeoutError, RuntimeError) as error:
        raise _Lost from error


def _check(client: Client) -> None:
    """See that the connection stands."""
    if client.status != "running":
        raise _Lost


class _Workers:
    """The workers as they come and go.

    Args:
        client: connected.
        config: the instructor's, whose sandbox each worker must be able to build.
        say: is told once about each worker that is of no use, and why.

    Attributes:
        resource: what those of use have declared.
        ready: how many they are.
    """

    def __init__(self, client: Client, config: Config, say: Callable[[str], None]) -> None:
        self._client, self._config, self._say = client, config, say
        self.resource, self.ready = f"notebooks-{uuid.uuid4().hex}", 0
        self._asked: dict[str, Future[str]] = {}
        self._useless: dict[str, str] = {}
        self._looked, self._alone_since = 0.0, time.monotonic()

    def look(self) -> None:
        """See who is there, and ask new ones who they are; at most once a second.

        Raises:
            CannotGrade: for a minute there was no worker of use, nor one that may become it.
            _Lost: the scheduler is gone.
        """
        now = time.monotonic()
        if now < self._looked + _LOOK:
            return
        self._looked = now
        with _or_lost(self._client):
            there = self._client.nthreads().keys()
            for gone in self._asked.keys() - there:
                del self._asked[gone]
                self._useless.pop(gone, None)
            for new in there - self._asked.keys():
                call = (introduce, self._config, version(), self.resource)
                self._asked[new] = self._client.submit(*call, workers=[new], pure=False)
        self.ready = sum(map(self._is_of_use, self._asked))
        if self.ready or len(self._useless) < len(self._asked):
            self._alone_since = now
        elif now > self._alone_since + PATIENCE:
            why = " ".join(self._useless.values()) or "There is none."
            raise CannotGrade(f"The Dask scheduler has no worker that can be used. {why}")

    def _is_of_use(self, address: str) -> bool:
        asked = self._asked[address]
        if address in self._useless or not asked.done():
            return False
        if asked.status == "error":
            why = f"does not know this autograder ({asked.exception(_ANSWER)})"
        else:
            try:
                why = asked.result(_ANSWER)
            except Exception:  # it has just gone
                _check(self._client)
                return False
        if why:
            self._useless[address] = f"The worker {address} gets no notebook: it {why}."
            self._say(self._useless[address])
        return not why


class _Run:
    """One list of jobs on its way through the cluster."""

    def __init__(self, client: Client, jobs: Sequence[Job], workers: _Workers) -> None:
        self._client, self._workers = client, workers
        self._left = deque(jobs)
        self._doubtful: list[Job] = []  # workers have died while they had these
        #: What was given out, and whether nothing else was.
        self._given: dict[Any, tuple[Job, bool]] = {}
        self._done: SimpleQueue[Future[Result]] = SimpleQueue()
        self._lost: Counter[int] = Counter()

    def results(self) -> Results:
        """Each job once, in the order in which they are done."""
        while self._left or self._given or self._doubtful:
            self._workers.look()
            yield from self._give_out()
            try:
                futures = [self._done.get(timeout=_LOOK)]
            except Empty:
                _check(self._client)
                continue
            with suppress(Empty):  # all that have come while the last ones were written
                while True:
                    futures.append(self._done.get_nowait())
            done = []
            for future in futures:
                job, alone = self._given.pop(future.key)
                if result := self._result(future, job, alone):
                    done.append((job, result))
            if done:
                yield done

    def _give_out(self) -> Results:
        """Give out as much as is worked on soon; what cannot be packed is done with."""
        while self._left and len(self._given) < _EACH * self._workers.ready:
            yield from self._give(self._left.popleft())
        # Jobs that were with a worker that died are tried one at a time: most are innocent.
        if self._doubtful and self._workers.ready and not self._left and not self._given:
            yield from self._give(self._doubtful.pop(), alone=True)

    def _give(self, job: Job, alone: bool = False) -> Results:
        try:
            payload = pack(job)
        except (NotGradable, OSError) as error:
            yield [(job, _fault(job, str(error)))]
            return
        needed = {self._workers.resource: 1}
        with _or_lost(self._client):
            future = self._client.submit(run_payload, payload, resources=needed, pure=False)
        self._given[future.key] = (job, alone)
        future.add_done_callback(self._done.put)

    def _result(self, future: Future[Result], job: Job, alone: bool) -> Result | None:
        """What became of a job; None if it is given out again."""
        if future.status == "error":
            error = future.exception(_ANSWER)
            if not isinstance(error, KilledWorker):
                return _fault(job, f"{type(error).__name__}: {error}")
            if alone:
                return _fault(job, "each worker that tried it has died")
            self._doubtful.append(job)
            return None
        if future.status != "finished":
            raise _Lost
        try:
            result: Result = future.result(_ANSWER)
        except Exception as error:  # its worker has gone since
            _check(self._client)
            self._lost[id(job)] += 1
            if self._lost[id(job)] == _TRIES:
                return _fault(job, f"{type(error).__name__}: {error}")
            self._left.appendleft(job)
            return None
        return result


def _fault(job: Job, why: str) -> Result:
    words = f"{job.path.name} could not be graded: {why}."
    return Result(error=("internal", words))
