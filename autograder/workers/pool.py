"""Gives jobs to worker processes, one for each core, and hands back their results.

A worker that dies costs nothing: the job that it had is given out again, alone, and told as a fault
where workers die of it every time. One that was ended for its time is told at once.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from autograder.kernels.settings import Sandbox
from autograder.workers import process
from autograder.workers.job import Job, Result, Results, lost


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def begin(*, forked: bool) -> None:
    """Start what workers and kernels are forked from: it takes seconds, in processes beside.

    Kernels are forked as `c.Sandbox.warm` says.
    """
    process.kernels(forked)
    process.begin()


def run_jobs(jobs: Sequence[Job], workers: int) -> Results:
    """Run all jobs; each comes back once, in the order in which they are done.

    As many run at a time as there are workers. This process does none itself: what it would do
    could not be ended.
    """
    if not jobs:
        return
    left, doubtful = deque(jobs), deque[Job]()
    deaths: Counter[int] = Counter()
    running: dict[Future[Result | None], Job] = {}
    kernels = process.kernels(Sandbox(config=jobs[0].config).warm)
    with ThreadPoolExecutor(workers) as threads, process.Workers(kernels) as processes:
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
                if deaths[id(job)] < process.TRIES:
                    doubtful.append(job)
                else:
                    done.append((job, lost(job, process.DIED)))
            if done:
                yield done
