"""The workers of a Dask cluster: what one gets and does, and which are of use.

A worker has none of our files. It is of use if it has our version, one thread, and a sandbox.
"""

import copy
import hashlib
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

import nbformat
from distributed import CancelledError, Client, Future, get_worker
from traitlets.config import Config

from autograder.course.folders import masters
from autograder.course.releases import kept_folder, released_notebooks
from autograder.gradebook.errors import CannotGrade
from autograder.kernels.errors import CannotRun
from autograder.kernels.session import try_out
from autograder.kernels.settings import Sandbox
from autograder.running.evidence import sources_hash
from autograder.submissions.companions import read_companions
from autograder.submissions.read import read_bytes
from autograder.workers import process
from autograder.workers.job import Job, Result, lost

#: Seconds for an answer, between two looks at the workers, and without any worker of use.
ANSWER, LOOK, PATIENCE = 60, 1, 60


@lru_cache(maxsize=1)
def version() -> str:
    """A hash of all of ours that marks depend on: judges, mending, sandbox and notebooks."""
    digest = hashlib.sha256(sources_hash("helpers", "autograder").encode())
    # As they are read for grading: a notebook that somebody works in here is none of them.
    for part, notebooks in (("solutions", masters()), ("notebooks", released_notebooks())):
        for name, notebook in notebooks.items():
            digest.update(f"{part}/{name}\n{nbformat.writes(notebook)}".encode())
    return digest.hexdigest()


def pack(job: Job) -> tuple[Job, bytes, dict[str, bytes]]:
    """A job as it travels, with the bytes of all that it needs.

    Returns:
        The job with the files beside it, of whose path only the name counts; the submitted file's
        content; and earlier releases of its notebook, by file name.

    Raises:
        NotGradable: the submitted file cannot be read any more.
    """
    companions = read_companions(job.path.parent, Sandbox(config=job.config))
    kept = sorted((kept_folder(job.folder) / job.name).glob("*.ipynb"))
    releases = {path.name: path.read_bytes() for path in kept}
    return replace(job, companions=companions), read_bytes(job.path), releases


def introduce(config: Config, its_version: str) -> str:
    """In a worker: why it is of no use to a process with some settings and version; "" if it is."""
    if (threads := get_worker().state.nthreads) > 1:
        return f"has {threads} threads: start it with `--nthreads 1`"
    if its_version != version():
        return "has another version of the autograder: install the same one there"
    try:
        try_out(config).protection.demand(Sandbox(config=config).require)
    except CannotRun as error:
        return f"cannot run notebooks: {str(error).rstrip('.')}"
    return ""


def run_packed(
    job: Job, content: bytes, releases: dict[str, bytes], its_version: str
) -> Result | None:
    """In a worker: unpack a job and do it; None if this worker has another version."""
    if its_version != version():
        return None
    # Dask removes this folder of the worker's also after a kill, when the next one starts.
    with tempfile.TemporaryDirectory(prefix="job-", dir=get_worker().local_directory) as scratch:
        folder = Path(scratch)
        path = folder / "submitted" / job.path.name
        kept = kept_folder(folder) / job.name
        path.parent.mkdir()
        path.write_bytes(content)
        kept.mkdir(parents=True)
        for file, released in releases.items():
            (kept / file).write_bytes(released)
        config = copy.deepcopy(job.config)
        config.Sandbox.hide = [*Sandbox(config=config).hide, scratch]
        return _done(replace(job, path=path, folder=folder, config=config))


def _done(job: Job) -> Result:
    """Have a process do a job: this one, which works in a thread of its own, could not be ended."""
    workers = _workers(Sandbox(config=job.config).warm)
    tries = (workers.run(job) for _ in range(process.TRIES))
    return next(filter(None, tries), None) or lost(job, process.DIED)


@cache
def _workers(warm: bool) -> process.Workers:
    """What does all jobs of this worker; it ends with it."""
    multiprocessing.current_process().daemon = False  # else, below a nanny, it may start none
    return process.Workers(process.kernels(warm), forked=False)


class Lost(Exception):  # noqa: N818 - becomes a CannotGrade
    """The scheduler is gone."""


@contextmanager
def or_lost(client: Client) -> Iterator[None]:
    """Dask has many ways to say that the scheduler is no more; here they are `Lost`."""
    check(client)
    try:
        yield
    except (OSError, CancelledError, TimeoutError, RuntimeError) as error:
        raise Lost from error


def check(client: Client) -> None:
    """See that the connection stands; raises Lost if it does not."""
    if client.status != "running":
        raise Lost


class Workers:
    """The workers as they come and go: `there` has the addresses of all, `ready` of those of use.

    Each must be able to build the instructor's sandbox. Why one is of no use is said once.
    """

    def __init__(self, client: Client, config: Config, say: Callable[[str], None]) -> None:
        self._client, self._config, self._say = client, config, say
        self.ready = self.there = frozenset[str]()
        self._asked: dict[str, Future[str]] = {}
        self._useless: dict[str, str] = {}
        self._looked, self._alone_since = 0.0, time.monotonic()

    def look(self) -> None:
        """See who is there, and ask new ones who they are; at most once a second.

        Raises:
            CannotGrade: for a minute there was no worker of use, nor one that may become it.
            Lost: the scheduler is gone.
        """
        now = time.monotonic()
        if now < self._looked + LOOK:
            return
        self._looked = now
        with or_lost(self._client):
            self.there = frozenset(self._client.nthreads())
            for gone in self._asked.keys() - self.there:
                del self._asked[gone]
                self._useless.pop(gone, None)
            for new in self.there - self._asked.keys():
                call = (introduce, self._config, version())
                self._asked[new] = self._client.submit(*call, workers=[new], pure=False)
        self.ready = frozenset(filter(self._is_of_use, self._asked))
        if self.ready or len(self._useless) < len(self._asked):
            self._alone_since = now
        elif now > self._alone_since + PATIENCE:
            why = " ".join(self._useless.values()) or "There is none."
            raise CannotGrade(f"The Dask scheduler has no worker that can be used. {why}")

    def forget(self) -> None:
        """Ask all again: one has turned out to be another than it was."""
        self._asked.clear()
        self.ready = frozenset()

    def _is_of_use(self, address: str) -> bool:
        asked = self._asked[address]
        if address in self._useless or not asked.done():
            return False
        if asked.status == "error":
            why = f"does not know this autograder ({asked.exception(ANSWER)})"
        else:
            try:
                why = asked.result(ANSWER)
            except Exception:  # it has just gone
                check(self._client)
                return False
        if why:
            self._useless[address] = f"The worker {address} gets no notebook: it {why}."
            self._say(self._useless[address])
        return not why
