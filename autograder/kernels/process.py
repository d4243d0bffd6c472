"""Starts the launcher for one kernel and hears from it. Knows folders and settings, no notebook."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any

from autograder.kernels import files
from autograder.kernels.forked import Forked
from autograder.kernels.scratch import Scratch
from autograder.kernels.settings import Sandbox
from autograder.kernels.spec import Spec

Launcher = subprocess.Popen[bytes] | Forked
#: Without site-packages: the launcher needs the standard library and this package alone.
_LAUNCHER = ["-S", "-P", "-m", "autograder.kernels.launch"]
#: Seconds that it may take to put the layers on.
_SECONDS = 30


def spec(
    command: list[str], scratch: Scratch, settings: Sandbox, wanted: list[str], report: int
) -> Spec:
    """What to start, from the settings.

    Args:
        command: the kernel's program and its arguments.
        scratch: its folders.
        settings: the instructor's.
        wanted: the layers to try.
        report: where the launcher is to write.
    """
    return Spec(
        command=command,
        environment=files.environment(scratch.home, scratch.project),
        root=str(scratch.root),
        scratch=str(scratch.home),
        sockets=str(scratch.ipc),
        seed=str(scratch.seed),
        base=str(scratch.view),
        readable=[*files.readable(), str(scratch.project), str(scratch.seed), *settings.read],
        hidden=[*files.hidden(), *settings.hide],
        devices=files.DEVICES,
        user=scratch.user,
        wanted=wanted,
        limits=settings.limits().as_json(),
        report=report,
    )


def start_launcher(scratch: Scratch, report: int) -> subprocess.Popen[bytes]:
    """Start a launcher, which waits to be told what to start."""
    root = str(Path(__file__).resolve().parents[2])
    environment = {"PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1"}
    return _start([sys.executable, *_LAUNCHER], environment, scratch, (report,))


def start_bare(command: list[str], scratch: Scratch) -> subprocess.Popen[bytes]:
    """Start a kernel without a launcher, where there is no fork."""
    return _start(command, files.environment(scratch.home, scratch.project), scratch)


def tell(launcher: Launcher, what: Spec) -> None:
    """Tell a launcher what to start. Its standard input stays open: closing it ends everything."""
    assert launcher.stdin is not None
    launcher.stdin.write(json.dumps(what.as_json()).encode() + b"\n")
    launcher.stdin.flush()


def receive(descriptor: int) -> dict[str, Any]:
    """The launcher's report, which is complete when it has closed its end; {} if none came."""
    until, text = time.monotonic() + _SECONDS, b""
    while (left := until - time.monotonic()) > 0:
        if not select.select([descriptor], [], [], left)[0]:
            break
        piece = os.read(descriptor, 65536)
        if not piece:
            break
        text += piece
    lines = text.splitlines()
    # A second line says that the program itself could not be run.
    return json.loads(lines[-1]) if lines else {}


def log(scratch: Scratch) -> IO[bytes]:
    """The empty file for what the launcher, or the kernel while it starts, writes."""
    return (scratch.root / "log").open("wb")


def last_line(scratch: Scratch) -> str:
    """What the launcher, or the kernel while it started, wrote last."""
    with contextlib.suppress(OSError):
        lines = (scratch.root / "log").read_text("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""
    return ""


def _start(
    command: list[str],
    environment: dict[str, str],
    scratch: Scratch,
    keep: tuple[int, ...] = (),
) -> subprocess.Popen[bytes]:
    with log(scratch) as its_log:
        return subprocess.Popen(
            command,
            env=environment,
            cwd=scratch.home,
            stdin=subprocess.PIPE,
            stdout=its_log,
            stderr=its_log,
            pass_fds=keep,
            start_new_session=True,
        )
