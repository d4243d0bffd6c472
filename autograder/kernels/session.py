"""A kernel to run cells in: starts it, runs one cell after another within limits, ends it.

It trusts nothing that the kernel says: messages have a largest size, outputs are counted, and a
cell that does not answer is interrupted, then killed.
"""

from __future__ import annotations

import contextlib
import logging
import sys
import time
from importlib.metadata import EntryPoint
from queue import Empty
from types import TracebackType
from typing import Any

import zmq
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from traitlets.config import Config

from autograder.kernels.cell import CellRun, Collector
from autograder.kernels.layers import Protection
from autograder.kernels.limits import MIB, Limits
from autograder.kernels.provisioner import NAME, SandboxProvisioner
from autograder.kernels.settings import Sandbox

#: Seconds for the kernel to start, and for a cell to stop once it is interrupted.
_START_SECONDS, _GRACE_SECONDS = 60, 5
#: What a cell may still print when the notebook's limit is used up: a check needs to say something.
_SMALL = 64 * 1024
_LOG = logging.getLogger(__name__)
_LOG.addHandler(logging.NullHandler())
_LOG.propagate = False  # what goes wrong is raised, and said once
#: Messages that wait unread, at most; with their largest size this bounds the grader's memory.
_WAITING = 64


class Kernel:
    """A sandboxed kernel, to be used in a `with` block.

    Args:
        config: the instructor's, with a `Sandbox` section or without.
        hide: files and folders that the kernel must not read, besides those in the settings.
    """

    def __init__(self, config: Config | None = None, hide: tuple[str, ...] = ()) -> None:
        whole = Config(config or {})
        self._settings = Sandbox(config=whole)
        self.limits: Limits = self._settings.limits()
        whole.Sandbox.hide = [*self._settings.hide, *hide]
        self._context: Any = zmq.Context()
        self._context.setsockopt(zmq.MAXMSGSIZE, self.limits.output + MIB)
        self._context.setsockopt(zmq.RCVHWM, _WAITING)
        self._manager: Any = KernelManager(config=whole, context=self._context, log=_LOG)
        self._manager._kernel_spec = _spec()
        self._client: BlockingKernelClient | None = None
        self._lost: Any = None
        self._left = self.limits.output
        self.dead = ""

    def __enter__(self) -> Kernel:
        """Start it.

        Raises:
            RuntimeError: it did not start; the message says why.
            ProtectionTooWeak: a layer is missing that the settings demand.
        """
        _register()
        try:
            self._manager.start_kernel()
            self._connect(_START_SECONDS)
        except BaseException:
            self.close()
            raise
        self._until = time.monotonic() + self.limits.notebook_seconds
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the kernel and all that it started, and remove its folders."""
        self._disconnect()
        try:
            self._manager.shutdown_kernel(now=True)
        finally:
            # The manager cleans up only after a kernel that has started.
            self._manager.cleanup_resources()
            self._context.destroy(linger=0)

    @property
    def protection(self) -> Protection:
        """Which layers are on."""
        return self._provisioner.protection

    @property
    def _provisioner(self) -> SandboxProvisioner:
        return self._manager.provisioner

    def run(self, source: str) -> CellRun:
        """Run one cell.

        Args:
            source: its code.

        Returns:
            What it showed. If `dead` is set afterwards, no further cell can run.
        """
        if self.dead:
            return CellRun(stopped=self.dead)
        assert self._client is not None
        request = self._client.execute(source, allow_stdin=False, stop_on_error=False)
        cell = Collector(request, max(self._left, _SMALL))
        self._collect(cell, request)
        self._left -= min(cell.size, self._left)
        if cell.run.stopped == "notebook_timeout":
            self._kill(cell.run)
        return cell.run

    def _collect(self, cell: Collector, request: str) -> None:
        """Take messages until the cell is over, or the kernel."""
        run = cell.run
        deadline = min(time.monotonic() + self.limits.cell_seconds, self._until)
        replied = False
        while not (cell.idle and replied):
            now = time.monotonic()
            if now > deadline:
                if run.stopped:
                    self._kill(run)
                    return
                run.stopped = "notebook_timeout" if now > self._until else "cell_timeout"
                deadline = self._interrupt()
            if cell.idle:
                reply = self._reply(0.25)
                if reply is not None and reply["parent_header"].get("msg_id") == request:
                    cell.add_unseen(reply)
                    replied = True
                message = None
            else:
                message = self._message(min(0.25, max(0.01, deadline - now)))
            if message is not None:
                cell.take(message)
                if cell.full and not run.stopped:
                    run.stopped = "too_much_output"
                    deadline = self._interrupt()
            elif not replied and self._ended(run):
                return
            elif self._lost.poll(0) and not self._dies():
                self._recover(run)
                return

    def _recover(self, run: CellRun) -> None:
        """A message was too large to be taken, and broke the connection: stop the cell."""
        run.stopped = run.stopped or "too_much_output"
        self._left = 0
        self._interrupt()
        try:
            self._connect(_GRACE_SECONDS)  # the kernel answers when the cell is over
        except RuntimeError:
            self._kill(run)

    def _message(self, seconds: float) -> dict[str, Any] | None:
        """The next message that shows something; None if there is none, or none in order."""
        assert self._client is not None
        with contextlib.suppress(Empty, KeyError, TypeError, ValueError):
            return self._client.get_iopub_msg(timeout=seconds)
        return None

    def _reply(self, seconds: float) -> dict[str, Any] | None:
        """The next answer to a request; None if there is none, or none in order."""
        assert self._client is not None
        with contextlib.suppress(Empty, KeyError, TypeError, ValueError):
            return self._client.get_shell_msg(timeout=seconds)
        return None

    def _interrupt(self) -> float:
        """Interrupt the cell; returns until when it may take to stop."""
        with contextlib.suppress(RuntimeError):
            self._manager.interrupt_kernel()
        return time.monotonic() + _GRACE_SECONDS

    def _kill(self, run: CellRun) -> None:
        self.dead = run.stopped
        self._manager.shutdown_kernel(now=True)

    def _ended(self, run: CellRun) -> bool:
        """Whether the kernel has ended; if so, says why."""
        if self._manager.is_alive():
            return False
        self._manager.shutdown_kernel(now=True)  # looks for the cause while it cleans up
        self.dead = self._provisioner.breach or run.stopped or "kernel_died"
        run.stopped = self.dead
        return True

    def _dies(self) -> bool:
        """Whether a kernel whose connection broke is about to end."""
        until = time.monotonic() + 1
        while self._manager.is_alive():
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True

    def _connect(self, seconds: float) -> None:
        """Open the channels, anew if they were open, and wait until the kernel answers on them.

        Raises:
            RuntimeError: it does not, or it has ended.
        """
        until = time.monotonic() + seconds
        while True:
            self._disconnect()
            client = self._manager.client(context=self._context)
            client.start_channels(stdin=False, hb=False)
            # A message that is too large breaks the connection for good.
            self._lost = client.iopub_channel.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
            self._client = client
            request, replied = client.kernel_info(), False
            while not self._lost.poll(0):
                if not replied:
                    reply = self._reply(0.25)
                    replied = reply is not None and reply["parent_header"].get("msg_id") == request
                elif self._message(0.25) is not None:
                    return  # iopub may connect later than shell; until it has, outputs are lost
                else:
                    client.kernel_info()
                if not self._manager.is_alive() or time.monotonic() > until:
                    last = self._provisioner.log_tail() or "it did not answer"
                    raise RuntimeError(f"the kernel did not start: {last}")

    def _disconnect(self) -> None:
        if self._client is not None:
            self._client.iopub_channel.socket.disable_monitor()
            self._client.stop_channels()
            self._client = None


def try_out(config: Config | None = None) -> Protection:
    """Start a kernel as for grading, and say which layers it has.

    Raises:
        RuntimeError: it did not start; the message says why.
    """
    plain = Config(config or {})
    plain.Sandbox.require = []
    with Kernel(plain) as kernel:
        return kernel.protection


def _spec() -> KernelSpec:
    """This Python's own kernel, and not whatever a kernelspec folder calls `python3`."""
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    return KernelSpec(
        argv=[*command, "--HistoryManager.hist_file=:memory:"],
        language="python",
        display_name="Python 3",
        metadata={
            "supported_encryption": ["curve"],
            "kernel_provisioner": {"provisioner_name": NAME},
        },
    )


def _register() -> None:
    """Name the provisioner also where the package is used without being installed."""
    factory = KernelProvisionerFactory.instance()
    value = "autograder.kernels.provisioner:SandboxProvisioner"
    factory.provisioners.setdefault(NAME, EntryPoint(NAME, value, factory.GROUP_NAME))
