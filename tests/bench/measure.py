"""Wall time, CPU time and memory of everything that a call starts, however deep below."""

from __future__ import annotations

import contextlib
import os
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

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

    CPU time is the whole machine's: nobody waits for a kernel in a namespace of its own, so that
    its time appears in no other process's. Nothing else should run meanwhile.
    """
    peak, over = 0.0, threading.Event()
    others = set(psutil.Process().children(recursive=True))

    def look() -> None:
        nonlocal peak
        while not over.wait(_LOOK):
            peak = max(peak, _pss(others))

    looking = threading.Thread(target=look)
    before, started = _cpu(), time.perf_counter()
    looking.start()
    try:
        call()
        wall = time.perf_counter() - started
    finally:
        over.set()
        looking.join()
    return Usage(wall, _cpu() - before, peak)


def _cpu() -> float:
    """Seconds that this machine's cores were busy, but for this process."""
    user, nice, system, _, _, irq, soft = Path("/proc/stat").read_text().split()[1:8]
    ticks = sum(map(int, (user, nice, system, irq, soft)))
    return ticks / os.sysconf("SC_CLK_TCK") - time.process_time()


def _pss(others: set[psutil.Process]) -> float:
    total = 0
    for process in set(psutil.Process().children(recursive=True)) - others:
        with contextlib.suppress(psutil.Error):
            total += process.memory_full_info().pss
    return total / 1e6


def spread(values: Sequence[float]) -> str:
    """Median, and from the least to the most."""
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"
