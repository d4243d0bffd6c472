"""A kernel to run cells in: starts it, runs one cell after another within limits, ends it.

It trusts nothing that the kernel says: messages have a largest size, outputs are counted, and a
cell that does not answer is interrupted, then killed.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import math
import re
import time
from collections.abc import Mapping
from typing import Any

from traitlets.config import Config

from autograder.kernels import files
from autograder.kernels.cell import CellRun, Collector
from autograder.kernels.channels import AGAIN_SECONDS, Channels
from autograder.kernels.errors import CannotRun
from autograder.kernels.limits import Limits
from autograder.kernels.process import FORKS, KernelProcess
from autograder.kernels.settings import Sandbox
from helpers.text import storable

#: Seconds for the kernel to start, and for a cell to stop once it is interrupted.
_START_SECONDS, _GRACE_SECONDS = 60, 10
#: What a cell may still print when the notebook's limit is used up: a check needs to say something.
_SMALL = 64 * 1024
#: What brings out text that waits in a kernel, and takes what interrupts are still on their way;
#: how often it may bring out too much.
_FLUSH = "import sys, time; time.sleep(0.1); sys.stdout.flush(); sys.stderr.flush()"
_FLOODS = 3
#: A notebook waits for its turn so many times its limit at most, and is stopped then all the same.
_PATIENCE = 3


class Kernel:
    """A sandboxed kernel, to be used in a `with` block.

    Args:
        config: the instructor's, with a `Sandbox` section or without.
        hide: files and folders that the kernel must not read, besides those in the settings.
        beside: the content of files that its scratch folder begins with, by path in it.

    Attributes:
        process: as long as the block lasts; `protection` and `cold` are what it said of itself.
        dead: why no further cell can run, as a message code; "" if one can.
        stopped: the same for what was asked last.
    """

    def __init__(
        self,
        config: Config | None = None,
        hide: tuple[str, ...] = (),
        beside: Mapping[str, bytes] | None = None,
    ) -> None:
        self._beside = beside or {}
        self._settings = Sandbox(config=config or Config())
        self._settings.hide = [*self._settings.hide, *hide]
        self.limits: Limits = self._settings.limits()
        self._left = self.limits.output
        self.dead = ""
        self.stopped = ""

    def __enter__(self) -> Kernel:
        """Start it.

        Raises:
            CannotRun: it did not start; the message says why.
            ProtectionTooWeak: a layer is missing that the settings demand.
        """
        with contextlib.ExitStack() as stack:
            self.process = KernelProcess(self._settings, self._beside)
            stack.callback(self.process.end)
            scratch = self.process.scratch
            file = scratch.seed / files.CONNECTION
            self._channels = Channels(file, scratch.ipc, self.limits.output)
            stack.callback(self._channels.close)
            self.process.start()
            self._channels.connect(self.process, _START_SECONDS)
            self._closing = stack.pop_all()
        self.protection, self.cold = self.process.protection, self.process.cold
        self._until = self._now() + self.limits.notebook_seconds
        return self

    def __exit__(self, *error: object) -> None:
        """End the kernel and all that it started, and remove its folders."""
        self._closing.close()

    def run(self, source: str, cell: str = "") -> CellRun:
        """Run one cell, and say which. If `dead` is set afterwards, no further cell can run."""
        if self.dead:
            return CellRun(stopped=self.dead)
        request = self._channels.execute(source, cell=cell)
        limit = max(self._left, _SMALL)
        shown = self._whole(request, limit, self.limits.cell_seconds)
        self._left -= min(shown.size, self._left)
        return shown.run

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
        request = self._channels.execute("", silent=True, value_of=expression)
        seconds = _START_SECONDS if at_start else self.limits.cell_seconds
        cell = self._whole(request, self.limits.output, seconds)
        self.stopped = cell.run.stopped
        return storable(_value(cell.reply))

    def _whole(self, request: str, limit: int, seconds: float) -> Collector:
        """All that comes of a request, with an end put to what goes on too long."""
        cell = Collector(request, limit)
        self._collect(cell, request, seconds)
        if cell.run.stopped == "notebook_timeout":
            self._kill(cell.run)
        elif cell.run.stopped:
            self._settle(cell.run)
        return cell

    def _settle(self, run: CellRun) -> None:
        """Let go by what an interrupted cell still had to say: it is not the next cell's.

        An interrupt that came late has met the kernel's own code: what was asked then is lost, or
        waits until more is asked. So this asks again and again.
        """
        floods, until = 0, min(self._now() + _START_SECONDS, self._until + _GRACE_SECONDS)
        while floods < _FLOODS and not self.dead:
            flush = self._flush()
            if flush.idle and not flush.full:
                return
            if flush.full or flush.run.stopped:
                floods += 1
            elif self._now() > until:
                self._kill(run)

    def _flush(self) -> Collector:
        """What comes of one more try to have all that waits; `idle` if that was all."""
        flush = Collector(self._channels.execute(_FLUSH, silent=True), self.limits.output)
        until = time.monotonic() + AGAIN_SECONDS
        while not (flush.idle or flush.full or time.monotonic() > until):
            message = self._channels.message(0.25)
            if message is not None:
                flush.take(message)
            elif self._lost(flush.run):
                break
        return flush

    def _collect(self, cell: Collector, request: str, seconds: float) -> None:
        """Take messages until the cell is over, or its seconds, or the kernel.

        A cell that was interrupted is over as soon as the kernel says one of the two things that
        it says then: an interrupt that comes late keeps it from saying both.
        """
        run = cell.run
        deadline = min(self._now() + seconds, self._until)
        again = math.inf
        while True:
            now, stop = self._now(), ""
            if now > deadline:
                if run.stopped:
                    if not (cell.idle or self._channels.reply(request, 0.25)):
                        self._kill(run)
                    return
                stop = "notebook_timeout" if now > self._until else "cell_timeout"
            elif cell.full and not run.stopped:
                stop = "too_much_output"
            if stop:
                run.stopped, deadline = stop, now + _GRACE_SECONDS
            if stop or (now > again and not cell.idle):
                self._interrupt()
                again = now + AGAIN_SECONDS
            if cell.idle:
                reply = self._channels.reply(request, 0.25)
                if reply is not None:
                    cell.add_unseen(reply)
                    return
            else:
                message = self._channels.message(min(0.25, max(0.01, deadline - now)))
                if message is not None:
                    cell.take(message)
                    continue
            if self._lost(run):
                return

    def _lost(self, run: CellRun) -> bool:
        """True if the kernel has ended, or a message too large broke the connection: it is over."""
        if self._ended(run):
            return True
        if not self._channels.broken() or self._dies():
            return False
        self._left, run.stopped = 0, run.stopped or "too_much_output"
        self._interrupt()
        try:
            # The kernel answers when the cell is over.
            self._channels.connect(self.process, _GRACE_SECONDS)
        except CannotRun:
            if not self._ended(run):
                self._kill(run)
        return True

    def _now(self) -> float:
        """The kernel's clock, which stands still while others have its turn on a busy machine."""
        most = _PATIENCE * self.limits.notebook_seconds
        return time.monotonic() - min(self.process.waited, most)

    def _interrupt(self) -> None:
        if FORKS:
            self.process.interrupt()
        else:
            self._channels.interrupt()

    def _kill(self, run: CellRun) -> None:
        self.dead = run.stopped
        self.process.end()

    def _ended(self, run: CellRun) -> bool:
        """Whether the kernel has ended; if so, says why."""
        if self.process.is_alive():
            return False
        self.process.end()  # looks for the cause while it cleans up
        self.dead = self.process.breach or run.stopped or "kernel_died"
        run.stopped = self.dead
        return True

    def _dies(self) -> bool:
        """Whether a kernel whose connection broke is about to end."""
        until = time.monotonic() + 1
        while self.process.is_alive() and not self.process.breach:
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True


#: One text or one number. Python's parser is not to be had for what else a kernel may say: it can
#: be held for hours, in one step that nothing ends.
_LITERAL = re.compile(r"""'(?:[^'\\\n]|\\.)*+'|"(?:[^"\\\n]|\\.)*+"|-?[0-9]{1,30}""", re.ASCII)


def _value(reply: dict[str, Any]) -> Any:
    """The value of an expression, from the kernel's answer; None for what is no text or number."""
    try:
        shown = reply["user_expressions"]["value"]["data"]["text/plain"]
        return ast.literal_eval(shown) if _LITERAL.fullmatch(shown) else None
    except (KeyError, TypeError, ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def try_out(config: Config | None = None) -> Kernel:
    """Start a kernel as for grading, and end it; it can tell `protection` and `cold`.

    Raises:
        CannotRun: it did not start; the message says why.
    """
    plain = copy.deepcopy(config or Config())
    plain.Sandbox.require = []
    with Kernel(plain) as kernel:
        return kernel
