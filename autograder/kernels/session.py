"""A kernel to run cells in: starts it, runs one cell after another within limits, ends it.

It trusts nothing that the kernel says: messages have a largest size, outputs are counted, and a
cell that does not answer is interrupted, then killed.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import math
import os
import sys
import time
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from types import TracebackType
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from traitlets.config import Config

from autograder.kernels.cell import CellRun, Collector
from autograder.kernels.channels import Channels
from autograder.kernels.errors import CannotRun
from autograder.kernels.layers import Protection
from autograder.kernels.limits import Limits
from autograder.kernels.provisioner import NAME, SandboxProvisioner
from autograder.kernels.settings import Sandbox

#: Seconds for the kernel to start, and for a cell to stop once it is interrupted.
_START_SECONDS, _GRACE_SECONDS = 60, 10
#: Seconds between interrupts: Python drops one that falls into a callback or a destructor.
_AGAIN_SECONDS = 2
#: What a cell may still print when the notebook's limit is used up: a check needs to say something.
_SMALL = 64 * 1024
#: What brings out text that waits in a kernel, and how often to try.
_FLUSH, _FLUSHES = "import sys; sys.stdout.flush(); sys.stderr.flush()", 3


class Kernel:
    """A sandboxed kernel, to be used in a `with` block.

    Args:
        config: the instructor's, with a `Sandbox` section or without.
        hide: files and folders that the kernel must not read, besides those in the settings.
        beside: the content of files that its scratch folder begins with, by path in it.
    """

    def __init__(
        self,
        config: Config | None = None,
        hide: tuple[str, ...] = (),
        beside: Mapping[str, bytes] | None = None,
    ) -> None:
        self._beside = beside or {}
        whole = copy.deepcopy(config or Config())
        self._settings = Sandbox(config=whole)
        self.limits: Limits = self._settings.limits()
        whole.Sandbox.hide = [*self._settings.hide, *hide]
        self._channels = Channels(whole, self.limits.output)
        self._manager = self._channels.manager
        self._manager._kernel_spec = _spec()
        self._left = self.limits.output
        self.dead = ""
        self.stopped = ""

    def __enter__(self) -> Kernel:
        """Start it.

        Raises:
            CannotRun: it did not start; the message says why.
            ProtectionTooWeak: a layer is missing that the settings demand.
        """
        _register()
        try:
            self._manager.start_kernel(beside=self._beside)
            self._channels.connect(_START_SECONDS)
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
        try:
            self._manager.shutdown_kernel(now=True)
        finally:
            # The manager cleans up by itself only after a kernel that has started.
            self._manager.cleanup_resources()
            self._channels.close()

    @property
    def project(self) -> str:
        """The folder in which the kernel finds `helpers` and `autograder.checks`."""
        return str(self._provisioner.scratch.project)

    @property
    def protection(self) -> Protection:
        """Which layers are on."""
        return self._provisioner.protection

    @property
    def cold(self) -> str:
        """Why it was not forked from a process with the imports done; "" if it was."""
        return self._provisioner.cold

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
        request = self._channels.execute(source)
        cell = Collector(request, max(self._left, _SMALL))
        self._collect(cell, request, self.limits.cell_seconds)
        self._left -= min(cell.size, self._left)
        if cell.run.stopped == "notebook_timeout":
            self._kill(cell.run)
        elif cell.run.stopped:
            self._settle()
        return cell.run

    def ask(self, expression: str, *, at_start: bool = False) -> Any:
        """Evaluate one expression in the notebook's namespace; nothing of it is shown.

        Args:
            expression: one whose value is text, a number or None.
            at_start: no learner's code has run yet. It may take as long as a kernel's start,
                whatever a cell may take.

        Returns:
            Its value; None if there is none, or if the kernel was stopped, see `stopped`.
        """
        self.stopped = self.dead
        if self.dead:
            return None
        request = self._channels.evaluate(expression)
        cell = Collector(request, self.limits.output)
        self._collect(cell, request, _START_SECONDS if at_start else self.limits.cell_seconds)
        self.stopped = cell.run.stopped
        if self.stopped == "notebook_timeout":
            self._kill(cell.run)
        elif self.stopped:
            self._settle()
        return _value(cell.reply)

    def _settle(self) -> None:
        """Let go by what an interrupted cell still had to say: it is not the next cell's."""
        for _ in range(_FLUSHES):
            if self.dead:
                return
            request = self._channels.execute(_FLUSH, silent=True)
            flush = Collector(request, self.limits.output)
            self._collect(flush, request, self.limits.cell_seconds)
            if not flush.run.stopped:
                return

    def _collect(self, cell: Collector, request: str, seconds: float) -> None:
        """Take messages until the cell is over, or its seconds, or the kernel."""
        run = cell.run
        deadline = min(time.monotonic() + seconds, self._until)
        again = math.inf
        replied = False
        while not (cell.idle and replied):
            now = time.monotonic()
            if now > deadline:
                if run.stopped:
                    self._kill(run)
                    return
                run.stopped = "notebook_timeout" if now > self._until else "cell_timeout"
                deadline = self._interrupt()
                again = now + _AGAIN_SECONDS
            elif now > again and not cell.idle:
                self._interrupt()
                again = now + _AGAIN_SECONDS
            if cell.idle:
                message = None
                reply = self._channels.reply(request, 0.25)
                if reply is not None:
                    cell.add_unseen(reply)
                    replied = True
            else:
                message = self._channels.message(min(0.25, max(0.01, deadline - now)))
            if message is not None:
                cell.take(message)
                if cell.full and not run.stopped:
                    run.stopped = "too_much_output"
                    deadline = self._interrupt()
                    again = now + _AGAIN_SECONDS
            elif not replied and self._ended(run):
                return
            elif self._channels.broken() and not self._dies():
                self._recover(run)
                return

    def _recover(self, run: CellRun) -> None:
        """A message was too large to be taken, and broke the connection: stop the cell."""
        self._left = 0
        self._interrupt()
        try:
            self._channels.connect(_GRACE_SECONDS)  # the kernel answers when the cell is over
            run.stopped = run.stopped or "too_much_output"
        except CannotRun:
            if not self._ended(run):
                run.stopped = run.stopped or "too_much_output"
                self._kill(run)

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
        while self._manager.is_alive() and not self._provisioner.breach:
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True


def _value(reply: dict[str, Any]) -> Any:
    """The value of an expression, from the kernel's answer; None for anything but a literal."""
    try:
        shown = reply["user_expressions"]["value"]["data"]["text/plain"]
        return ast.literal_eval(shown) if isinstance(shown, str) else None
    except (KeyError, TypeError, ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def try_out(config: Config | None = None) -> Protection:
    """Start a kernel as for grading, and say which layers it has.

    Raises:
        CannotRun: it did not start; the message says why.
    """
    return look(config)[0]


def look(config: Config | None = None) -> tuple[Protection, str]:
    """The same, and why kernels are not warm: "" if they are.

    Raises:
        CannotRun: it did not start; the message says why.
    """
    plain = copy.deepcopy(config or Config())
    plain.Sandbox.require = []
    with Kernel(plain) as kernel:
        return kernel.protection, kernel.cold


def _spec() -> KernelSpec:
    """This Python's own kernel, and not whatever a kernelspec folder calls `python3`."""
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    return KernelSpec(
        argv=[*command, "--HistoryManager.hist_file=:memory:"],
        language="python",
        display_name="Python 3",
        interrupt_mode="signal" if hasattr(os, "fork") else "message",
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
