"""Gives up what a process may do beyond an ordinary one. Knows nothing of files or notebooks."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.kernels import linux


def become(user: int, group: int) -> None:
    """Be another user for good, without further groups. Needs root.

    Raises:
        OSError: this process may not.
    """
    os.setgroups([])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)


def may_run(user: int, group: int, program: str, folders: list[str]) -> bool:
    """Whether a user could run a program and read folders.

    Needs root, which it gives up and takes again. Other groups it gives up for good.
    """
    os.setgroups([])
    os.setegid(group)
    os.seteuid(user)
    try:
        readable = all(os.access(each, os.R_OK | os.X_OK, effective_ids=True) for each in folders)
        return readable and os.access(program, os.X_OK, effective_ids=True)
    finally:
        os.seteuid(0)
        os.setegid(0)


def drop_bounding_set() -> None:
    """Make sure that no program, run as whoever, gets a capability again.

    Raises:
        OSError: this process may not.
    """
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
    for capability in range(last + 1):
        linux.prctl("drop capability", linux.PR_CAPBSET_DROP, capability)


def drop() -> None:
    """No capabilities now, and no new privileges ever.

    Raises:
        OSError: the kernel refused.
    """
    linux.prctl("no_new_privs", linux.PR_SET_NO_NEW_PRIVS, 1)
    linux.prctl("ambient", linux.PR_CAP_AMBIENT, linux.PR_CAP_AMBIENT_CLEAR_ALL)
    linux.clear_capabilities()
