"""Namespaces: own networks, processes and ipc. Knows nothing of files or notebooks.

Root makes them directly; anybody else first makes a user namespace, in which they may.
"""

from __future__ import annotations

import os
from pathlib import Path

from autograder.kernels import linux

_NEWNS, _NEWUTS, _NEWIPC, _NEWUSER = 0x00020000, 0x04000000, 0x08000000, 0x10000000
_NEWPID, _NEWNET = 0x20000000, 0x40000000
#: Layer: the flag that makes it. A pid namespace begins with the next child.
FLAGS = {"pids": _NEWPID, "net": _NEWNET, "ipc": _NEWIPC | _NEWUTS}


def enter(layers: dict[str, str], wanted: set[str]) -> bool:
    """Move this process into namespaces of its own.

    Args:
        layers: gets "" for each layer that is on and the reason for each that is not, by name.
        wanted: the layers to try.

    Returns:
        Whether a user namespace was needed. In it, this user's id means the same as outside.
    """
    user = False
    try:
        linux.unshare(_NEWIPC)
    except OSError:
        try:
            _enter_user_namespace()
            user = True
        except OSError as error:
            for name in FLAGS:
                if name in wanted:
                    layers[name] = f"no user namespace ({error.strerror})"
            return False
    for name, flags in FLAGS.items():
        if name not in wanted:
            continue
        try:
            linux.unshare(flags)
            layers[name] = ""
        except OSError as error:
            layers[name] = error.strerror or str(error)
    return user


def enter_mount_namespace() -> None:
    """A mount table of this process's own; mounting in it is seen nowhere else.

    Raises:
        OSError: the kernel refused.
    """
    linux.unshare(_NEWNS)


def _enter_user_namespace() -> None:
    user, group = os.geteuid(), os.getegid()
    linux.unshare(_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
