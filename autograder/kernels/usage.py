"""Bounds a kernel from outside: by a cgroup where there is one, and by looking at it.

A cgroup (version 2) is to be had by root on a machine with systemd, or where one was delegated:
Linux itself counts memory and processes there. `Watch` does with less precision what it can.
"""

import contextlib
import os
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from autograder.kernels.limits import Limits

_HIERARCHY = Path("/sys/fs/cgroup")
#: Seconds between two looks.
_INTERVAL = 0.25


class Unavailable(Exception):  # noqa: N818 - a finding about the machine, not a fault of ours
    """There is no group to be had; the message says why."""


class Cgroup:
    """One group, with a process in it that has started no other yet.

    Args:
        limits: memory, without swap, and processes.
        process: its id.

    Raises:
        Unavailable: this machine or this user has none.
    """

    def __init__(self, limits: Limits, process: int) -> None:
        reasons = []
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
        raise Unavailable(reasons[0] if reasons else "no cgroup version 2 with memory limits")

    def ran_out(self) -> bool:
        """Whether Linux has killed something in here for its memory."""
        try:
            events = (self.path / "memory.events").read_text().split()
        except OSError:
            return False
        counts = dict(zip(events[::2], events[1::2], strict=True))
        return counts.get("oom_kill", "0") != "0"

    def remove(self) -> None:
        """Kill what is in it and delete it."""
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
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []
    own = next((line[3:].lstrip("/") for line in lines if line.startswith("0::")), None)
    if own is None:
        return []
    places = dict.fromkeys([(_HIERARCHY / own).parent if own else _HIERARCHY, _HIERARCHY])
    return [place for place in places if {"memory", "pids"} <= _controllers(place)]


def _controllers(place: Path) -> set[str]:
    try:
        return set((place / "cgroup.subtree_control").read_text().split())
    except OSError:
        return set()


class Watch:
    """Looks at a process and all below it until something is over a limit, or `stop`.

    It is a thread of the grader's.

    Args:
        process: the launcher; its own few megabytes count too.
        limits: memory, processes, disk.
        scratch: the folder whose size counts.
        on_breach: is called once, from the thread, with a message code.
    """

    def __init__(
        self, process: int, limits: Limits, scratch: Path, on_breach: Callable[[str], None]
    ) -> None:
        self._process = process
        self._limits = limits
        self._scratch = scratch
        self._on_breach = on_breach
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kernel-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the watching; does nothing the second time."""
        self._stopped.set()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(_INTERVAL):
            try:
                code = self._look()
            except psutil.NoSuchProcess:
                return
            if code:
                self._on_breach(code)
                return

    def _look(self) -> str:
        launcher = psutil.Process(self._process)
        family = [launcher, *launcher.children(recursive=True)]
        # Resident memory counts shared pages once per process, so it is never too low.
        if _total(family, shared=True) > self._limits.memory and (
            _total(family, shared=False) > self._limits.memory
        ):
            return "too_much_memory"
        # Threads are bounded by Linux; whole processes are counted here, for root has no bound.
        if len(family) > self._limits.processes + 2:
            return "too_many_processes"
        if _size(self._scratch) > self._limits.disk:
            return "too_much_disk"
        return ""


def _total(family: list[psutil.Process], *, shared: bool) -> int:
    total = 0
    for process in family:
        try:
            if shared:
                total += process.memory_info().rss
            else:
                full = process.memory_full_info()
                total += getattr(full, "pss", full.uss)
        except psutil.NoSuchProcess:
            continue
        except psutil.AccessDenied:
            total += process.memory_info().rss
    return total


def _size(folder: Path) -> int:
    """Bytes on the disk below a folder; what vanishes meanwhile counts nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(place, name).lstat().st_blocks * 512
            except OSError:
                continue
    return total
