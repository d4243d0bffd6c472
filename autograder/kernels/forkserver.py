"""The process that warm kernels are forked from: it has imported what notebooks import.

It holds nothing but libraries: a grader starts it afresh, gives it no secret, and sends each
kernel's `Spec` past it, to the fork. It stays in one thread, for a fork takes only one along.

A request is one message on the control socket, with four descriptors: the new launcher's standard
input, output and error, and a socket, on which this process answers with the launcher's process id
and a descriptor of it. Each request brings its own answer's way, so that any number of
processes may hold the control socket's other end. When all of them have closed it, this process
ends. What it has forked ends with the grader that asked for it, not with this process.

What stays different in a warm kernel: `sys.modules` holds the stack from the start; hash seed and
addresses are those of all kernels of one server; its first error and its first full collection of
garbage are not those of a process that imported everything itself.
"""

import contextlib
import gc
import importlib
import os
import runpy
import select
import shutil
import socket
import sys

from autograder.kernels import fresh, launch

#: What a kernel imports at its start and IPython at its first error, then what lessons import and
#: torch at its first step; as far as it is here, and in this order, in which each adds its filters
#: of warnings. Not matplotlib_inline: it looks for the notebook's shell when it is imported.
STACK = (
    *("ipykernel.kernelapp", "ipykernel.debugger", "tornado.platform.asyncio", "sqlite3"),
    *("IPython.core.completerlib", "IPython.core.pylabtools", "IPython.extensions.storemagic"),
    *("stack_data", "asttokens", "executing", "pure_eval", "pygments.formatters.terminal256"),
    *("torch", "torch._dynamo", "torch.utils.data", "torchmetrics"),
    *("sklearn.datasets", "sklearn.model_selection", "pandas", "pandas.io.formats.html"),
    *("matplotlib.pyplot", "matplotlib.backends.backend_agg", "PIL.PngImagePlugin"),
)


def main() -> int:
    """Serve until nobody is left to ask; in a fork, start a kernel. Returns the exit code.

    Needs the control socket's descriptor as the one argument, a folder of its own to stand in,
    which is `HOME` too and is removed, and the place of this package as first entry of the path.
    """
    path, before = sys.path[1:], dict(os.environ)
    control = socket.socket(fileno=int(sys.argv[1]))
    for name in STACK:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    leftovers = fresh.Leftovers(before["HOME"], before)
    shutil.rmtree(leftovers.home, ignore_errors=True)
    if len(os.listdir("/proc/self/task")) > 1:
        print("an import has started a thread, so that no kernel can be forked", file=sys.stderr)
        return 1
    gc.collect()
    gc.freeze()  # no collection in a kernel goes through it, and copies its pages
    if not _serve(control):
        return 0
    spec = launch.start()
    if isinstance(spec, int):
        os._exit(spec)  # a launcher has nothing to tidy up
    os.close(launch.REPORT)
    fresh.renew(leftovers, spec, path)
    runpy.run_module(spec.command[2], run_name="__main__", alter_sys=True)
    return 0


def _serve(control: socket.socket) -> bool:
    """Fork on request and collect the dead; returns True in a fork, and False in the end."""
    waiting = select.poll()
    waiting.register(control, select.POLLIN)
    forks: dict[int, int] = {}
    while True:
        for descriptor, _ in waiting.poll():
            if descriptor in forks:
                waiting.unregister(descriptor)
                os.waitpid(forks.pop(descriptor), 0)
                os.close(descriptor)
                continue
            asked, received, _, _ = socket.recv_fds(control, 16, 4)
            if not asked:
                return False
            with contextlib.suppress(OSError):  # no process to be had, or the grader is no more
                fork = os.fork()
                if fork == 0:
                    # Its number will soon be another file's, which the end of this object must not
                    # close: it would be one that a kernel's own threads are woken by.
                    control.detach()
                    os.setsid()
                    for target, source in enumerate(received[:3]):
                        os.dup2(source, target)
                    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
                    return True
                forks[(descriptor := os.pidfd_open(fork))] = fork
                waiting.register(descriptor, select.POLLIN)
                with socket.socket(fileno=os.dup(received[3])) as answer:
                    socket.send_fds(answer, [str(fork).encode()], [descriptor])
            for descriptor in received:
                os.close(descriptor)
