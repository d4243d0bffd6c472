"""What a process may see and do: namespaces, user, capabilities. Knows no files and no notebooks.

Root makes namespaces directly; anybody else first makes a user namespace, in which they may.
"""

import ctypes
import os
from functools import partial
from pathlib import Path

from autograder.kernels import linux
from autograder.kernels.limits import Layers, Spec, put_on

NEWNS, _NEWUTS, _NEWIPC, _NEWUSER = 0x00020000, 0x04000000, 0x08000000, 0x10000000
_NEWPID, _NEWNET = 0x20000000, 0x40000000
#: Layer: the flag that makes it. A pid namespace begins with the next child.
_FLAGS = {"pids": _NEWPID, "net": _NEWNET, "ipc": _NEWIPC | _NEWUTS}


def enter_namespaces(layers: Layers, wanted: list[str]) -> bool:
    """Move this process into namespaces of its own, as far as they are wanted.

    Returns:
        Whether a user namespace was needed. In it, this user's id means the same as outside.
    """
    flags = {name: flag for name, flag in _FLAGS.items() if name in wanted}
    try:
        linux.call("unshare", _NEWIPC)
        needed = False
    except OSError:
        try:
            _enter_user_namespace()
            needed = True
        except OSError as error:
            layers |= dict.fromkeys(flags, f"no user namespace ({error.strerror})")
            return False
    for name, flag in flags.items():
        put_on(name, layers, partial(linux.call, "unshare", flag))
    return needed


def _enter_user_namespace() -> None:
    user, group = os.geteuid(), os.getegid()
    linux.call("unshare", _NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def become(user: int, group: int) -> None:
    """Be another user for good, without further groups. Needs root."""
    os.setgroups([])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)


def closed_to(spec: Spec) -> str:
    """The Python that a kernel's own user could not run or import from; "" if that user can.

    Needs root, which it gives up and takes again. Other groups it gives up for good.
    """
    needed = [spec.environment["PYTHONPATH"], *spec.readable]
    folders = [path for path in needed if path.endswith(("project", "-packages"))]
    os.setgroups([])
    os.setegid(spec.user)
    os.seteuid(spec.user)
    try:
        readable = all(os.access(each, os.R_OK | os.X_OK, effective_ids=True) for each in folders)
        program = spec.command[0]
        runs = readable and os.access(program, os.X_OK, effective_ids=True)
        return "" if runs else f"other users may not read {program}"
    finally:
        os.seteuid(0)
        os.setegid(0)


def drop_bounding_set() -> None:
    """Make sure that no program, run as whoever, gets a capability again."""
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
    for capability in range(last + 1):
        linux.prctl("drop capability", linux.PR_CAPBSET_DROP, capability)


def drop() -> None:
    """No capabilities now, and no new privileges ever."""
    linux.prctl("no_new_privs", linux.PR_SET_NO_NEW_PRIVS, 1)
    linux.prctl("ambient", linux.PR_CAP_AMBIENT, linux.PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3, this thread
    linux.call("capset", header, (ctypes.c_uint32 * 6)())
