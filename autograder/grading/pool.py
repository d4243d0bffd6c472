"""Gives tasks to worker processes, one for each core, and hands back what they find.

A worker that dies takes no other with it, and no task is lost: it is given out again, and told as
a fault where workers die of it every time.
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
from contextlib import suppress
from functools import partial
from multiprocessing import connection
from multiprocessing.context import BaseContext
from socket import socket

from autograder.grading.work import Found, Task, examine
from autograder.kernels import warm

#: How often a task is given out before it counts as one that workers die of.
_TRIES = 3
#: Large libraries that are imported once, before workers are forked: they share the memory.
_SHARED = ["torch", "sklearn.model_selection", "jupyter_client", "nbformat"]


Results = Generator[tuple[Task, Found]]


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def examine_all(tasks: Sequence[Task], workers: int) -> Results:
    """Examine all tasks; each comes back once, in the order in which they are done.

    Args:
        tasks: to do.
        workers: how many at a time; one works in this process.
    """
    if min(workers, len(tasks)) <= 1:
        yield from ((task, examine(task)) for task in tasks)
        return
    left = deque(tasks)
    deaths: Counter[int] = Counter()
    while left:
        with _pool(min(workers, len(left))) as pool:
            yield from _until_broken(pool, workers, left, deaths)


def _until_broken(
    pool: ProcessPoolExecutor, workers: int, left: deque[Task], deaths: Counter[int]
) -> Results:
    """Work with one pool, until all is done or one of its workers has died."""
    running: dict[Future[Found], Task] = {}
    try:
        while left or running:
            # No more are given out than are worked on, so that few are in doubt after a death.
            while left and len(running) < workers:
                task = left.popleft()
                running[pool.submit(examine, task)] = task
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                found = future.result()
                yield running.pop(future), found
    except BrokenProcessPool:
        for task in running.values():
            deaths[id(task)] += 1
            if deaths[id(task)] < _TRIES:
                left.appendleft(task)
            else:
                words = f"{task.path.name} could not be graded: each worker that tried it has died."
                yield task, Found(error=("internal", words))
    except BaseException:  # the caller has had enough: nothing that runs is waited for
        for process in list((pool._processes or {}).values()):
            process.kill()
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def _pool(workers: int) -> ProcessPoolExecutor:
    context: BaseContext = multiprocessing.get_context("spawn")
    if "forkserver" in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(_SHARED)
    kernels = None
    with suppress(warm.Cold):  # all workers' kernels are forked from the same process
        kernels = warm.control()
    return ProcessPoolExecutor(workers, mp_context=context, initializer=partial(_begin, kernels))


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
