"""A launcher that the fork server has forked, which is no child of the grader's."""

import contextlib
import os
import select
import signal
import subprocess
from typing import IO


class Forked:
    """A launcher that the server has forked, with as much of `Popen` as a provisioner uses.

    Args:
        pid: its process id.
        descriptor: of the process, so that no signal ever meets another one.
        stdin: what it reads, if it does; closing it ends everything.
    """

    stdout = stderr = None

    def __init__(self, pid: int, descriptor: int, stdin: IO[bytes] | None) -> None:
        self.pid = pid
        self.stdin = stdin
        self.returncode: int | None = None
        self._descriptor = descriptor

    def poll(self) -> int | None:
        """None while it runs, and then 0: its real code is known to its parent alone."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended.

        Raises:
            subprocess.TimeoutExpired: it has not.
        """
        if self.returncode is None:
            waiting = select.poll()
            waiting.register(self._descriptor, select.POLLIN)
            if not waiting.poll(None if timeout is None else timeout * 1000):
                raise subprocess.TimeoutExpired("kernel", timeout or 0)
            self.returncode = 0
            os.close(self._descriptor)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._descriptor, number)

    def kill(self) -> None:
        """End it; what it started dies with it."""
        self.send_signal(signal.SIGKILL)
