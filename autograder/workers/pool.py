"""Gives jobs to worker processes, one for each core, and hands back their results.

Workers are forked from a process of multiprocessing's own that has done the imports; see `preload`.
One that dies costs nothing: the job that it had is given out again, alone, and told as a fault
where workers die of it every time.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import socket
from typing import Any

import psutil

from autograder.kernels import warm
from autograder.kernels.settings import Sandbox
from autograder.workers.job import Job, Result, Results, lost, run_job

#: How often a job is given out before it counts as one that workers die of.
_TRIES = 3
#: Where this copy of the package lies.
_PACKAGES = Path(__file__).resolve().parents[2]
_FORKED = "forkserver" in multiprocessing.get_all_start_methods()
_CONTEXT: Any = multiprocessing.get_context("forkserver" if _FORKED else "spawn")


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def begin(workers: int, *, forked: bool) -> None:
    """Start what workers and kernels are forked from: it takes seconds, in processes beside.

    A worker that is alone works in this process. Kernels are forked as `c.Sandbox.warm` says.
    """
    _kernels(forked)
    if workers > 1 and _FORKED:
        from multiprocessing.forkserver import ensure_running

        with _from_here():
            ensure_running()


def run_jobs(jobs: Sequence[Job], workers: int) -> Results:
    """Run all jobs; each comes back once, in the order in which they are done.

    As many run at a time as there are workers; one that is alone works in this process.
    """
    if min(workers, len(jobs)) <= 1:
        yield from ([(job, run_job(job))] for job in jobs)
        return
    left, doubtful = deque(jobs), deque[Job]()
    deaths: Counter[int] = Counter()
    running: dict[Future[Result | None], Job] = {}
    kernels = _kernels(Sandbox(config=jobs[0].config).warm)
    with ThreadPoolExecutor(workers) as threads, _Workers(kernels) as processes:
        while left or doubtful or running:
            # One more is given out than are worked on: no worker waits while results are written.
            # What a worker has died of is tried alone: it must not take another with it.
            while (left and len(running) <= workers) or (doubtful and not running):
                job = (left or doubtful).popleft()
                running[threads.submit(processes.run, job)] = job
            done = []
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                job, result = running.pop(future), future.result()
                if result is not None:
                    done.append((job, result))
                    continue
                deaths[id(job)] += 1
                if deaths[id(job)] < _TRIES:
                    doubtful.append(job)
                else:
                    done.append((job, lost(job, "each worker that tried it has died")))
            if done:
                yield done


def _kernels(forked: bool) -> socket | None:
    """The way to the process from which kernels are forked, if they are; all from the same."""
    with suppress(warm.Cold):
        return warm.control() if forked else None
    return None


class _Workers:
    """The worker processes, to be used in a `with` block, which ends them at once."""

    def __init__(self, kernels: socket | None) -> None:
        self._kernels = kernels
        self._lock = threading.Lock()
        self._own = threading.local()  # each thread's pipe to its worker
        self._all: list[psutil.Process] = []
        self._over = False

    def __enter__(self) -> _Workers:
        return self

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._over = True
            for process in self._all:
                with suppress(psutil.NoSuchProcess):
                    process.kill()

    def run(self, job: Job) -> Result | None:
        """In a thread: have its worker do a job; None if it has died."""
        try:
            pipe = self._own.pipe = getattr(self._own, "pipe", None) or self._start()
            pipe.send(job)
            return pipe.recv()
        except (EOFError, OSError, psutil.NoSuchProcess):
            self._own.pipe = None
            return None

    def _start(self) -> Any:
        """A new worker: the way to it."""
        with self._lock:
            if self._over:
                raise EOFError
            pipe, its_end = _CONTEXT.Pipe()
            with its_end, _from_here():
                work = (its_end, self._kernels, run_job)
                process = _CONTEXT.Process(target=_work, args=work, daemon=True)
                process.start()
            # By psutil: multiprocessing takes workers for dead when what they were forked from is.
            self._all.append(psutil.Process(process.pid))
            return pipe


@contextmanager
def _from_here() -> Iterator[None]:
    """Has processes import this copy of the package, and no package from the working folder."""
    _CONTEXT.set_forkserver_preload(["autograder.workers.preload"])
    own = {"PYTHONSAFEPATH": "1"}
    if _PACKAGES.name not in ("site-packages", "dist-packages"):
        own["PYTHONPATH"] = os.pathsep.join([str(_PACKAGES), os.environ.get("PYTHONPATH", "")])
    before = {name: os.environ[name] for name in own if name in os.environ}
    os.environ.update(own)
    try:
        yield
    finally:
        for name in own:
            del os.environ[name]
        os.environ.update(before)


def _work(pipe: Any, kernels: socket | None, do: Callable[[Job], Result]) -> None:
    """A worker: does jobs, leaves Ctrl-C to the process that writes, and ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if kernels is not None:
        warm.use(kernels)
    with suppress(EOFError, OSError):
        while True:
            pipe.send(do(pipe.recv()))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
