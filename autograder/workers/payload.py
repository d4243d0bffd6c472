"""A task on its way to a machine that has none of our files, and what is done with it there."""

from __future__ import annotations

import copy
import hashlib
import tempfile
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from distributed import get_worker
from traitlets.config import Config

from autograder.course.folders import ASSIGNMENT, course_folder
from autograder.course.releases import kept_folder
from autograder.kernels.errors import CannotRun
from autograder.kernels.session import try_out
from autograder.kernels.settings import Sandbox
from autograder.running.evidence import sources_hash
from autograder.submissions.companions import beside
from autograder.submissions.read import read_bytes
from autograder.workers.job import Found, Task, examine


@dataclass(frozen=True)
class Parcel:
    """A task with the bytes of all that it needs.

    Attributes:
        task: with the files beside it; of its path only the name counts.
        content: of the submitted file.
        releases: earlier ones of its notebook, by file name.
    """

    task: Task
    content: bytes
    releases: dict[str, bytes]


@lru_cache(maxsize=1)
def version() -> str:
    """A hash of all of ours that marks depend on: judges, mending, sandbox and notebooks."""
    digest = hashlib.sha256(sources_hash("helpers", "autograder").encode())
    for part in ("solutions", "notebooks"):
        for path in sorted((course_folder() / part / ASSIGNMENT).glob("*.ipynb")):
            digest.update(f"{part}/{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def pack(task: Task) -> Parcel:
    """Read what a task needs.

    Raises:
        NotGradable: the submitted file cannot be read any more.
    """
    around = beside(task.path.parent, Sandbox(config=task.config))
    kept = sorted((kept_folder(task.folder) / task.name).glob("*.ipynb"))
    releases = {path.name: path.read_bytes() for path in kept}
    return Parcel(replace(task, around=around), read_bytes(task.path), releases)


def introduce(config: Config) -> tuple[str, str]:
    """In a worker: its version, and why it can run no kernel as the settings demand, or ""."""
    try:
        try_out(config).demand(Sandbox(config=config).require)
    except CannotRun as error:
        return version(), f"cannot run notebooks: {str(error).rstrip('.')}"
    return version(), ""


def examine_here(parcel: Parcel, its_version: str) -> Found | None:
    """In a worker: unpack a task and do it.

    Args:
        parcel: from `pack`.
        its_version: that of the process that will judge.

    Returns:
        What was found; None if this worker has another version.
    """
    if its_version != version():
        return None
    # Dask removes this folder of the worker's also after a kill, when the next one starts.
    with tempfile.TemporaryDirectory(prefix="task-", dir=get_worker().local_directory) as scratch:
        folder, task = Path(scratch), parcel.task
        path = folder / "submitted" / task.path.name
        kept = kept_folder(folder) / task.name
        path.parent.mkdir()
        path.write_bytes(parcel.content)
        kept.mkdir(parents=True)
        for file, content in parcel.releases.items():
            (kept / file).write_bytes(content)
        config = copy.deepcopy(task.config)
        config.Sandbox.hide = [*Sandbox(config=config).hide, scratch]
        return examine(replace(task, path=path, folder=folder, config=config))
