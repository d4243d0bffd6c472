"""An end to work on a learner's text that takes too long or too much memory.

What holds a grader must be ended whatever it does; so the patterns and loops that read learners'
text are also bounded from outside. Python heeds an alarm between two of its own steps only: a
process that may be ended for it, because it does nothing else, is ended by Linux where one step
goes on.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

#: Of the processor, so that a busy machine costs nobody anything; and of the clock.
SECONDS, BY_THE_CLOCK = 30, 600
#: More than the process has when it begins.
_MEMORY = 2 * 2**30
#: Whether this process may be ended where it heeds no alarm; and with what code it ends then.
expendable = False
EXIT_CODE = -signal.SIGVTALRM if hasattr(signal, "SIGVTALRM") else None


class TookTooLong(Exception):  # noqa: N818 - a finding about a text, not a fault of ours
    """Work was ended: no honest text needs as long."""

    def __init__(self) -> None:
        super().__init__(f"it took longer than {SECONDS} seconds")


@contextlib.contextmanager
def bounded() -> Iterator[None]:
    """Bound what is done in the block; blocks do not stand in each other.

    Only the main thread has an alarm, and only Linux such a limit of memory.

    Raises:
        TookTooLong: it took too long.
        MemoryError: it needed too much.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGPROF"):
        yield
        return
    alarms = {signal.SIGPROF: signal.ITIMER_PROF, signal.SIGALRM: signal.ITIMER_REAL}
    before = {number: signal.signal(number, _end) for number in alarms}
    try:
        signal.setitimer(signal.ITIMER_PROF, SECONDS, 1)
        signal.setitimer(signal.ITIMER_REAL, BY_THE_CLOCK, 1)
        if expendable:  # nothing handles this one, so that it ends the process
            signal.setitimer(signal.ITIMER_VIRTUAL, 2 * SECONDS)
        with _memory():
            yield
    finally:
        for timer in (*alarms.values(), signal.ITIMER_VIRTUAL):
            signal.setitimer(timer, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, frame: FrameType | None) -> None:
    raise TookTooLong


@contextlib.contextmanager
def _memory() -> Iterator[None]:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except OSError:  # not Linux
        yield
        return
    bound = pages * resource.getpagesize() + _MEMORY
    limits = [each for each in (bound, soft, hard) if each != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(limits), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
