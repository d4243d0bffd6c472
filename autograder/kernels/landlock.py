"""Landlock: which files a process may read and write. Knows paths, and nothing of notebooks.

Rules only ever add, and hold for everything below a folder. So a folder that holds something
hidden is allowed entry by entry, without that entry. Python has to list such a folder to import
from it, so the names of files, and not their contents, can be read below it.
"""

import ctypes
import os
import stat
from collections.abc import Iterable
from pathlib import PurePath

from autograder.kernels import linux, mounts
from autograder.kernels.limits import Layers, Spec

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_FILE, _MAKE_SOCK = 1 << 5, 1 << 9
_MAKE_DEVICES = 1 << 6 | 1 << 11
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_READ = _EXECUTE | _READ_FILE | _READ_DIR
#: What a rule on a file, and not on a folder, may name.
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
#: File rights that each version of the interface knows; later ones know those of 5.
_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}

#: Without a /proc of its own a kernel sees these parts; the rest names other people's processes,
#: and /proc/self/net the sockets of other kernels.
_OWN_PROC = [
    f"/proc/{name}"
    for name in (
        *("cpuinfo", "meminfo", "stat", "filesystems", "loadavg", "uptime", "version", "sys"),
        *("self/cmdline", "self/exe", "self/fd", "self/limits", "self/maps", "self/mountinfo"),
        *("self/mounts", "self/smaps", "self/smaps_rollup", "self/stat", "self/statm"),
        *("self/status", "self/cgroup", "self/oom_score_adj"),
    )
]


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Rule(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def without(paths: Iterable[str], hidden: Iterable[str]) -> tuple[list[str], list[str]]:
    """The files below `paths` in pieces without `hidden`; and the folders that came to pieces."""
    pieces, opened = [], []
    out = {os.path.realpath(path) for path in hidden}
    below = tuple(f"{path}/" for path in out)
    above = {str(parent) for path in out for parent in PurePath(path).parents}
    waiting = [os.path.realpath(path) for path in paths]
    while waiting:
        path = waiting.pop()
        if path in out or path.startswith(below):
            continue
        if path not in above:
            pieces.append(path)
            continue
        opened.append(path)
        # A link leads to a file that has a rule of its own, or to one that must not have any.
        waiting += [entry.path for entry in os.scandir(path) if not entry.is_symlink()]
    return pieces, opened


def apply(spec: Spec, layers: Layers) -> None:
    """Restrict this process and all that it starts, for good. Needs `no_new_privs`.

    The interface's version says how much is restricted: 3 adds truncating, 4 TCP, 5 device
    controls, 6 signals and abstract sockets to processes outside.
    """
    own_view = layers.get("mounts") == ""
    own_proc = own_view and layers.get("pids") == "" and "proc" not in layers
    version = linux.call("syscall", _CREATE, None, 0, 1, what="landlock")
    handled = _RIGHTS[min(version, 5)]
    ruleset = _Ruleset(handled, 0b11 if version >= 4 else 0, 0b11 if version >= 6 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    descriptor = linux.call("syscall", _CREATE, ctypes.byref(ruleset), size, 0, what="landlock")
    try:
        readable = [*spec.readable, *(["/proc"] if own_proc else _OWN_PROC)]
        pieces, opened = without(readable, spec.hidden)
        for path in pieces:
            _allow(descriptor, path, _READ)
        for path in opened:
            _allow(descriptor, path, _READ_DIR)
        for path in [*spec.devices, *([mounts.TERMINALS] if own_view else [])]:
            _allow(descriptor, path, handled & (_OF_FILES & ~_EXECUTE))
        for path in [spec.scratch, *(["/dev/shm"] if own_view else [])]:
            _allow(descriptor, path, handled & ~_MAKE_DEVICES)
        _allow(descriptor, spec.sockets, _READ_DIR | _MAKE_SOCK | _REMOVE_FILE)
        linux.call("syscall", _RESTRICT, descriptor, 0, what="landlock")
    finally:
        os.close(descriptor)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # not on this machine, or not for this user
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _OF_FILES
        rule = _Rule(rights, descriptor)
        linux.call("syscall", _ADD, ruleset, 1, ctypes.byref(rule), 0, what="landlock")
    finally:
        os.close(descriptor)
