"""A view of the file system that holds what a kernel may see and nothing else.

Everything else is not forbidden in it but absent: other people's work, other kernels' sockets,
the sockets of other programs. Built in a mount namespace, after which there is no way back.
"""

import contextlib
import os
from pathlib import Path

from autograder.kernels import linux, privileges
from autograder.kernels.limits import Layers, Spec

_RDONLY, _NOSUID, _NODEV, _NOEXEC = 1, 2, 4, 8
_REMOUNT, _BIND, _REC, _PRIVATE = 32, 4096, 16384, 1 << 18
_DETACH = 2
TERMINALS = "/dev/pts"
#: statvfs names these as mount does; a bind in a user namespace must keep them.
_KEPT = _NOSUID | _NODEV | _NOEXEC
_TIMES = {1024: 1024, 2048: 2048, 4096: 1 << 21}  # noatime, nodiratime, relatime


def build(spec: Spec, layers: Layers) -> None:
    """Make the view and move this process into it; needs privileges, given up later.

    A step that fails half-way leaves a process of no more use.
    """
    try:
        linux.call("unshare", privileges.NEWNS)
    except OSError as error:
        layers["mounts"] = error.strerror or str(error)
        return
    base = spec.base
    linux.mount("", "/", "", _REC | _PRIVATE)
    linux.mount("tmpfs", base, "tmpfs", _NOSUID | _NODEV, "mode=755,size=1m")
    for path in spec.readable:
        _show(base, path)
    for path in spec.hidden:
        target = base + os.path.realpath(path)
        if os.path.isdir(target):
            linux.mount("tmpfs", target, "tmpfs", _RDONLY, "mode=755,size=4k")
        elif os.path.exists(target):
            linux.mount("/dev/null", target, "", _BIND)
    for path in spec.devices:
        _bind(base, path, writable=True)
    user, group = (spec.user, spec.user) if spec.user else (os.geteuid(), os.getegid())
    data = f"mode=700,uid={user},gid={group},size={spec.limits['disk']}"
    for path in (spec.scratch, "/dev/shm"):
        os.makedirs(base + path, exist_ok=True)
        linux.mount("tmpfs", base + path, "tmpfs", _NOSUID | _NODEV, data)
    _bind(base, spec.sockets, writable=True)
    os.makedirs(base + "/proc", exist_ok=True)
    try:
        linux.mount("proc", base + "/proc", "proc", _NOSUID | _NODEV | _NOEXEC)
    except OSError as error:  # as in containers, where parts of /proc are covered
        layers["proc"] = error.strerror or str(error)
        linux.mount("/proc", base + "/proc", "", _BIND | _REC)
    _terminals(base)
    for link, name in {"fd": "", "stdin": "/0", "stdout": "/1", "stderr": "/2"}.items():
        os.symlink(f"/proc/self/fd{name}", f"{base}/dev/{link}")
    os.chdir(base)
    linux.call("pivot_root", ".", ".")
    linux.call("umount2", ".", _DETACH)
    os.chdir("/")
    linux.mount("", "/", "", _REMOUNT | _BIND | _RDONLY | _NOSUID | _NODEV)
    layers["mounts"] = ""


def _terminals(base: str) -> None:
    """Terminals of this view's own: IPython runs `!` commands in one."""
    # Without them `!` commands say "out of pty devices", and all else works.
    with contextlib.suppress(OSError):
        os.makedirs(base + TERMINALS)
        data = "newinstance,ptmxmode=0666,mode=0600"
        linux.mount("devpts", base + TERMINALS, "devpts", _NOSUID | _NOEXEC, data)
        os.symlink("pts/ptmx", base + "/dev/ptmx")


def _show(base: str, path: str) -> None:
    """Bind a path and, where a link such as /lib leads to it, make a link to what that names."""
    if os.path.realpath(path) != path and not os.path.lexists(base + path):
        os.makedirs(os.path.dirname(base + path), exist_ok=True)
        os.symlink(os.path.realpath(path), base + path)
    _bind(base, os.path.realpath(path))


def _bind(base: str, path: str, *, writable: bool = False) -> None:
    target = base + path
    if os.path.isdir(path):
        os.makedirs(target, exist_ok=True)
    elif os.path.exists(path):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if not os.path.exists(target):
            Path(target).touch()
    else:
        return
    linux.mount(path, target, "", _BIND | _REC)
    if not writable:
        flags = os.statvfs(target).f_flag
        kept = (flags & _KEPT) | sum(bit for at, bit in _TIMES.items() if flags & at)
        linux.mount("", target, "", _REMOUNT | _BIND | _RDONLY | _NOSUID | kept)
