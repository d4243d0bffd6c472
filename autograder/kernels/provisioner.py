"""Starts a kernel in the sandbox, as jupyter_client's provisioner interface has it.

Registered as `moons-sandbox`. It sets the kernel manager to local sockets with encryption, in a
folder of this kernel's own, and starts `launch` where there is fork, or else the kernel itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from typing import Any

import zmq
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from autograder.kernels import files, process, warm
from autograder.kernels.cgroup import Cgroup, Unavailable
from autograder.kernels.errors import CannotRun
from autograder.kernels.layers import WANTED, Protection
from autograder.kernels.scratch import Scratch
from autograder.kernels.settings import Sandbox
from autograder.kernels.spec import REPORT, Layers
from autograder.kernels.watch import Watch

NAME = "moons-sandbox"
_FORKS = hasattr(os, "fork")
#: Seconds that the launcher may take to end everything.
_END_SECONDS = 10
#: Layers that failed half-way on this machine, with the reason: not tried again.
_broken: dict[str, str] = {}


class SandboxProvisioner(LocalProvisioner):
    """One kernel in its sandbox. `protection` and `breach` tell how it went."""

    protection = Protection()
    #: Why the watch or Linux killed it, as a message code; "" if neither did.
    breach = ""
    #: Why it was not forked from a process with the imports done; "" if it was.
    cold = "there is no fork here"

    process: Any = None
    _scratch: Scratch | None = None
    _watch: Watch | None = None
    _cgroup: Cgroup | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Make the folders and put the kernel manager's sockets in one of them.

        Args:
            kwargs: jupyter_client's; `beside` is ours, see `Scratch`.
        """
        beside = kwargs.pop("beside", {})
        self.settings = Sandbox(parent=self)
        if self._scratch is None:
            own_user = "user" in WANTED and _may_change_user()
            self._scratch = Scratch(own_user=own_user, beside=beside)
        manager: Any = self.parent
        # ipykernel writes this file again, which it may in its scratch folder.
        manager.connection_file = str(self._scratch.seed / files.CONNECTION)
        if zmq.has("ipc"):
            manager.transport = "ipc"
            manager.ip = str(self._scratch.ipc / "c")
        manager.transport_encryption = "required"
        kwargs = await super().pre_launch(**kwargs)
        told, copied = manager.connection_file, str(self._scratch.home / files.CONNECTION)
        if _FORKS:
            kwargs["cmd"] = [part.replace(told, copied) for part in kwargs["cmd"]]
        return kwargs

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the launcher and wait until it says which layers are on.

        Raises:
            CannotRun: the launcher failed; the message has its last words.
            ProtectionTooWeak: a layer is missing that the settings demand.
        """
        layers: Layers = dict.fromkeys(WANTED, "needs Linux")
        if _FORKS:
            layers = self._launch(cmd)
        else:
            self.process = process.start_bare(cmd, self.scratch)
        assert self.process is not None
        self.pid = self.process.pid
        layers.update(encryption="", watch="")
        self.protection = Protection(layers)
        self.protection.demand(self.settings.require)
        self._watch = Watch(self.pid, self.settings.limits(), self.scratch.home, self._stop_for)
        return self.connection_info

    @property
    def scratch(self) -> Scratch:
        """The kernel's folders."""
        assert self._scratch is not None
        return self._scratch

    def _launch(self, cmd: list[str]) -> Layers:
        while True:
            layers, failed = self._try_to_launch(cmd)
            if not failed:
                return layers
            # A view of the files that broke half-way is the one thing to do without.
            if "mounts" in _broken or layers.get("mounts") == "":
                raise CannotRun(f"the kernel did not start: {failed}")
            _broken["mounts"] = failed
            assert self.process is not None
            self.process.wait()

    def _try_to_launch(self, cmd: list[str]) -> tuple[Layers, str]:
        receive, report = os.pipe()
        wanted = [layer for layer in WANTED if layer not in _broken]
        try:
            number = self._start_launcher(cmd, report)
            group = self._into_cgroup()
            spec = process.spec(cmd, self.scratch, self.settings, wanted, number)
            process.tell(self.process, spec)
        finally:
            os.close(report)
        try:
            facts = process.receive(receive)
        finally:
            os.close(receive)
        layers: Layers = {**facts.get("layers", {}), **_broken, "cgroup": group}
        return layers, facts.get("error", process.last_line(self.scratch) or "it ended early")

    def _start_launcher(self, cmd: list[str], report: int) -> int:
        """Start a launcher, forked if possible; returns what number it knows the report by."""
        if not self.settings.warm:
            self.cold = "the settings say so"
        elif cmd[:2] != [sys.executable, "-m"]:
            self.cold = "it is another program than this Python"
        else:
            try:
                with process.log(self.scratch) as log:
                    self.process = warm.fork(log.fileno(), report)
                self.cold = ""
                return REPORT
            except warm.Cold as error:
                self.cold = str(error)
        self.process = process.start_launcher(self.scratch, report)
        return report

    def _into_cgroup(self) -> str:
        assert self.process is not None
        try:
            self._cgroup = Cgroup(self.settings.limits())
            self._cgroup.add(self.process.pid)
        except Unavailable as error:
            self._cgroup = None
            return str(error)
        return ""

    def _stop_for(self, code: str) -> None:
        """End the kernel, because it uses too much; called from the watch's thread."""
        self.breach = code
        self._end()

    def _end(self) -> None:
        """Tell the launcher to end everything, by closing its standard input."""
        running = self.process
        if running is not None:
            if running.stdin is not None:
                with contextlib.suppress(OSError):
                    running.stdin.close()
            if not _FORKS:
                running.kill()

    async def send_signal(self, signum: int) -> None:
        """Interrupts go to the launcher, which passes them on; anything else ends the kernel."""
        if not _FORKS:
            await super().send_signal(signum)
        elif signum == signal.SIGINT and self.process is not None:
            with contextlib.suppress(OSError):
                self.process.send_signal(signum)
        elif signum:
            await self.kill()

    async def kill(self, restart: bool = False) -> None:
        """End everything that belongs to the kernel."""
        running = self.process
        if running is None:
            return
        self._end()
        until = time.monotonic() + _END_SECONDS
        while running.poll() is None:
            if time.monotonic() > until:
                running.kill()  # the kernel's process 1 dies with it
            await asyncio.sleep(0.01)

    async def terminate(self, restart: bool = False) -> None:
        """The same as `kill`: nothing in a kernel is worth saving."""
        await self.kill(restart)

    async def cleanup(self, restart: bool = False) -> None:
        """Stop watching, and remove group and folders."""
        if self._watch is not None:
            self._watch.stop()
        if self._cgroup is not None:
            if self._cgroup.ran_out():
                self.breach = "too_much_memory"
            self._cgroup.remove()
            self._cgroup = None
        if self._scratch is not None and not restart:
            self._scratch.remove()
        await super().cleanup(restart)


def _may_change_user() -> bool:
    return sys.platform == "linux" and os.geteuid() == 0
