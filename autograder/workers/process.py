"""Worker processes: each does one job after the other, and can be ended whatever it does.

They are forked from a process of multiprocessing's own that has done the imports; see `preload`.
A worker that takes too long is ended with the kernel that it has, and its job is told as a fault:
Linux ends one whose alarm is not heeded, see `bounds`, and this process one that goes on for hours.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from typing import Any

import psutil

from autograder import bounds
from autograder.kernels import warm
from autograder.kernels.settings import Sandbox
from autograder.workers.job import Job, Result, lost, run_job

#: How often a job is given out before it counts as one that workers die of, and what is said then.
TRIES, DIED = 3, "each worker that tried it has died"
#: So many times what a notebook and the reading of one text may take, a job may: a notebook waits
#: for its turn three times its own time at most, and no honest text needs seconds.
_TIMES = 5
#: Seconds until it is known how a worker has ended.
_END_SECONDS = 5
#: Where this copy of the package lies.
_PACKAGES = Path(__file__).resolve().parents[2]
_FORKED = "forkserver" in multiprocessing.get_all_start_methods()
_CONTEXT: Any = multiprocessing.get_context("forkserver" if _FORKED else "spawn")


def begin() -> None:
    """Start what workers are forked from: it takes seconds, in a process beside."""
    if _FORKED:
        from multiprocessing.forkserver import ensure_running

        with _from_here():
            ensure_running()


def kernels(forked: bool) -> socket | None:
    """The way to the process from which kernels are forked, if they are; all from the same."""
    with suppress(warm.Cold):
        return warm.control() if forked else None
    return None


def seconds(job: Job) -> float:
    """By the clock, after which a job's worker is ended."""
    return _TIMES * (Sandbox(config=job.config).notebook_seconds + bounds.BY_THE_CLOCK)


@dataclass(frozen=True)
class _Worker:
    """One worker: the way to it, and itself.

    It is ended by psutil's handle, for multiprocessing takes workers for dead when what they were
    forked from is; but that alone knows how one has ended.
    """

    pipe: Any
    handle: psutil.Process
    process: Any


class Workers:
    """One worker for each thread that has jobs; a `with` block ends them at once.

    Args:
        kernels: the way to the process from which kernels are forked.
        forked: workers are, too; else each is a new process that does its own imports, which takes
            less memory where there is one alone.
    """

    def __init__(self, kernels: socket | None, *, forked: bool = True) -> None:
        self._kernels = kernels
        self._context = _CONTEXT if forked else multiprocessing.get_context("spawn")
        self._lock = threading.Lock()
        self._own = threading.local()
        self._all: list[psutil.Process] = []
        self._over = False

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._over = True
            for process in self._all:
                with suppress(psutil.NoSuchProcess):
                    process.kill()

    def run(self, job: Job) -> Result | None:
        """Have this thread's worker do a job; None if it has died, but not for its time."""
        worker: _Worker | None = None
        try:
            worker = self._own.worker = getattr(self._own, "worker", None) or self._start()
            worker.pipe.send(job)
            if worker.pipe.poll(seconds(job)):
                return worker.pipe.recv()
            worker.handle.kill()
            late = True
        except (EOFError, OSError, psutil.NoSuchProcess):
            late = worker is not None and self._was_late(worker)
        self._own.worker = None
        return lost(job, "it took too long, and was ended") if late else None

    def _start(self) -> _Worker:
        with self._lock:
            if self._over:
                raise EOFError
            pipe, its_end = self._context.Pipe()
            with its_end, _from_here():
                work = (its_end, self._kernels, run_job)
                process = self._context.Process(target=_work, args=work, daemon=True)
                process.start()
            handle = psutil.Process(process.pid)
            self._all.append(handle)
            return _Worker(pipe, handle, process)

    def _was_late(self, worker: _Worker) -> bool:
        """Whether Linux has ended a worker that is no more for its time."""
        with self._lock:  # multiprocessing looks after all its processes when it starts one
            worker.process.join(_END_SECONDS)
            return worker.process.exitcode == bounds.EXIT_CODE


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
    bounds.expendable = True
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
