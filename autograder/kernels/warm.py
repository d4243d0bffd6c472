"""This process's fork server: one for all its kernels, its own or shared, if one works here.

Warm kernels are forked from it, with torch and the rest imported; see `forkserver`.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO

from autograder.kernels import files

#: Seconds until a server has done its imports, on a slow and busy machine.
_SECONDS = 120
_PROGRAM = (
    "import sys; sys.path[0] = sys.argv.pop(); "
    "from autograder.kernels.forkserver import main; sys.exit(main())"
)
#: How many servers in a row may be killed before they have forked anything.
_TRIES = 3

_lock = threading.Lock()
_server: _Server | None = None
_killed = 0
#: Why no server works here; "" as long as none has failed.
_broken = "" if sys.platform == "linux" and hasattr(os, "pidfd_open") else "needs Linux"


class Cold(Exception):  # noqa: N818 - a finding about the machine, not a fault of ours
    """No launcher could be forked; the message says why. A cold kernel does the same."""


class Forked:
    """A launcher that the server has forked, no child of this process: what is needed of `Popen`.

    It is known by a descriptor, so that no signal ever meets another process.
    """

    def __init__(self, pid: int, descriptor: int, stdin: IO[bytes]) -> None:
        self.pid, self.stdin = pid, stdin
        self._descriptor: int | None = descriptor

    def poll(self) -> int | None:
        """None while it runs, and then 0: its real code is known to its parent alone."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended; raises TimeoutExpired if it has not."""
        if self._descriptor is not None:
            waiting = select.poll()
            waiting.register(self._descriptor, select.POLLIN)
            if not waiting.poll(None if timeout is None else timeout * 1000):
                raise subprocess.TimeoutExpired("kernel", timeout or 0)
            os.close(self._descriptor)
            self._descriptor = None
        return 0

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None and self._descriptor is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._descriptor, number)

    def kill(self) -> None:
        """End it; what it started dies with it."""
        self.send_signal(signal.SIGKILL)


def fork(log: int, report: int) -> Forked:
    """A launcher from this process's server, which is started if there is none.

    One descriptor is for what it says, the other for what it reports.

    Raises:
        Cold: there is none to be had now. The next call tries a new server if this one was
            killed, and none if it had failed by itself.
    """
    global _broken, _killed
    with _lock:
        server = _started()
        try:
            forked = server.fork(log, report)
        except Cold as error:
            _killed += 1
            _broken = server.failed or (str(error) if _killed == _TRIES else "")
            _drop()
            raise
        _killed = 0
        return forked


def control() -> socket.socket:
    """The server's socket, for another process of the grader, which calls `use` with it.

    It can be an argument of a `multiprocessing` process, or be handed over as a descriptor. The
    server begins its imports now, if it has not. Raises Cold where no server works.
    """
    with _lock:
        return _started().control


def use(control: socket.socket) -> None:
    """Use the server that another process has started, instead of one of this process's own."""
    global _server
    with _lock:
        _server = _Server(control)


def _started() -> _Server:
    global _server
    if _broken:
        raise Cold(_broken)
    if _server is None:
        _server = _Server()
    return _server


@atexit.register
def _drop() -> None:
    global _server
    if _server is not None:
        _server.close()
        _server = None


class _Server:
    """The server, or by its socket the way to one that another process has started.

    If it ends by itself, `failed` is what it said, and will say each time.
    """

    def __init__(self, control: socket.socket | None = None) -> None:
        self.failed = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._home: tempfile.TemporaryDirectory[str] | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the server
        self.control = control if control is not None else self._start()

    def _start(self) -> socket.socket:
        self._home = tempfile.TemporaryDirectory(prefix="moons-", ignore_cleanup_errors=True)
        home = Path(self._home.name)
        files.fill_seed(home, {})
        environment = files.environment(home, home)
        del environment["PYTHONPATH"]
        # What arrays have taken goes back to the system at once: glibc would raise this limit
        # by itself, and keep ten megabytes more in each kernel.
        environment["MALLOC_MMAP_THRESHOLD_"] = "131072"
        # As IPython has it before a cell imports matplotlib, which reads it just then.
        environment["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
        root = str(Path(__file__).resolve().parents[2])
        control, its_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its_end:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, str(its_end.fileno()), root],
                env=environment,
                cwd=home,
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                pass_fds=(its_end.fileno(),),
                start_new_session=True,
            )
        return control

    def fork(self, log: int, report: int) -> Forked:
        """Ask for a launcher; see the function of this name."""
        stdin, other = os.pipe()
        ours = os.fdopen(other, "wb")
        mine, its_end = socket.socketpair()
        try:
            with mine:
                with its_end:
                    descriptors = [stdin, report, log, its_end.fileno()]
                    socket.send_fds(self.control, [b"kernel"], descriptors)
                mine.settimeout(_SECONDS)
                pid, received, _, _ = socket.recv_fds(mine, 16, 1, socket.MSG_CMSG_CLOEXEC)
            if received:
                return Forked(int(pid), received[0], ours)
            why = "the fork server has ended"
        except TimeoutError:
            why = f"the fork server gave no answer in {_SECONDS} seconds"
            if self._process is not None:
                self._process.kill()
        except OSError as error:
            why = f"the fork server cannot be asked: {error}"
        finally:
            os.close(stdin)
        ours.close()
        raise Cold(self._last_words(why))

    def _last_words(self, otherwise: str) -> str:
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                if self._process.wait(2) > 0:
                    self._log.seek(0)
                    lines = self._log.read().decode("utf-8", "replace").strip().splitlines()
                    self.failed = lines[-1] if lines else "it ends at once"
        return self.failed or otherwise

    def close(self) -> None:
        """Give it up; it ends when nobody else holds its socket."""
        self.control.close()
        self._log.close()
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(2)
        if self._home is not None:
            self._home.cleanup()  # where it ended before it could
