"""This process's fork server: one for all its kernels, its own or shared, if one works here."""

from __future__ import annotations

import atexit
import os
import socket
import sys
import threading
from collections.abc import Callable

from autograder.kernels.forked import Forked
from autograder.kernels.server import Cold, Server

__all__ = ["Cold", "control", "fork", "serve_workers", "use"]

_lock = threading.Lock()
_server: Server | None = None
#: How many servers in a row may be killed before they have forked anything.
_TRIES = 3
_killed = 0
#: Why no server works here; "" as long as none has failed.
_broken = "" if sys.platform == "linux" and hasattr(os, "pidfd_open") else "needs Linux"


def fork(log: int, report: int) -> Forked:
    """A launcher from this process's server, which is started if there is none.

    Raises:
        Cold: there is none to be had now. The next call tries a new server if this one was
            killed, and none if it had failed by itself.
    """
    return _asked(lambda server: server.fork(log, report))


def serve_workers(what: dict[str, object], descriptors: list[int]) -> Forked:
    """A process with the libraries imported that workers are forked from.

    See `Server.serve_workers`.

    Raises:
        Cold: as for `fork`.
    """
    return _asked(lambda server: server.serve_workers(what, descriptors))


def _asked(ask: Callable[[Server], Forked]) -> Forked:
    global _server, _broken, _killed
    with _lock:
        if _broken:
            raise Cold(_broken)
        if _server is None:
            _server = Server()
        try:
            forked = ask(_server)
        except Cold as error:
            _killed += 1
            _broken = _server.failed or (str(error) if _killed == _TRIES else "")
            _server.close()
            _server = None
            raise
        _killed = 0
        return forked


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
