"""One kernel's process in its sandbox: starts it through `launch`, bounds it, and ends it.

Where there is no fork, it starts the kernel itself, without a sandbox. Knows folders and settings,
and no notebook.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder.kernels import files, warm
from autograder.kernels.errors import CannotRun
from autograder.kernels.layers import WANTED, Protection
from autograder.kernels.limits import Layers, Spec
from autograder.kernels.settings import Sandbox
from autograder.kernels.usage import Cgroup, watch

#: Whether a kernel has a launcher, and can be sent signals.
FORKS = hasattr(os, "fork")
#: This Python's own kernel, and not whatever a kernelspec folder calls `python3`.
_COMMAND = [sys.executable, "-m", "ipykernel_launcher"]
_OPTIONS = ["--HistoryManager.hist_file=:memory:"]
#: Without site-packages: the launcher needs the standard library and this package alone.
_LAUNCHER = ["-S", "-P", "-m", "autograder.kernels.launch"]
#: Seconds that the launcher may take to put the layers on, and to end everything.
_SECONDS, _END_SECONDS = 30, 10
#: Layers that failed half-way on this machine, with the reason: not tried again.
_broken: dict[str, str] = {}


class KernelProcess:
    """A kernel and all that it starts.

    Args:
        settings: the instructor's.
        beside: the content of files that its scratch folder begins with, by path in it.

    Attributes:
        scratch: its folders; with its connection file in `seed` it can be started.
        protection: which layers are on.
        cold: why it was not forked from a process with the imports done; "" if it was.
        breach: why the watch or Linux killed it, as a message code; "" if neither did.
        waited: seconds for which it was ready and other processes had its turn.
    """

    def __init__(self, settings: Sandbox, beside: Mapping[str, bytes]) -> None:
        root = sys.platform == "linux" and os.geteuid() == 0  # may change its user
        self.scratch = files.Scratch(own_user=root and "user" in WANTED, beside=beside)
        self.protection, self.cold, self.breach = Protection(), "there is no fork here", ""
        self.waited = 0.0
        self._settings, self._limits = settings, settings.limits()
        self._environment = files.environment(self.scratch.home, self.scratch.project)
        self._running: subprocess.Popen[bytes] | warm.Forked | None = None
        self._stop_watching: Callable[[], None] | None = None
        self._cgroup: Cgroup | None = None

    def start(self) -> None:
        """Start the launcher and wait until it says which layers are on.

        Raises:
            CannotRun: the launcher failed; the message has its last words.
            ProtectionTooWeak: a layer is missing that the settings demand.
        """
        command = [*_COMMAND, "-f", str(self.scratch.home / files.CONNECTION), *_OPTIONS]
        layers: Layers = dict.fromkeys(WANTED, "needs Linux")
        if FORKS:
            layers = self._launch(command)
        else:
            shutil.copytree(self.scratch.seed, self.scratch.home, dirs_exist_ok=True)
            self._running = self._popen(command, self._environment)
        layers.update(encryption="", watch="")
        self.protection = Protection(layers)
        self.protection.demand(self._settings.require)
        self._stop_watching = watch(
            self.pid, self._limits, self.scratch.home, self._stop_for, self._wait_for,
            namespace=layers.get("pids") == "",
        )  # fmt: skip

    @property
    def pid(self) -> int:
        """The launcher's id, or the kernel's where there is none."""
        assert self._running is not None
        return self._running.pid

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._running is not None and self._running.poll() is None

    def interrupt(self) -> None:
        """Interrupt what it does: the launcher passes the signal on."""
        if self._running is not None:
            with contextlib.suppress(OSError):
                self._running.send_signal(signal.SIGINT)

    def end(self) -> None:
        """End everything that belongs to the kernel, and remove it; nothing of it is worth saving.

        Does nothing the second time.
        """
        if self._running is not None:
            self._close()
            try:
                self._running.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                self._running.kill()  # the kernel's process 1 dies with it
                self._running.wait()
        if self._stop_watching is not None:
            self._stop_watching()
        if self._cgroup is not None:
            if self._cgroup.ran_out():
                self.breach = "too_much_memory"
            self._cgroup.remove()
            self._cgroup = None
        self.scratch.remove()

    def _launch(self, command: list[str]) -> Layers:
        while True:
            facts = self._try_to_launch(command)
            assert self._cgroup is not None
            layers: Layers = {**facts.get("layers", {}), **_broken, "cgroup": self._cgroup.missing}
            failed = facts.get("error", self.scratch.last_line() or "it ended early")
            if not failed:
                return layers
            # A view of the files that broke half-way is the one thing to do without.
            if "mounts" in _broken or layers.get("mounts") == "":
                raise CannotRun(f"the kernel did not start: {failed}")
            _broken["mounts"] = failed
            assert self._running is not None
            self._running.wait()
            self._cgroup.remove()

    def _try_to_launch(self, command: list[str]) -> dict[str, Any]:
        """Returns what the launcher says."""
        scratch, settings = self.scratch, self._settings
        spec = Spec(
            command=command,
            environment=self._environment,
            root=str(scratch.root),
            scratch=str(scratch.home),
            sockets=str(scratch.ipc),
            seed=str(scratch.seed),
            base=str(scratch.view),
            readable=[*files.readable(), str(scratch.project), str(scratch.seed), *settings.read],
            hidden=[*files.hidden(), *settings.hide],
            devices=files.DEVICES,
            user=scratch.user,
            wanted=[layer for layer in WANTED if layer not in _broken],
            limits=asdict(self._limits),
        )
        receive, report = os.pipe()
        try:
            try:
                self._running = self._launcher(report)
            finally:
                os.close(report)
            self._cgroup = Cgroup(self._limits, self.pid)
            # Its standard input stays open: closing it ends everything.
            assert self._running.stdin is not None
            self._running.stdin.write(json.dumps(asdict(spec)).encode() + b"\n")
            self._running.stdin.flush()
            return _receive(receive)
        finally:
            os.close(receive)

    def _launcher(self, report: int) -> subprocess.Popen[bytes] | warm.Forked:
        """A launcher, forked if possible."""
        self.cold = "" if self._settings.warm else "the settings say so"
        if not self.cold:
            try:
                with self.scratch.log() as log:
                    return warm.fork(log.fileno(), report)
            except warm.Cold as error:
                self.cold = str(error)
        root = str(Path(__file__).resolve().parents[2])
        environment = {"PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1"}
        return self._popen([sys.executable, *_LAUNCHER], environment, report)

    def _popen(
        self, command: list[str], environment: dict[str, str], output: int | None = None
    ) -> subprocess.Popen[bytes]:
        with self.scratch.log() as log:
            return subprocess.Popen(
                command,
                env=environment,
                cwd=self.scratch.home,
                stdin=subprocess.PIPE,
                stdout=log if output is None else output,
                stderr=log,
                start_new_session=True,
            )

    def _wait_for(self, seconds: float) -> None:
        self.waited = seconds

    def _stop_for(self, code: str) -> None:
        """End the kernel, because it uses too much; called from the watch's thread."""
        self.breach = code
        self._close()

    def _close(self) -> None:
        """Tell the launcher to end everything, by closing its standard input."""
        assert self._running is not None
        if self._running.stdin is not None:
            with contextlib.suppress(OSError):
                self._running.stdin.close()
        if not FORKS:
            self._running.kill()


def _receive(descriptor: int) -> dict[str, Any]:
    """The launcher's report, which is complete when it has closed its end; {} if none came."""
    until, text = time.monotonic() + _SECONDS, b""
    while select.select([descriptor], [], [], max(0, until - time.monotonic()))[0]:
        piece = os.read(descriptor, 65536)
        if not piece:
            break
        text += piece
    facts: dict[str, Any] = {}
    for line in text.splitlines():  # a second line says that the program itself could not be run
        facts |= json.loads(line)
    return facts
