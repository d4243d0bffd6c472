"""Runs a program as an ordinary user, where the tests themselves are run by root."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.kernels import linux, mounts, privileges

ROOT = Path(__file__).parents[2]


def run_as_nobody(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run this Python with arguments, in the checkout, with a home folder of its own.

    Skips the test where this is not possible.
    """
    if not linux.LINUX or os.geteuid() != 0:
        pytest.skip("only root can become an ordinary user; the other tests are run by one")
    nobody = pwd.getpwnam("nobody")

    def become() -> None:
        _open_python()
        privileges.become(nobody.pw_uid, nobody.pw_gid)

    with tempfile.TemporaryDirectory(prefix="nobody-") as home:
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        ended = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**kept, "HOME": home, "TMPDIR": "/tmp", "PYTHONPATH": str(ROOT)},
            preexec_fn=become,
            capture_output=True,
            text=True,
            timeout=900,
        )
    if "Permission denied" in ended.stderr and "kernels" not in ended.stderr:
        pytest.skip(f"Python is closed to ordinary users: {ended.stderr.strip()}")
    return ended


def _open_python() -> None:
    """Let everybody read Python where it lies in a closed home folder, for this process alone."""
    prefix = Path(sys.base_prefix)
    closed = [folder for folder in prefix.parents if not folder.stat().st_mode & 1]
    if not closed:
        return
    linux.call("unshare", privileges.NEWNS)
    linux.mount("", "/", "", mounts._REC | mounts._PRIVATE)
    aside = tempfile.mkdtemp(prefix="python-")
    linux.mount(str(prefix), aside, "", mounts._BIND)
    linux.mount("tmpfs", str(closed[-1]), "tmpfs", 0, "mode=755")
    prefix.mkdir(parents=True)
    linux.mount(aside, str(prefix), "", mounts._BIND)
    linux.call("umount2", aside, mounts._DETACH)
    Path(aside).rmdir()
