"""Wall time, CPU time and memory of everything that a call starts, however deep below."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil

_PR_SET_CHILD_SUBREAPER = 36
#: Seconds between two looks at the memory: a look at all processes costs some milliseconds.
_LOOK = 1.0


@dataclass(frozen=True)
class Usage:
    """Seconds of wall and CPU time, and the most memory at one look, in MB (PSS)."""

    wall: float
    cpu: float
    peak_mb: float


def measure(call: Callable[[], object]) -> Usage:
    """What the processes take that a call starts and waits for; this process is left out.

    Orphans come to this process and are waited for too, so that their time counts.
    """
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    peak, over = 0.0, threading.Event()

    def look() -> None:
        nonlocal peak
        while not over.wait(_LOOK):
            peak = max(peak, _pss())

    looking = threading.Thread(target=look)
    before, started = _cpu(), time.perf_counter()
    looking.start()
    try:
        call()
        wall = time.perf_counter() - started
    finally:
        over.set()
        looking.join()
    _collect()
    return Usage(wall, _cpu() - before, peak)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _pss() -> float:
    total = 0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            total += process.memory_full_info().pss
    return total / 2**20


def _collect() -> None:
    """Wait for what was left behind, such as a fork server that is about to end."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.05)
        except ChildProcessError:
            return


def spread(values: Sequence[float]) -> str:
    """Median, and from the least to the most."""
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"
