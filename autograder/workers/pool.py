"""Gives tasks to worker processes, one for each core, and hands back what they find.

A worker that dies costs nothing: what was being worked on is given out again, alone, and told as a
fault where workers die of it every time.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, suppress
from functools import partial
from multiprocessing import connection
from socket import socket

from autograder.kernels import warm
from autograder.workers import forkserver as worker_context
from autograder.workers.job import Found, Task, examine

#: How often a task is given out before it counts as one that workers die of.
_TRIES = 3
#: Seconds between two looks at whether the workers are alive.
_LOOK = 5

#: What is done by now, each time that somebody asks: one writer takes it in one go.
Results = Generator[list[tuple[Task, Found]]]


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def begin(workers: int, *, forked: bool) -> None:
    """Start what workers and kernels are forked from: it takes seconds, in processes beside.

    Args:
        workers: how many there will be; one works in this process.
        forked: kernels are forked, as `c.Sandbox.warm` says.
    """
    if forked:
        with suppress(warm.Cold):
            warm.control()
    if workers > 1:
        worker_context.begin(forked=forked)


def examine_all(tasks: Sequence[Task], workers: int) -> Results:
    """Examine all tasks; each comes back once, in the order in which they are done.

    Args:
        tasks: to do.
        workers: how many at a time; one works in this process.
    """
    if min(workers, len(tasks)) <= 1:
        yield from ([(task, examine(task))] for task in tasks)
        return
    left, doubtful = deque(tasks), deque[Task]()
    deaths: Counter[int] = Counter()
    while left or doubtful:
        some = left or deque([doubtful.popleft()])
        with (
            _pool(min(workers, len(some))) as pool,
            closing(_until_broken(pool, workers, some)) as results,
        ):
            for done in results:
                whole = []
                for task, found in done:
                    deaths[id(task)] += found is None
                    if found is not None:
                        whole.append((task, found))
                    elif deaths[id(task)] < _TRIES:
                        doubtful.append(task)  # tried alone: it must not bear another's blame
                    else:
                        whole.append((task, _deadly(task)))
                if whole:
                    yield whole
        if some is not left:
            doubtful.extend(some)


def _deadly(task: Task) -> Found:
    words = f"{task.path.name} could not be graded: each worker that tried it has died."
    return Found(error=("internal", words))


def _until_broken(
    pool: ProcessPoolExecutor, workers: int, left: deque[Task]
) -> Generator[list[tuple[Task, Found | None]]]:
    """Work with one pool, until all is done or one of its workers has died.

    Yields:
        Tasks with what was found; without, if one was given out when a worker died.
    """
    running: dict[Future[Found], Task] = {}
    try:
        while left or running:
            # One more is given out than are worked on: no worker waits while results are written,
            # and few are in doubt after a death.
            while left and len(running) <= workers:
                running[pool.submit(examine, left[0])] = left[0]
                left.popleft()  # only now: a pool that is broken does not take it
            done = wait(running, _LOOK, return_when=FIRST_COMPLETED).done
            if not done and pool._broken:  # a task that was given out just then is told nothing
                raise BrokenProcessPool
            found = [(future, future.result()) for future in done]
            yield [(running.pop(future), each) for future, each in found]
    except BrokenProcessPool:
        # The pool ends those that it knows of; one that started just then may wait for ever for a
        # lock of the one that died, and the pool for it.
        _kill_all(pool)
        whole = {future for future in running if future.done() and future.exception() is None}
        yield [(task, f.result() if f in whole else None) for f, task in running.items()]
    except BaseException:  # the caller has had enough: nothing that runs is waited for
        _kill_all(pool)
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def _kill_all(pool: ProcessPoolExecutor) -> None:
    for process in list((pool._processes or {}).values()):
        process.kill()


def _pool(workers: int) -> ProcessPoolExecutor:
    kernels = None
    with suppress(warm.Cold):  # all workers' kernels are forked from the same process
        kernels = warm.control()
    return ProcessPoolExecutor(
        workers, mp_context=worker_context.context(), initializer=partial(_begin, kernels)
    )


def _begin(kernels: socket | None) -> None:
    """In a worker: leave Ctrl-C to the process that writes, and end with it."""
    if kernels is not None:
        warm.use(kernels)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
