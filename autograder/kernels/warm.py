"""The grader's end of the fork server: starts it, asks it for launchers, and can do without it."""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import shutil
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


class Cold(Exception):  # noqa: N818 - a finding about the machine, not a fault of ours
    """No launcher could be forked; the message says why. A cold kernel does the same."""


class Forked:
    """A launcher that the server has forked, with as much of `Popen` as a provisioner uses.

    Args:
        pid: its process id.
        descriptor: of the process, so that no signal ever meets another one.
        stdin: what it reads; closing it ends everything.
    """

    stdout = stderr = None

    def __init__(self, pid: int, descriptor: int, stdin: IO[bytes]) -> None:
        self.pid = pid
        self.stdin = stdin
        self.returncode: int | None = None
        self._descriptor = descriptor

    def poll(self) -> int | None:
        """None while it runs, and then 0: its real code is known to its parent alone."""
        return self._look(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended.

        Raises:
            subprocess.TimeoutExpired: it has not.
        """
        code = self._look(None if timeout is None else timeout * 1000)
        if code is None:
            raise subprocess.TimeoutExpired("kernel", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._descriptor, number)

    def kill(self) -> None:
        """End it; what it started dies with it."""
        self.send_signal(signal.SIGKILL)

    terminate = kill

    def _look(self, milliseconds: float | None) -> int | None:
        if self.returncode is None:
            waiting = select.poll()
            waiting.register(self._descriptor, select.POLLIN)
            if waiting.poll(milliseconds):
                self.returncode = 0
                os.close(self._descriptor)
        return self.returncode


class Server:
    """The server, or the way to one that another process has started.

    Args:
        control: its socket; None to start a server.

    Attributes:
        served: whether it is known to have worked.
    """

    def __init__(self, control: socket.socket | None = None) -> None:
        self.served = control is not None
        self._process: subprocess.Popen[bytes] | None = None
        self._home: Path | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the server
        self.control = control if control is not None else self._start()

    def _start(self) -> socket.socket:
        control, its_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        home = self._home = Path(tempfile.mkdtemp(prefix="moons-"))
        try:
            files.fill_seed(home, {})
            environment = files.environment(home, home)
            del environment["PYTHONPATH"]
            # As IPython has it before a cell imports matplotlib, which reads it just then.
            environment["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
            root = str(Path(__file__).resolve().parents[2])
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
        except BaseException:
            shutil.rmtree(home, ignore_errors=True)
            control.close()
            raise
        return control

    def fork(self, log: int, report: int) -> Forked:
        """Ask for a launcher.

        Args:
            log: a descriptor, for what it prints.
            report: another, for what it reports; it has the number `spec.REPORT` there.

        Raises:
            Cold: there is none to be had.
        """
        stdin, ours = os.pipe()
        mine, its_end = socket.socketpair()
        try:
            with mine:
                with its_end:
                    socket.send_fds(
                        self.control, [b"kernel"], [stdin, log, report, its_end.fileno()]
                    )
                mine.settimeout(_SECONDS)
                pid, received, _, _ = socket.recv_fds(mine, 16, 1, socket.MSG_CMSG_CLOEXEC)
            if not received:
                raise Cold(self._last_words())
        except OSError as error:
            os.close(ours)
            raise Cold(str(error) or "the fork server does not answer") from error
        except BaseException:
            os.close(ours)
            raise
        finally:
            os.close(stdin)
        self.served = True
        return Forked(int(pid), received[0], os.fdopen(ours, "wb"))

    def _last_words(self) -> str:
        """What a server that has failed said; nothing of one that was killed."""
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                if self._process.wait(2) > 0:
                    self._log.seek(0)
                    return self._log.read().decode("utf-8", "replace").strip().splitlines()[-1]
        return "the fork server has ended"

    def close(self) -> None:
        """Give it up; it ends when nobody else holds its socket."""
        self.control.close()
        self._log.close()
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(2)
        if self._home is not None:
            shutil.rmtree(self._home, ignore_errors=True)  # where it ended before it could


_lock = threading.Lock()
_server: Server | None = None
#: Why no server works here; "" as long as none has failed.
_broken = "" if sys.platform == "linux" and hasattr(os, "pidfd_open") else "needs Linux"


def fork(log: int, report: int) -> Forked:
    """A launcher from this process's server, which is started if there is none.

    Raises:
        Cold: there is none to be had now. The next call tries a new server if this one had
            worked, and none if it had not.
    """
    global _server, _broken
    with _lock:
        if _broken:
            raise Cold(_broken)
        if _server is None:
            _server = Server()
        try:
            return _server.fork(log, report)
        except Cold as error:
            if not _server.served:
                _broken = str(error)
            _server.close()
            _server = None
            raise


def control() -> socket.socket:
    """The server's socket, for another process of the grader, which calls `use` with it.

    It can be an argument of a `multiprocessing` process, or be handed over as a descriptor. The
    server begins its imports now, if it has not.

    Raises:
        Cold: no server works here.
    """
    global _server
    with _lock:
        if _broken:
            raise Cold(_broken)
        if _server is None:
            _server = Server()
        return _server.control


def use(control: socket.socket) -> None:
    """Use the server that another process has started, instead of one of this process's own."""
    global _server
    with _lock:
        _server = Server(control)


@atexit.register
def _close() -> None:
    global _server
    with _lock:
        if _server is not None:
            _server.close()
            _server = None
