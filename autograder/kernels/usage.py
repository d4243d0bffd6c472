"""Bounds a kernel from outside: by a cgroup where there is one, and by looking at it.

A cgroup (version 2) is to be had by root on a machine with systemd, or where one was delegated:
Linux itself counts memory and processes there. `watch` does with less precision what it can.
"""

import contextlib
import os
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from autograder.kernels.fair import kernel_of, share, waited
from autograder.kernels.limits import Limits

_HIERARCHY = Path("/sys/fs/cgroup")
#: Seconds between two looks.
_INTERVAL = 0.25


class Cgroup:
    """One group, with a process in it that has started no other yet, where one is to be had.

    Its memory, without swap, and its processes are limited. `missing` is why there is no group, and
    "" if there is.
    """

    def __init__(self, limits: Limits, process: int) -> None:
        self.path: Path | None = None
        self.missing, reasons = "", []
        for parent in _parents():
            self.path = parent / f"moons-{secrets.token_hex(4)}"
            try:
                self.path.mkdir(0o700)
                (self.path / "memory.max").write_text(str(limits.memory))
                (self.path / "pids.max").write_text(str(limits.processes + 8))  # the launcher's own
                (self.path / "memory.oom.group").write_text("1")
                with contextlib.suppress(OSError):  # where swap is not counted
                    (self.path / "memory.swap.max").write_text("0")
                (self.path / "cgroup.procs").write_text(str(process))
                return
            except OSError as error:
                reasons.append(error.strerror or str(error))
                self.remove()
        self.missing = reasons[0] if reasons else "no cgroup version 2 with memory limits"

    def ran_out(self) -> bool:
        """Whether Linux has killed something in here for its memory."""
        events = _read(self.path / "memory.events") if self.path else ""
        counts = [line for line in events.splitlines() if line.startswith("oom_kill ")]
        return bool(counts) and counts != ["oom_kill 0"]

    def remove(self) -> None:
        """Kill what is in it and delete it."""
        if self.path is None:
            return
        with contextlib.suppress(OSError):
            (self.path / "cgroup.kill").write_text("1")
        for _ in range(50):
            try:
                self.path.rmdir()
                return
            except FileNotFoundError:
                return
            except OSError:
                time.sleep(0.02)  # its processes are still ending


def _parents() -> list[Path]:
    """Where a group with a memory limit may be made: beside this process's own, or at the top."""
    lines = _read(Path("/proc/self/cgroup")).splitlines()
    own = [_HIERARCHY / line[3:].lstrip("/") for line in lines if line.startswith("0::")]
    places = dict.fromkeys(place for each in own for place in (each.parent, _HIERARCHY))
    controllers = {place: _read(place / "cgroup.subtree_control").split() for place in places}
    return [place for place in places if {"memory", "pids"} <= set(controllers[place])]


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def watch(
    process: int,
    limits: Limits,
    scratch: Path,
    on_breach: Callable[[str], None],
    on_waiting: Callable[[float], None],
    *,
    namespace: bool,
) -> Callable[[], None]:
    """Look at a launcher and all below it until they are over a limit, or scratch is.

    The launcher's own few megabytes count too. A breach is told once, as a message code, from a
    thread; how long the kernel has waited for its turn, whether in a pid `namespace` of its own or
    not, again and again. Returns what ends the watching; it does nothing the second time.
    """
    stopped = threading.Event()

    def look() -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            launcher = psutil.Process(process)
            kernel = kernel_of(launcher, namespace=namespace)
            while not stopped.wait(_INTERVAL):
                on_waiting(waited(kernel))
                family = [launcher, *launcher.children(recursive=True)]
                share(family)
                if code := _breach(family, limits, scratch):
                    on_breach(code)
                    return

    def stop() -> None:
        stopped.set()
        thread.join()

    thread = threading.Thread(target=look, name="kernel-watch", daemon=True)
    thread.start()
    return stop


def _breach(family: list[psutil.Process], limits: Limits, scratch: Path) -> str:
    """The limit that is broken now, as a message code; "" if none is."""
    # The second look costs more, and only the first can tell that it is needed.
    if all(_total(family, memory) > limits.memory for memory in (_resident, _proportional)):
        return "too_much_memory"
    # Threads are bounded by Linux; whole processes are counted here, for root has no bound.
    if len(family) > limits.processes + 2:
        return "too_many_processes"
    if _size(scratch) > limits.disk:
        return "too_much_disk"
    return ""


def _total(family: list[psutil.Process], memory: Callable[[psutil.Process], int]) -> int:
    total = 0
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            total += memory(process)
    return total


def _resident(process: psutil.Process) -> int:
    """With all pages that it shares: summed up, this is never too low."""
    return process.memory_info().rss


def _proportional(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
    except psutil.AccessDenied:
        return _resident(process)
    return getattr(full, "pss", full.uss)


def _size(folder: Path) -> int:
    """Bytes on the disk below a folder; what vanishes meanwhile counts nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += Path(place, name).lstat().st_blocks * 512
    return total
