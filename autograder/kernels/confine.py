"""The order in which a process puts the layers on itself, and gives up what it does not need.

`view`, `fill` and `confine` run, in this order, in the process that becomes the kernel: in
`launch`, or in a child forked from a process with the imports done. They must run before that
process has a second thread.
"""

import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import replace

from autograder.kernels import landlock, limits, linux, mounts, privileges, seccomp
from autograder.kernels.limits import Layers, Limits, Spec

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


def view(spec: Spec, layers: Layers) -> None:
    """Put the view of the file system on; needs privileges, which `confine` gives up.

    Raises:
        OSError: a step failed half-way, so that this process is of no more use.
    """
    if not linux.LINUX or "mounts" not in spec.wanted:
        return
    try:
        linux.call("unshare", privileges.NEWNS)
    except OSError as error:
        layers["mounts"] = error.strerror or str(error)
        return
    why = mounts.build(
        spec.base,
        readable=spec.readable,
        hidden=spec.hidden,
        devices=spec.devices,
        sockets=spec.sockets,
        scratch=spec.scratch,
        owner=(spec.user, spec.user) if spec.user else (os.geteuid(), os.getegid()),
        disk=spec.limits["disk"],
    )
    layers["mounts"] = ""
    if why:
        layers["proc"] = why


def choose_user(spec: Spec, layers: Layers) -> Spec:
    """Leave out the user that the kernel should become, where it cannot or where Python is closed.

    Returns:
        The same, or with nobody else to become.
    """
    if "user" not in spec.wanted:
        return spec
    if not spec.user:
        layers["user"] = "only root can give each kernel a user of its own"
        return spec
    needed = [spec.environment["PYTHONPATH"], *spec.readable]
    folders = [path for path in needed if path.endswith(("project", "-packages"))]
    if privileges.may_run(spec.user, spec.user, spec.command[0], folders):
        layers["user"] = ""
        return spec
    layers["user"] = f"other users may not read {spec.command[0]}"
    return replace(spec, user=0)


def fill(spec: Spec) -> None:
    """Copy into scratch what it begins with, and give the kernel's folders to its user.

    Raises:
        OSError: it cannot be written.
    """
    shutil.copytree(spec.seed, spec.scratch, dirs_exist_ok=True)
    os.chmod(spec.scratch, 0o700)
    if spec.user:
        os.chown(spec.sockets, spec.user, spec.user)
        for folder, _, names in os.walk(spec.scratch):
            for path in (folder, *(os.path.join(folder, name) for name in names)):
                os.chown(path, spec.user, spec.user)


def confine(spec: Spec, layers: Layers, *, alone: bool) -> None:
    """Give up privileges, bound this process and filter it, for good.

    Args:
        spec: the kernel to become.
        layers: gets "" or a reason for each layer that is wanted.
        alone: no other process shares this one's user namespace.

    Raises:
        OSError: a privilege could not be given up.
    """
    if linux.LINUX and os.geteuid() == 0:
        privileges.drop_bounding_set()
    if spec.user:
        privileges.become(spec.user, spec.user)
        alone = True
    if "rlimits" in spec.wanted:
        _try("rlimits", layers, lambda: limits.apply(Limits(**spec.limits), own_count=alone))
    if not linux.LINUX:
        layers.update({name: "needs Linux" for name in spec.wanted if name not in layers})
        return
    privileges.drop()
    layers["capabilities"] = ""
    # A program that is started has this; a fork with another user cannot read its own /proc.
    linux.prctl("dumpable", linux.PR_SET_DUMPABLE, 1)
    if "landlock" in spec.wanted:
        _try("landlock", layers, lambda: _landlock(spec, layers))
    if "seccomp" in spec.wanted:
        _try("seccomp", layers, seccomp.apply)


def reset_signals() -> None:
    """Undo what the launcher did to signals, so that Ctrl-C interrupts the kernel."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def _landlock(spec: Spec, layers: Layers) -> None:
    own_proc = layers.get("pids") == "" and layers.get("mounts") == "" and "proc" not in layers
    proc = ["/proc"] if own_proc else _OWN_PROC
    own_view = layers.get("mounts") == ""
    writable = [spec.scratch] + (["/dev/shm"] if own_view else [])
    landlock.apply(
        [*spec.readable, *proc],
        writable,
        hidden=spec.hidden,
        devices=[*spec.devices, *([mounts.TERMINALS] if own_view else [])],
        sockets=spec.sockets,
    )


def _try(name: str, layers: Layers, put_on: Callable[[], object]) -> None:
    try:
        put_on()
        layers[name] = ""
    except (OSError, ValueError) as error:
        layers[name] = getattr(error, "strerror", None) or str(error)
