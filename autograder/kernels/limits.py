"""What a kernel is started with, and how much it may use, as far as rlimits can enforce that.

Made by the grader, read by `launch`; it travels as JSON.
"""

import contextlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MIB = 2**20
#: Files that one process may hold open.
_OPEN_FILES = 1024


@dataclass(frozen=True)
class Limits:
    """What one kernel may use.

    Attributes:
        cell_seconds: one cell may take this long, `notebook_seconds` all of them.
        memory: bytes of all its processes together; also of one process's own data.
        processes: processes and threads together.
        output: bytes that the notebook's cells may print and draw.
        file_size: bytes of one file, `disk` of the whole scratch folder.
    """

    cell_seconds: float = 120
    notebook_seconds: float = 300
    memory: int = 4096 * MIB
    processes: int = 64
    output: int = 4 * MIB
    file_size: int = 50_000_000
    disk: int = 512 * MIB


#: Layer: "" when it is on, or else the reason why not.
Layers = dict[str, str]


@dataclass(frozen=True)
class Spec:
    """One kernel to start.

    Attributes:
        environment: all of it.
        root: the folder that holds all of the kernel's own folders; removed at the end.
        scratch: where the kernel stands and may write; `sockets` holds its sockets.
        seed: files that scratch begins with.
        base: an empty folder for the view.
        readable: what may be read besides, except for `hidden`.
        user: who to become, 0 for nobody else.
        wanted: the layers to try.
        limits: the plain form of `Limits`.
    """

    command: list[str]
    environment: dict[str, str]
    root: str
    scratch: str
    sockets: str
    seed: str
    base: str
    readable: list[str]
    hidden: list[str]
    devices: list[str]
    user: int
    wanted: list[str]
    limits: dict[str, Any]


def put_on(name: str, layers: Layers, layer: Callable[[], object]) -> None:
    """Put a layer on, or keep the reason why it cannot be."""
    try:
        layer()
        layers[name] = ""
    except (OSError, ValueError) as error:
        layers[name] = getattr(error, "strerror", None) or str(error)


def apply(limits: Limits, *, own_count: bool) -> None:
    """Put rlimits on this process and all that it starts.

    Where other processes than the kernel's count for the user, or the user namespace, the limit
    has to be above what runs already.
    """
    import resource

    processes = limits.processes + (0 if own_count else _threads_of(os.getuid()))
    wanted = {
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": limits.file_size,
        "RLIMIT_NOFILE": _OPEN_FILES,
    }
    if sys.platform == "linux":  # elsewhere they count other things, or do not bind
        # An allocation that is too large fails with a MemoryError that the learner can read.
        wanted |= {"RLIMIT_NPROC": processes, "RLIMIT_MSGQUEUE": 0, "RLIMIT_DATA": limits.memory}
    for name, value in wanted.items():
        which = getattr(resource, name)
        _, hard = resource.getrlimit(which)
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (bound, bound))


def _threads_of(user: int) -> int:
    """How many threads a user has now, as far as /proc shows it."""
    found = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            if folder.stat().st_uid == user:
                found += sum(1 for _ in (folder / "task").iterdir())
    return found
