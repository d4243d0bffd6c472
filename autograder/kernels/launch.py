"""The process between the grader and a kernel: `python -m autograder.kernels.launch`.

It reads a `Spec` from standard input, whose other end the grader keeps open: when that closes,
because the grader is done with the kernel or has died, everything ends here. It stays outside the
sandbox and never runs learners' code:

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
from typing import NamedTuple

from autograder.kernels import linux, privileges
from autograder.kernels.confine import choose_user, confine, fill, reset_signals, view
from autograder.kernels.limits import Layers, Spec


class Program(NamedTuple):
    """What a confined process is to become.

    Attributes:
        command: the program and its arguments.
        environment: all of it.
        layers: those that are on, and the reasons for the others.
        report: a descriptor; what is written to it says that the program cannot be run.
    """

    command: list[str]
    environment: dict[str, str]
    layers: Layers
    report: int


def main() -> int:
    """Start one kernel and stay until it has ended; returns its exit code."""
    program = start()
    if isinstance(program, int):
        return program
    try:
        os.execve(program.command[0], program.command, program.environment)
    except OSError as error:
        _tell(program.report, program.layers, error)
    return 70


def start() -> Program | int:
    """Confine a child of this process, and stay until it has ended. Returns twice.

    Returns:
        In the confined child: what it is to become. In this process: the child's exit code.
    """
    spec = Spec(**json.loads(sys.stdin.buffer.readline()))
    os.set_inheritable(spec.report, False)
    layers: Layers = {}
    alone = False
    if linux.LINUX:
        linux.prctl("subreaper", linux.PR_SET_CHILD_SUBREAPER, 1)
        alone = privileges.enter_namespaces(layers, set(spec.wanted))
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
    os.close(spec.report)
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


def _guarded(spec: Spec, layers: Layers, alone: bool) -> Program:
    """Confine this process, or a child of its own; tell the grader if that fails."""
    try:
        if layers.get("pids") == "":
            return _first(spec, layers, alone)
        view(spec, layers)
        return _confined(spec, layers, alone)
    except BaseException as error:
        _tell(spec.report, layers, error)
        os._exit(70)


def _first(spec: Spec, layers: Layers, alone: bool) -> Program:
    """Process 1 of the kernel's namespace: passes interrupts on, collects the dead."""
    linux.prctl("pdeathsig", linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    view(spec, layers)
    kernel = os.fork()
    if kernel == 0:
        return _confined(spec, layers, alone)
    os.close(spec.report)
    signal.signal(signal.SIGINT, lambda *_: _send(kernel, signal.SIGINT))
    while True:
        ended, status = os.wait()
        if ended == kernel:
            os._exit(_exit_code(status))


def _confined(spec: Spec, layers: Layers, alone: bool) -> Program:
    """Put the layers on, tell the grader which, and say what is to be run."""
    os.setsid()
    os.umask(0o077)
    spec = choose_user(spec, layers)
    fill(spec)
    os.chdir(spec.scratch)
    confine(spec, layers, alone=alone)
    reset_signals()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    _tell(spec.report, layers)
    return Program(spec.command, spec.environment, layers, spec.report)


def _tell(report: int, layers: Layers, error: BaseException | None = None) -> None:
    why = f"{type(error).__name__}: {error}" if error else ""
    os.write(report, json.dumps({"layers": layers, "error": why}).encode() + b"\n")


def _send(process: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, number)


def _exit_code(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _supervise(child: int, wake: int) -> tuple[int, bool]:
    """Wait until the child has ended or the grader closes its end.

    Returns:
        The exit code, and whether the child has ended.
    """
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
