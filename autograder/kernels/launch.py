"""The process between the grader and a kernel: `python -m autograder.kernels.launch`.

It reads a `Spec` from standard input, whose other end the grader keeps open: when that closes,
because the grader is done with the kernel or has died, everything ends here. On standard output it
says which layers are on. It stays outside the sandbox and never runs learners' code:

    launch (as the grader)  ->  the kernel's process 1  ->  the kernel, confined

Process 1 exists where there is a pid namespace; when it ends, Linux ends all that is left in it.
Elsewhere orphans fall to `launch`, which ends them one by one. Run as a program it makes a cold
kernel; `forkserver` does the same in a fork of a process with the imports done.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import sys
from dataclasses import replace
from typing import Any

from autograder.kernels import landlock, limits, linux, mounts, privileges, seccomp
from autograder.kernels.limits import Layers, Limits, Spec, put_on

#: Where standard output is kept for the report; the kernel prints into the log.
REPORT = 3


def main() -> int:
    """Start one kernel and stay until it has ended; returns its exit code."""
    spec = start()
    if isinstance(spec, int):
        return spec
    try:
        os.execve(spec.command[0], spec.command, spec.environment)
    except OSError as error:
        _tell(error=f"{type(error).__name__}: {error}")
    return 70


def start() -> Spec | int:
    """Confine a child of this process, and stay until it has ended. Returns twice.

    This process must have one thread alone.

    Returns:
        In the confined child: what it is to become. In this process: the child's exit code.
    """
    spec = Spec(**json.loads(sys.stdin.buffer.readline()))
    os.dup2(1, REPORT, inheritable=False)
    os.dup2(2, 1)
    layers: Layers = {}
    alone = False
    if linux.LINUX:
        linux.prctl("subreaper", linux.PR_SET_CHILD_SUBREAPER, 1)
        alone = privileges.enter_namespaces(layers, spec.wanted)
        layers["reaper"] = ""
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = os.fork()
    if child == 0:
        signal.set_wakeup_fd(-1)
        os.close(wake)
        os.close(waker)
        return _guarded(spec, layers, alone)
    signal.signal(signal.SIGINT, lambda *_: _send(child, signal.SIGINT))
    os.close(REPORT)
    code, ended = _supervise(child, wake)
    if not ended:
        _send(child, signal.SIGKILL)
    if layers.get("pids") != "":
        with contextlib.suppress(OSError):
            os.killpg(child, signal.SIGKILL)  # what it started and did not send away
    _end_orphans()
    if not ended:  # the grader may be no more; it removes the folders itself otherwise
        shutil.rmtree(spec.root, ignore_errors=True)
    return code


def _guarded(spec: Spec, layers: Layers, alone: bool) -> Spec:
    """Confine this process, or a child of its own; tell the grader if that fails."""
    try:
        first = layers.get("pids") == ""
        if first:
            linux.prctl("pdeathsig", linux.PR_SET_PDEATHSIG, signal.SIGKILL)
        if linux.LINUX and "mounts" in spec.wanted:
            mounts.build(spec, layers)
        if first:
            _stay_first()
        return _confined(spec, layers, alone)
    except BaseException as error:
        _tell(layers=layers, error=f"{type(error).__name__}: {error}")
        os._exit(70)


def _stay_first() -> None:
    """Return in a child; be process 1 of its namespace: pass interrupts on, collect the dead."""
    kernel = os.fork()
    if kernel == 0:
        return
    os.close(REPORT)
    signal.signal(signal.SIGINT, lambda *_: _send(kernel, signal.SIGINT))
    while True:
        ended, status = os.wait()
        if ended == kernel:
            os._exit(_exit_code(status))


def _confined(spec: Spec, layers: Layers, alone: bool) -> Spec:
    """Put the layers on, tell the grader which, and say what is to be run."""
    os.setsid()
    os.umask(0o077)
    if "user" in spec.wanted:
        nobody = "only root can give each kernel a user of its own"
        layers["user"] = privileges.closed_to(spec) if spec.user else nobody
        spec = replace(spec, user=0 if layers["user"] else spec.user)
    _fill(spec)
    os.chdir(spec.scratch)
    _confine(spec, layers, alone)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # so that Ctrl-C interrupts the kernel
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    _tell(layers=layers, error="")
    return spec


def _fill(spec: Spec) -> None:
    """Copy into scratch what it begins with, and give the kernel's folders to its user."""
    shutil.copytree(spec.seed, spec.scratch, dirs_exist_ok=True)
    os.chmod(spec.scratch, 0o700)
    if spec.user:
        os.chown(spec.sockets, spec.user, spec.user)
        for folder, _, names in os.walk(spec.scratch):
            for path in (folder, *(os.path.join(folder, name) for name in names)):
                os.chown(path, spec.user, spec.user)


def _confine(spec: Spec, layers: Layers, alone: bool) -> None:
    """Give up privileges, bound this process and filter it, for good.

    No other process may share this one's user namespace, if it is said to be `alone`.
    """
    if linux.LINUX and os.geteuid() == 0:
        privileges.drop_bounding_set()
    if spec.user:
        privileges.become(spec.user, spec.user)
    if "rlimits" in spec.wanted:
        bounds, own_count = Limits(**spec.limits), alone or bool(spec.user)
        put_on("rlimits", layers, lambda: limits.apply(bounds, own_count=own_count))
    if not linux.LINUX:
        layers.update({name: "needs Linux" for name in spec.wanted if name not in layers})
        return
    privileges.drop()
    layers["capabilities"] = ""
    # A program that is started has this; a fork with another user cannot read its own /proc.
    linux.prctl("dumpable", linux.PR_SET_DUMPABLE, 1)
    if "landlock" in spec.wanted:
        put_on("landlock", layers, lambda: landlock.apply(spec, layers))
    if "seccomp" in spec.wanted:
        put_on("seccomp", layers, seccomp.apply)


def _tell(**facts: Any) -> None:
    os.write(REPORT, json.dumps(facts).encode() + b"\n")


def _send(process: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, number)


def _exit_code(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _supervise(child: int, wake: int) -> tuple[int, bool]:
    """Wait for the child or the grader to end; returns the exit code, and if the child has."""
    while True:
        ready, _, _ = select.select([0, wake], [], [])
        if wake in ready:
            os.read(wake, 512)
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                if ended[0] == child:
                    return _exit_code(ended[1]), True
        if 0 in ready and not os.read(0, 512):
            return 128 + signal.SIGKILL, False


def _end_orphans() -> None:
    """Kill everything that has fallen to this process, until nothing is left."""
    while True:
        for orphan in _children():
            _send(orphan, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _children() -> list[int]:
    """This process's children, as far as /proc tells."""
    me, found = os.getpid(), []
    for name in os.listdir("/proc") if linux.LINUX else []:
        if name.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat", encoding="utf-8") as file:
                if int(file.read().rpartition(")")[2].split()[1]) == me:
                    found.append(int(name))
    return found


if __name__ == "__main__":
    sys.exit(main())
