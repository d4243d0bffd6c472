"""A job on its way to a machine that has none of our files, and what is done with it there."""

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
from autograder.submissions.companions import read_companions
from autograder.submissions.read import read_bytes
from autograder.workers.job import Job, Result, run_job


@dataclass(frozen=True)
class Payload:
    """A job with the bytes of all that it needs.

    Attributes:
        job: with the files beside it; of its path only the name counts.
        content: of the submitted file.
        releases: earlier ones of its notebook, by file name.
    """

    job: Job
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


def pack(job: Job) -> Payload:
    """Read what a job needs.

    Raises:
        NotGradable: the submitted file cannot be read any more.
    """
    companions = read_companions(job.path.parent, Sandbox(config=job.config))
    kept = sorted((kept_folder(job.folder) / job.name).glob("*.ipynb"))
    releases = {path.name: path.read_bytes() for path in kept}
    return Payload(replace(job, companions=companions), read_bytes(job.path), releases)


def introduce(config: Config, its_version: str) -> str:
    """In a worker: why it is of no use; "" if it is.

    Args:
        config: the instructor's.
        its_version: that of the process that gives out jobs.
    """
    if (threads := get_worker().state.nthreads) > 1:
        return f"has {threads} threads: start it with `--nthreads 1`"
    if its_version != version():
        return "has another version of the autograder: install the same one there"
    try:
        try_out(config).protection.demand(Sandbox(config=config).require)
    except CannotRun as error:
        return f"cannot run notebooks: {str(error).rstrip('.')}"
    return ""


def run_payload(payload: Payload, its_version: str) -> Result | None:
    """In a worker: unpack a job and do it; None if this worker has another version."""
    if its_version != version():
        return None
    # Dask removes this folder of the worker's also after a kill, when the next one starts.
    with tempfile.TemporaryDirectory(prefix="job-", dir=get_worker().local_directory) as scratch:
        folder, job = Path(scratch), payload.job
        path = folder / "submitted" / job.path.name
        kept = kept_folder(folder) / job.name
        path.parent.mkdir()
        path.write_bytes(payload.content)
        kept.mkdir(parents=True)
        for file, content in payload.releases.items():
            (kept / file).write_bytes(content)
        config = copy.deepcopy(job.config)
        config.Sandbox.hide = [*Sandbox(config=config).hide, scratch]
        return run_job(replace(job, path=path, folder=folder, config=config))
