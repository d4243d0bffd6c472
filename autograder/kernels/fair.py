"""Shares the processor between kernels: what one starts must not crowd out the others.

Many busy threads get a priority at which they weigh together as much as one; and what a kernel has
waited for its turn is not counted as its own time.
"""

import contextlib
import math
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil

#: As many busy threads are left alone: honest training has some.
_FEW = 4
#: From one nice value to the next, Linux gives this much less weight.
_STEP = 1.25


def share(family: Iterable[psutil.Process]) -> None:
    """Lower the priority of processes' busy threads, as far as there are too many of them."""
    busy = {thread: process.pid for process in family for thread in _busy(process.pid)}
    if len(busy) <= _FEW:
        return
    nice = min(19, math.ceil(math.log(len(busy), _STEP)))
    for thread, process in busy.items():
        with contextlib.suppress(OSError):
            if os.getpriority(os.PRIO_PROCESS, thread) >= nice:
                continue
            os.setpriority(os.PRIO_PROCESS, thread, nice)
            # Where Linux shares by sessions first, a session of its own would be a way round.
            if os.getsid(process) == process:
                Path(f"/proc/{process}/autogroup").write_text(str(nice))


def _busy(process: int) -> Iterator[int]:
    """The threads that run, or wait for their turn, as far as /proc tells."""
    with contextlib.suppress(OSError):
        for folder in Path(f"/proc/{process}/task").iterdir():
            with contextlib.suppress(OSError, IndexError):
                state = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
                if state[0] == "R":
                    yield int(folder.name)


def kernel_of(launcher: psutil.Process, *, namespace: bool) -> int:
    """The process below a launcher in which cells run; in a pid namespace another is between."""
    process = launcher
    for _ in range(2 if namespace else 1):
        process = min(process.children(), key=lambda each: each.create_time(), default=process)
    return process.pid


def waited(process: int) -> float:
    """Seconds for which a process's main thread was ready and others had its turn; 0 if unknown."""
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
