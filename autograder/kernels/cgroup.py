"""A cgroup (version 2) for one kernel: memory and processes, counted by Linux itself.

To be had by root on a machine with systemd, or where a group was delegated; elsewhere `watch`
does with less precision what it can.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from pathlib import Path

from autograder.kernels.limits import Limits

_HIERARCHY = Path("/sys/fs/cgroup")


class Unavailable(Exception):  # noqa: N818 - a finding about the machine, not a fault of ours
    """There is no group to be had; the message says why."""


class Cgroup:
    """One group, with nothing in it yet.

    Args:
        limits: memory, without swap, and processes.

    Raises:
        Unavailable: this machine or this user has none.
    """

    def __init__(self, limits: Limits) -> None:
        reasons = [self._make(parent, limits) for parent in _parents() if not hasattr(self, "path")]
        if not hasattr(self, "path"):
            raise Unavailable(reasons[0] if reasons else "no cgroup version 2 with memory limits")

    def _make(self, parent: Path, limits: Limits) -> str:
        path: Path | None = None
        try:
            path = Path(tempfile.mkdtemp(prefix="moons-", dir=parent))
            (path / "memory.max").write_text(str(limits.memory))
            (path / "pids.max").write_text(str(limits.processes + 8))  # the launcher's own
            (path / "memory.oom.group").write_text("1")
            with contextlib.suppress(OSError):  # where swap is not counted
                (path / "memory.swap.max").write_text("0")
            if not os.access(path / "cgroup.procs", os.W_OK):
                raise PermissionError(13, "Permission denied")
        except OSError as error:
            if path is not None:
                path.rmdir()
            return error.strerror or str(error)
        self.path = path
        return ""

    def add(self, process: int) -> None:
        """Put a process in, before it starts others.

        Raises:
            Unavailable: it may not be moved here.
        """
        try:
            (self.path / "cgroup.procs").write_text(str(process))
        except OSError as error:
            self.remove()
            raise Unavailable(error.strerror or str(error)) from error

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
