"""Watches a kernel from outside and says when it uses too much. Runs as a thread of the grader."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import psutil

from autograder.kernels.limits import Limits

#: Seconds between two looks.
_INTERVAL = 0.25


class Watch:
    """Looks at a process and all below it until something is over a limit, or `stop`.

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
