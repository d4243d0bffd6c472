"""Gives tasks to a Dask cluster, and hands back what its workers find.

Workers need no file of this machine: a task takes along the bytes of all that it needs. Dask moves
tasks and results between trusted processes only; learners' code stays in the sandbox of the worker
that runs it. This process alone writes.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from distributed import Client, Future, KilledWorker

from autograder.gradebook.errors import CannotGrade
from autograder.submissions.read import NotGradable
from autograder.workers.dask_workers import ANSWER, LOOK, Lost, Workers, check, or_lost
from autograder.workers.job import Found, Task
from autograder.workers.payload import examine_here, pack, version

#: Seconds for the scheduler to answer the first time.
_CONNECT = 5
#: Tasks given out for each worker: one that it works on, and one that waits there for it.
_EACH = 2
#: How often a task is given out whose result is lost on the way.
_TRIES = 3

Results = Generator[list[tuple[Task, Found]]]


@contextmanager
def cluster(
    address: str, say: Callable[[str], None]
) -> Iterator[Callable[[Sequence[Task]], Results]]:
    """Connect to a scheduler.

    Args:
        address: such as `tcp://HOST:8786`.
        say: is told once about each worker that is of no use.

    Yields:
        A function that examines all tasks that it gets, as `pool.examine_all` does. It raises
        CannotGrade if the scheduler is lost, or has no worker of use for a minute.

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
    try:
        yield lambda tasks: _examine_all(client, address, tasks, say)
    finally:
        client.close(timeout=_CONNECT)


def _examine_all(
    client: Client, address: str, tasks: Sequence[Task], say: Callable[[str], None]
) -> Results:
    if not tasks:
        return
    run = _Run(client, tasks, Workers(client, tasks[0].config, say))
    try:
        yield from run.results()
    except Lost as error:
        raise CannotGrade(
            f"The Dask scheduler at {address} was lost. What was graded is kept; run the command "
            "again for the rest."
        ) from error


@dataclass
class _Given:
    """A task that was given out, the workers that may do it, and whether no other was out."""

    future: Future[Found | None]
    task: Task
    workers: frozenset[str]
    alone: bool


class _Run:
    """One list of tasks on its way through the cluster."""

    def __init__(self, client: Client, tasks: Sequence[Task], workers: Workers) -> None:
        self._client, self._workers = client, workers
        self._left = deque(tasks)
        self._doubtful: list[Task] = []  # workers have died while they had these
        self._given: dict[Any, _Given] = {}
        self._done: SimpleQueue[Future[Any]] = SimpleQueue()
        self._tries: Counter[int] = Counter()

    def results(self) -> Results:
        """Each task once, in the order in which they are done."""
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
                given = self._given.pop(future.key, None)
                found = self._found(given) if given is not None else None
                if given is not None and found is not None:
                    done.append((given.task, found))
            if done:
                yield done

    def _take_back(self) -> None:
        """Take tasks back where no worker is left that may do them."""
        for key, given in list(self._given.items()):
            if not given.workers & self._workers.there:
                del self._given[key]
                given.future.cancel()
                self._left.appendleft(given.task)

    def _give_out(self) -> Results:
        """Give out as much as is worked on soon; what cannot be packed is done with."""
        while self._left and len(self._given) < _EACH * len(self._workers.ready):
            yield from self._give(self._left.popleft())
        # Tasks that were with a worker that died are tried one at a time: most are innocent.
        if self._doubtful and self._workers.ready and not self._left and not self._given:
            yield from self._give(self._doubtful.pop(), alone=True)

    def _give(self, task: Task, alone: bool = False) -> Results:
        try:
            parcel = pack(task)
        except (NotGradable, OSError) as error:
            yield [(task, _fault(task, str(error)))]
            return
        workers = self._workers.ready
        with or_lost(self._client):
            call = (examine_here, parcel, version())
            future = self._client.submit(*call, workers=list(workers), pure=False)
            future.add_done_callback(self._done.put)
        self._given[future.key] = _Given(future, task, workers, alone)

    def _found(self, given: _Given) -> Found | None:
        """What became of a task; None if it is given out again."""
        future, task = given.future, given.task
        if future.status == "error":
            error = future.exception(ANSWER)
            if not isinstance(error, KilledWorker):
                return _fault(task, f"{type(error).__name__}: {error}")
            if given.alone:
                return _fault(task, "each worker that tried it has died")
            self._doubtful.append(task)
            return None
        if future.status != "finished":
            raise Lost
        try:
            found: Found | None = future.result(ANSWER)
        except Exception as error:  # its worker has gone since
            check(self._client)
            self._tries[id(task)] += 1
            if self._tries[id(task)] == _TRIES:
                return _fault(task, f"{type(error).__name__}: {error}")
            found = None
        else:
            if found is None:  # the worker was started again, with another version
                self._workers.forget()
        if found is None:
            self._left.appendleft(task)
        return found


def _fault(task: Task, why: str) -> Found:
    words = f"{task.path.name} could not be graded: {why}."
    return Found(error=("internal", words))
