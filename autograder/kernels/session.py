"""A kernel to run cells in: starts it, runs one cell after another within limits, ends it.

It trusts nothing that the kernel says: messages have a largest size, outputs are counted, and a
cell that does not answer is interrupted, then killed.
"""

from __future__ import annotations

import contextlib
import json
import sys
import time
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint
from queue import Empty
from types import TracebackType
from typing import Any

import zmq
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from nbformat import NotebookNode
from nbformat.v4 import output_from_msg
from traitlets.config import Config

from autograder.kernels.layers import Protection
from autograder.kernels.limits import MIB, Limits
from autograder.kernels.provisioner import NAME, SandboxProvisioner
from autograder.kernels.settings import Sandbox

#: Seconds for the kernel to start, and for a cell to stop once it is interrupted.
_START_SECONDS, _GRACE_SECONDS = 60, 5
#: What a cell may still print when the notebook's limit is used up: a check needs to say something.
_SMALL = 64 * 1024
#: Messages that wait unread, at most; with their largest size this bounds the grader's memory.
_WAITING = 64


@dataclass
class CellRun:
    """How one cell went.

    Attributes:
        outputs: as a notebook holds them.
        count: the execution count.
        stopped: why it did not run to its end, as a message code; "" if it did.
    """

    outputs: list[NotebookNode] = field(default_factory=list)
    count: int | None = None
    stopped: str = ""


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
        self._manager: Any = KernelManager(config=whole, context=self._context)
        self._manager._kernel_spec = _spec()
        self._client: BlockingKernelClient | None = None
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
            client = self._manager.client(context=self._context)
            client.start_channels(stdin=False, hb=False)
            self._client = client
            self._wait_until_ready()
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
        if self._client is not None:
            self._client.stop_channels()
            self._client = None
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
        run = CellRun(stopped=self.dead)
        if self.dead:
            return run
        assert self._client is not None
        request = self._client.execute(source, allow_stdin=False, stop_on_error=False)
        limit = max(self._left, _SMALL)
        shown, clear = 0, False
        deadline = min(time.monotonic() + self.limits.cell_seconds, self._until)
        while True:
            now = time.monotonic()
            if now > deadline:
                if run.stopped:
                    self._kill(run.stopped)
                    return run
                run.stopped = "notebook_timeout" if now > self._until else "cell_timeout"
                deadline = self._interrupt()
            message = self._next(min(0.25, max(0.01, deadline - now)))
            if message is None:
                if not self._manager.is_alive():
                    self._mark_dead()
                    run.stopped = run.stopped or self.dead
                    return run
                continue
            shown += len(json.dumps(message["content"])) + sum(map(len, message["buffers"]))
            if shown > limit:
                if not run.stopped:
                    run.stopped = "too_much_output"
                    deadline = self._interrupt()
                if message["msg_type"] != "status":
                    continue
            if message["parent_header"].get("msg_id") != request:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle":
                break
            if kind == "clear_output":
                clear = bool(content.get("wait"))
                if not clear:
                    run.outputs.clear()
            elif kind == "execute_input":
                run.count = content["execution_count"]
            elif kind in ("stream", "display_data", "execute_result", "error"):
                if clear:
                    run.outputs.clear()
                    clear = False
                _append(run.outputs, output_from_msg(message))
        self._left -= min(shown, self._left)
        self._add_unseen_error(run, request)
        if run.stopped == "notebook_timeout":
            self._kill(run.stopped)
        return run

    def _next(self, seconds: float) -> dict[str, Any] | None:
        assert self._client is not None
        try:
            return self._client.get_iopub_msg(timeout=seconds)
        except Empty:
            return None
        except Exception:  # not a message: a learner can write anything to the socket
            return None

    def _add_unseen_error(self, run: CellRun, request: str) -> None:
        """An error that the learner's code kept from being shown; nbgrader reads marks from it."""
        assert self._client is not None
        until = time.monotonic() + _GRACE_SECONDS
        while (left := until - time.monotonic()) > 0:
            try:
                reply = self._client.get_shell_msg(timeout=left)
            except Empty:
                return
            if reply["parent_header"].get("msg_id") != request:
                continue
            content = reply["content"]
            seen = {out.ename for out in run.outputs if out.output_type == "error"}
            if content["status"] == "error" and content["ename"] not in seen:
                run.outputs.append(
                    NotebookNode(
                        output_type="error",
                        ename=content["ename"],
                        evalue=content["evalue"],
                        traceback=content["traceback"],
                    )
                )
            return

    def _interrupt(self) -> float:
        """Interrupt the cell; returns until when it may take to stop."""
        with contextlib.suppress(RuntimeError):
            self._manager.interrupt_kernel()
        return time.monotonic() + _GRACE_SECONDS

    def _kill(self, why: str) -> None:
        self.dead = why
        self._manager.shutdown_kernel(now=True)

    def _mark_dead(self) -> None:
        provisioner = self._provisioner
        self._manager.shutdown_kernel(now=True)  # looks for the cause while it cleans up
        self.dead = provisioner.breach or "kernel_died"

    def _wait_until_ready(self) -> None:
        assert self._client is not None
        until = time.monotonic() + _START_SECONDS
        request = self._client.kernel_info()
        while True:
            try:
                reply = self._client.get_shell_msg(timeout=0.25)
                if reply["parent_header"].get("msg_id") == request:
                    break
            except Empty:
                if not self._manager.is_alive() or time.monotonic() > until:
                    last = self._provisioner.log_tail() or "it did not answer"
                    raise RuntimeError(f"the kernel did not start: {last}") from None
        # iopub may connect later than shell: until it has, outputs would be lost.
        while self._next(0.25) is None:
            if time.monotonic() > until:
                raise RuntimeError("the kernel did not start: it shows nothing")
            self._client.kernel_info()


def try_out(config: Config | None = None) -> Protection:
    """Start a kernel as for grading, and say which layers it has.

    Raises:
        RuntimeError: it did not start; the message says why.
    """
    plain = Config(config or {})
    plain.Sandbox.require = []
    with Kernel(plain) as kernel:
        return kernel.protection


def _append(outputs: list[NotebookNode], output: NotebookNode) -> None:
    """Add an output; text joins the text before it."""
    last = outputs[-1] if outputs else None
    if (
        last is not None
        and output.output_type == last.output_type == "stream"
        and output.name == last.name
    ):
        last.text += output.text
    else:
        outputs.append(output)


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
