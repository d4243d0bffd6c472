"""What a process may see and do: namespaces, user, capabilities. Knows no files and no notebooks.

Root makes namespaces directly; anybody else first makes a user namespace, in which they may.
"""

import ctypes
import os
from pathlib import Path

from autograder.kernels import linux

NEWNS, _NEWUTS, _NEWIPC, _NEWUSER = 0x00020000, 0x04000000, 0x08000000, 0x10000000
_NEWPID, _NEWNET = 0x20000000, 0x40000000
#: Layer: the flag that makes it. A pid namespace begins with the next child.
FLAGS = {"pids": _NEWPID, "net": _NEWNET, "ipc": _NEWIPC | _NEWUTS}


def enter_namespaces(layers: dict[str, str], wanted: set[str]) -> bool:
    """Move this process into namespaces of its own.

    Args:
        layers: gets "" for each layer that is on and the reason for each that is not, by name.
        wanted: the layers to try.

    Returns:
        Whether a user namespace was needed. In it, this user's id means the same as outside.
    """
    user = False
    try:
        linux.call("unshare", _NEWIPC)
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
            linux.call("unshare", flags)
            layers[name] = ""
        except OSError as error:
            layers[name] = error.strerror or str(error)
    return user


def _enter_user_namespace() -> None:
    user, group = os.geteuid(), os.getegid()
    linux.call("unshare", _NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


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
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3, this thread
    linux.call("capset", header, (ctypes.c_uint32 * 6)())
