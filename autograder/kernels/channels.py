"""The connection to one kernel: its encrypted channels, and a bound on what they let in.

A message above the largest size is not taken, and ends the connection for good; `broken` tells.
"""

import contextlib
import logging
import secrets
import time
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.connect import write_connection_file
from jupyter_client.session import Session

from autograder.kernels.errors import CannotRun
from autograder.kernels.limits import MIB
from autograder.kernels.process import KernelProcess
from helpers.text import storable

_LOG = logging.getLogger(__name__)
_LOG.addHandler(logging.NullHandler())
_LOG.propagate = False  # what goes wrong is raised, and said once
#: Seconds until the next try: Python drops an interrupt that falls into a callback or a destructor,
#: and a request is lost when an interrupt meets the kernel's own code.
AGAIN_SECONDS = 2
#: No message, or what reading one comes to that is not in order; RecursionError where it is deep.
_NOTHING = (Empty, AttributeError, KeyError, RecursionError, TypeError, ValueError)
#: Messages that wait unread, at most; with their largest size this bounds the grader's memory.
_WAITING = 64


class Channels:
    """What shows (iopub), what answers (shell), and what can stop a cell (control).

    Args:
        file: the connection file to write, which the kernel reads.
        sockets: the folder for its sockets.
        largest: bytes that the kernel may show.
    """

    def __init__(self, file: Path, sockets: Path, largest: int) -> None:
        self._context: Any = zmq.Context()
        self._context.setsockopt(zmq.MAXMSGSIZE, largest + MIB)
        self._context.setsockopt(zmq.RCVHWM, _WAITING)
        self._session = Session(key=secrets.token_hex().encode())
        public, secret = zmq.curve_keypair()
        local: Any = {"transport": "ipc", "ip": str(sockets / "c")} if zmq.has("ipc") else {}
        _, self._info = write_connection_file(
            str(file),
            key=self._session.key,
            curve_publickey=public,
            curve_secretkey=secret,
            **local,
        )
        self._client: Any = None
        self._monitors: list[Any] = []

    def connect(self, process: KernelProcess, seconds: float) -> None:
        """Open the channels, anew if they were open, and wait until the kernel answers on them.

        Raises:
            CannotRun: it does not, or it has ended.
        """
        until = time.monotonic() + seconds
        while True:
            self._disconnect()
            # The same session: what the kernel has still to say to the last client comes to this.
            session = self._session.clone()
            client = BlockingKernelClient(context=self._context, log=_LOG, session=session)
            self._client = client
            client.load_connection_info(self._info)
            client.start_channels(stdin=False, hb=False)
            self._monitors = [
                channel.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
                for channel in (client.iopub_channel, client.shell_channel)
            ]
            request, replied, asked = client.kernel_info(), False, time.monotonic()
            while not self.broken():
                if not replied:
                    if time.monotonic() > asked + AGAIN_SECONDS:
                        request, asked = client.kernel_info(), time.monotonic()
                    replied = self.reply(request, 0.25) is not None
                elif self.message(0.25) is not None:
                    return  # iopub may connect later than shell; until it has, outputs are lost
                else:
                    client.kernel_info()
                if not process.is_alive() or time.monotonic() > until:
                    last = process.scratch.last_line() or "it did not answer"
                    raise CannotRun(f"the kernel did not start: {last}")

    def broken(self) -> bool:
        """Whether a connection has ended: a message was too large, or the kernel is no more."""
        return any(monitor.poll(0) for monitor in self._monitors)

    def execute(
        self, source: str, *, silent: bool = False, value_of: str = "", cell: str = ""
    ) -> str:
        """Ask to run code; returns the request's id.

        It counts as a cell unless it is `silent`; then no hook of cells runs. The value of an
        expression can come with the answer; no transformer of the learner's sees it. Which `cell`
        it is goes with the request, as front ends send it.
        """
        content = {
            "code": source,
            "silent": silent,
            "store_history": not silent,
            "user_expressions": {"value": value_of} if value_of else {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        metadata = {"cellId": cell} if cell else {}
        message = self._client.session.msg("execute_request", content, metadata=metadata)
        self._client.shell_channel.send(message)
        return message["header"]["msg_id"]

    def message(self, seconds: float) -> dict[str, Any] | None:
        """The next message that shows something; None if there is none, or none in order."""
        with contextlib.suppress(*_NOTHING):
            return storable(self._client.get_iopub_msg(timeout=seconds))
        return None

    def reply(self, request: str, seconds: float) -> dict[str, Any] | None:
        """The answer to a request; None if none has come, or none in order. Drops all others."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            with contextlib.suppress(*_NOTHING):
                reply = storable(self._client.get_shell_msg(timeout=left))
                if reply["parent_header"].get("msg_id") == request:
                    return reply
        return None

    def interrupt(self) -> None:
        """Interrupt a cell by a message, where there are no signals."""
        self._client.control_channel.send(self._client.session.msg("interrupt_request", {}))

    def close(self) -> None:
        """Close all, for good."""
        self._disconnect()
        self._context.destroy(linger=0)

    def _disconnect(self) -> None:
        if self._client is not None:
            for channel in (self._client.iopub_channel, self._client.shell_channel):
                channel.socket.disable_monitor()
            self._client.stop_channels()
        self._client, self._monitors = None, []
