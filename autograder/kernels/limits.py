"""How much a kernel may use. Pure data, and the part of it that rlimits can enforce."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

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


def apply(limits: Limits, *, own_count: bool) -> None:
    """Put rlimits on this process and all that it starts.

    Args:
        limits: the numbers.
        own_count: the user, or the user namespace, has no processes but the kernel's. Where it
            has, the limit has to be above what runs already.

    Raises:
        OSError, ValueError: the system refused one.
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
        try:
            if folder.stat().st_uid == user:
                found += sum(1 for _ in (folder / "task").iterdir())
        except OSError:
            continue  # it has ended meanwhile
    return found
