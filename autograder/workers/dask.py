"""Gives jobs to a Dask cluster, and hands back what its workers find.

Workers need no file of this machine: a job takes along the bytes of all that it needs. Dask moves
jobs and results between trusted processes only; learners' code stays in the sandbox of the worker
that runs it. This process alone writes.

A worker says first whether it is of use, and jobs go to such workers alone. Dask gives a job again
where its worker has died, as long as one is left of those that were of use then.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from distributed import Client, Future, KilledWorker

from autograder.gradebook.errors import CannotGrade
from autograder.submissions.read import NotGradable
from autograder.workers.dask_workers import (
    ANSWER,
    LOOK,
    Lost,
    Workers,
    check,
    or_lost,
    pack,
    run_packed,
    version,
)
from autograder.workers.job import Job, Result, Results, lost

#: Seconds for the scheduler to answer the first time.
_CONNECT = 5
#: Jobs given out for each worker: one that it works on, and one that waits there for it.
_EACH = 2


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
                yield from _Run(client, jobs, Workers(client, jobs[0].config, say)).results()
        except Lost as error:
            raise CannotGrade(
                f"The Dask scheduler at {address} was lost. What was graded is kept; run the "
                "command again for the rest."
            ) from error

    try:
        yield run_jobs
    finally:
        client.close(timeout=_CONNECT)


@dataclass(frozen=True)
class _Given:
    """A job that was given out, the workers that may do it, and whether no other was out."""

    future: Future[Result | None]
    job: Job
    workers: frozenset[str]
    alone: bool


class _Run:
    """One list of jobs on its way through the cluster."""

    def __init__(self, client: Client, jobs: Sequence[Job], workers: Workers) -> None:
        self._client, self._workers = client, workers
        self._left = deque(jobs)
        self._doubtful: list[Job] = []  # workers have died while they had these, or their results
        self._given: dict[Any, _Given] = {}
        self._done: SimpleQueue[Future[Any]] = SimpleQueue()

    def results(self) -> Results:
        """Each job once, in the order in which they are done."""
        while self._left or self._given or self._doubtful:
            self._workers.look()
            self._take_back()
            yield from self._give_out()
            try:
                futures = [self._done.get(timeout=LOOK)]
            except Empty:
                check(self._client)
                continue
            with suppress(Empty):  # all that have come while the last ones were written
                while True:
                    futures.append(self._done.get_nowait())
            done = []
            for future in futures:
                given = self._given.pop(future.key, None)  # None where it was taken back
                if given is not None and (result := self._result(given)):
                    done.append((given.job, result))
            if done:
                yield done

    def _take_back(self) -> None:
        """Take jobs back where no worker is left that may do them."""
        for key, given in list(self._given.items()):
            if not given.workers & self._workers.there:
                del self._given[key]
                given.future.cancel()
                self._left.appendleft(given.job)

    def _give_out(self) -> Results:
        """Give out as much as is worked on soon; what cannot be packed is done with."""
        while self._left and len(self._given) < _EACH * len(self._workers.ready):
            yield from self._give(self._left.popleft())
        # Jobs that were with a worker that died are tried one at a time: most are innocent.
        if self._doubtful and self._workers.ready and not self._left and not self._given:
            yield from self._give(self._doubtful.pop(), alone=True)

    def _give(self, job: Job, alone: bool = False) -> Results:
        try:
            packed = pack(job)
        except (NotGradable, OSError) as error:
            yield [(job, lost(job, str(error)))]
            return
        workers = self._workers.ready
        with or_lost(self._client):
            call = (run_packed, *packed, version())
            future = self._client.submit(*call, workers=list(workers), pure=False)
        self._given[future.key] = _Given(future, job, workers, alone)
        future.add_done_callback(self._done.put)

    def _result(self, given: _Given) -> Result | None:
        """What became of a job; None if it is given out again."""
        future, job = given.future, given.job
        if future.status == "finished":
            try:
                result = future.result(ANSWER)
            except Exception as error:  # its worker has gone since
                check(self._client)
                why = f"{type(error).__name__}: {error}"
            else:
                if result is None:  # the worker was started again, with another version
                    self._workers.forget()
                    self._left.appendleft(job)
                return result
        elif future.status == "error":
            raised = future.exception(ANSWER)
            if not isinstance(raised, KilledWorker):
                return lost(job, f"{type(raised).__name__}: {raised}")
            why = "each worker that tried it has died"
        else:
            raise Lost
        if given.alone:
            return lost(job, why)
        self._doubtful.append(job)
        return None
