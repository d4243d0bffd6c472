"""Jobs that hold their worker where no alarm of Python is heeded. Workers import this."""

from __future__ import annotations

import signal
import time
from collections import deque
from itertools import repeat
from pathlib import Path
from unittest.mock import patch

import psutil

from autograder import bounds
from autograder.kernels.session import Kernel
from autograder.running import one_file
from autograder.workers import job as work
from autograder.workers.job import Job, Result


def in_c(*_: object) -> None:
    """Turn for ever in a loop of C."""
    deque(repeat(0), maxlen=0)


def run_job(job: Job) -> Result:
    """Do a job, whose mending hangs if it is ben's."""
    bounds.SECONDS = 1
    if job.student != "ben":
        return work.run_job(job)
    with patch.object(one_file, "mend", in_c):
        return work.run_job(job)


def act(job: Job) -> Result:
    """What a file's name says, instead of grading it."""
    with (job.folder / "begun").open("a") as file:
        file.write(f"{job.name}\n")
    bounds.SECONDS = 1
    if job.name == "turns":
        with bounds.bounded():
            in_c()
    if job.name == "sleeps":
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        time.sleep(600)
    if job.name == "kernel":
        with Kernel(job.config) as kernel, bounds.bounded():
            launcher = psutil.Process(kernel.process.pid)
            family = [launcher, *launcher.children(recursive=True)]
            pids = " ".join(str(each.pid) for each in family)
            Path(job.folder / "kernel").write_text(f"{pids}\n{kernel.process.scratch.root}")
            in_c()
    return Result(error=("seen", job.name))
