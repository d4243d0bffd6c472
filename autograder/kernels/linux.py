"""Calls to Linux that Python has no function for. Knows nothing of kernels or notebooks.

What fails raises an OSError, whose message says what it was about.
"""

import ctypes
import os
import platform
import sys
from typing import Any

LINUX = sys.platform == "linux"
#: "x86_64" or "aarch64"; other machines get no seccomp filter.
MACHINE = platform.machine()

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

_libc: Any = ctypes.CDLL(None, use_errno=True) if LINUX else None


def call(function: str, *arguments: Any, what: str = "") -> int:
    """A function of the C library: `mount`, say, or `syscall` for what it has no name for.

    Integers are passed as 64 bits wide, texts as bytes, and no text as NULL.
    """
    plain = [a.encode() or None if isinstance(a, str) else a for a in arguments]
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in plain]
    result = getattr(_libc, function)(*wide)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{f'{function} {what}'.strip()}: {os.strerror(code)}")
    return result


def prctl(what: str, option: int, *arguments: Any) -> None:
    """`prctl(2)`, with missing arguments as zeros, as newer options demand."""
    call("prctl", option, *arguments, *[0] * (4 - len(arguments)), what=what)


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    """`mount(2)`."""
    call("mount", source, target, kind, flags, data, what=target)
