"""The few calls to Linux that Python has no function for. Knows nothing of kernels or notebooks."""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from typing import Any

LINUX = sys.platform == "linux"
#: "x86_64" or "aarch64"; other machines get no seccomp filter and no mount view.
MACHINE = platform.machine()

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_CAPSET = {"x86_64": 126, "aarch64": 91}

_libc: Any = ctypes.CDLL(None, use_errno=True) if LINUX else None


def _checked(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def syscall(what: str, number: int, *arguments: Any) -> int:
    """A system call by number; integers are passed as 64 bits wide.

    Raises:
        OSError: it failed; `what` is in the message.
    """
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _checked(_libc.syscall(ctypes.c_long(number), *wide), what)


def prctl(what: str, option: int, *arguments: Any) -> None:
    """`prctl(2)`, with missing arguments as zeros, as newer options demand.

    Raises:
        OSError: it failed; `what` is in the message.
    """
    padded = [*arguments, *[0] * (4 - len(arguments))]
    wide = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in padded]
    _checked(_libc.prctl(option, *wide), what)


def unshare(flags: int) -> None:
    """`unshare(2)`; Python has it from 3.12 on.

    Raises:
        OSError: the kernel refused.
    """
    _checked(_libc.unshare(flags), "unshare")


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    """`mount(2)`.

    Raises:
        OSError: it failed; the target is in the message.
    """
    words = [text.encode() or None for text in (source, target, kind)]
    _checked(_libc.mount(*words, ctypes.c_ulong(flags), data.encode() or None), f"mount {target}")


def detach(target: str) -> None:
    """`umount2(2)` with MNT_DETACH: unmounts now for everyone who is not in there.

    Raises:
        OSError: it failed.
    """
    _checked(_libc.umount2(target.encode(), 2), f"umount {target}")


def pivot_root(new: str, old: str) -> None:
    """`pivot_root(2)`.

    Raises:
        OSError: it failed, or this machine's number for it is not known here.
    """
    syscall("pivot_root", _number(_PIVOT_ROOT), new.encode(), old.encode())


def clear_capabilities() -> None:
    """Give up every effective, permitted and inheritable capability.

    Raises:
        OSError: it failed, or this machine's number for it is not known here.
    """
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3, this thread
    syscall("capset", _number(_CAPSET), header, (ctypes.c_uint32 * 6)())


def _number(numbers: dict[str, int]) -> int:
    if MACHINE not in numbers:
        raise OSError(38, f"not known for {MACHINE} processors")
    return numbers[MACHINE]
