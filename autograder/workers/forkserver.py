"""How worker processes are started: forked from a process of their own, with the imports done.

That process is itself forked from the one that kernels come from, so that torch lies in memory
once for both. Where kernels are not forked, multiprocessing starts it, as it does by itself.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

from autograder.kernels import warm
from autograder.kernels.forked import Forked

#: Imported once, before workers are forked: they share the memory.
_SHARED = ["autograder.workers.preload"]
#: Where this copy of the package lies.
_PACKAGES = Path(__file__).resolve().parents[2]

_lock = threading.Lock()
_forked: Forked | None = None


def context(*, forked: bool = True) -> BaseContext:
    """The context for a pool of workers.

    Args:
        forked: kernels are forked, as `c.Sandbox.warm` says.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(_SHARED)
    server = _server()
    if "ensure_running" not in vars(server):  # multiprocessing asks for it before each worker
        ours = server.ensure_running

        def ensure_running() -> None:
            if not (forked and _ensure_forked(server)):
                _ensure_started(ours)

        server.ensure_running = ensure_running
    return found


def begin(*, forked: bool) -> None:
    """Start the process that workers are forked from, beside what else is to be done."""
    if context(forked=forked).get_start_method() == "forkserver":
        ensure = _server().ensure_running

        def run() -> None:
            # A command that ends at once takes the folder away; else the first worker asks again.
            with suppress(OSError):
                ensure()

        threading.Thread(target=run, daemon=True).start()


def _server() -> Any:
    """Multiprocessing's own idea of its fork server."""
    return importlib.import_module("multiprocessing.forkserver")._forkserver


def _ensure_forked(server: Any) -> bool:
    """Have the fork server forked, if none runs; False if that is not to be had.

    Args:
        server: is told where the new one listens.
    """
    global _forked
    with _lock:
        if server._forkserver_pid is not None:  # one that multiprocessing has started
            return False
        if _forked is not None and _forked.poll() is None:
            return True
        _forked = None
        if server._forkserver_alive_fd is not None:
            os.close(server._forkserver_alive_fd)
            server._forkserver_alive_fd = None
        # In a folder of this user's own: whoever can ask it has the grader's powers.
        connection: Any = importlib.import_module("multiprocessing.connection")
        address = connection.arbitrary_address("AF_UNIX")
        alive, ours = os.pipe()
        with socket.socket(socket.AF_UNIX) as listener, suppress(warm.Cold):
            listener.bind(address)
            Path(address).chmod(0o600)
            listener.listen()
            what: dict[str, object] = {
                "folder": str(Path.cwd()),
                "environment": {"PYTHONPATH": "", **os.environ} | _own(),
                "path": [str(_PACKAGES), *(path for path in sys.path if path)],
                "preload": _SHARED,
            }
            _forked = warm.serve_workers(what, [listener.fileno(), alive, 1, 2])
        os.close(alive)
        if _forked is None:
            os.close(ours)
            return False
        server._forkserver_address, server._forkserver_alive_fd = address, ours
        return True


def _ensure_started(ensure: Callable[[], None]) -> None:
    """Have it started by multiprocessing, so that it imports this copy of the package."""
    with _lock:
        before = {name: os.environ.get(name) for name in _own()}
        os.environ.update(_own())
        try:
            ensure()
        finally:
            for name, value in before.items():
                os.environ.pop(name)
                if value is not None:
                    os.environ[name] = value


def _own() -> dict[str, str]:
    """Variables with which Python imports no package from the working folder."""
    own = {"PYTHONSAFEPATH": "1"}
    if _PACKAGES.name not in ("site-packages", "dist-packages"):
        own["PYTHONPATH"] = os.pathsep.join([str(_PACKAGES), os.environ.get("PYTHONPATH", "")])
    return own
