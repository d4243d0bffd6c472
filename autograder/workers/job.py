"""One submitted file from bytes to evidence: what can be done anywhere, and touches no gradebook.

A job goes to a worker and its result comes back; both are plain enough to be sent.
"""

import time
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode
from traitlets.config import Config

from autograder.course.lessons import Lessons
from autograder.course.template import Template
from autograder.errors import fault
from autograder.kernels.errors import CannotRun
from autograder.kernels.settings import Sandbox
from autograder.mending.mend import Mended
from autograder.running.evidence import Evidence
from autograder.running.one_file import mended_file
from autograder.running.retry import run_for_evidence
from autograder.running.review_flags import files_to_review
from autograder.submissions.companions import Companions, put_over, read_companions
from autograder.submissions.read import NotGradable
from helpers.text import as_name


@dataclass(frozen=True)
class Job:
    """One notebook to grade.

    Attributes:
        student: whose.
        name: which notebook of the course it is.
        path: the file.
        sha256: of its bytes.
        folder: the clone whose earlier releases count.
        config: the instructor's, with a `Sandbox` section.
        lessons: the notebooks of the course.
        earlier: evidence of an earlier run, whose secret the same file gets again.
        companions: what lies beside the file; None to read it from there.
    """

    student: str
    name: str
    path: Path
    sha256: str
    folder: Path
    config: Config = field(repr=False)
    lessons: Lessons = field(repr=False)
    earlier: Evidence | None = field(default=None, repr=False)
    companions: Companions | None = field(default=None, repr=False)


@dataclass
class Result:
    """What became of a job: a mended notebook that has run and its evidence, or why not.

    Attributes:
        mended: None where there is an error.
        error: a stable code and a sentence; None if all went well.
        seconds: that it took.
    """

    mended: Mended | None = None
    evidence: Evidence | None = None
    error: tuple[str, str] | None = None
    seconds: float = 0.0

    @property
    def notebook(self) -> NotebookNode:
        """The notebook that has run."""
        assert self.mended is not None
        return self.mended.notebook


#: What is done by now, each time that somebody asks: one writer takes it in one go.
Results = Generator[list[tuple[Job, Result]]]


def lost(job: Job, why: str) -> Result:
    """What is told of a job for which no worker is of use."""
    return Result(error=("internal", f"{as_name(job.path.name)} could not be graded: {why}."))


def run_job(job: Job) -> Result:
    """Mend and run a submitted file; whatever goes wrong is part of the result."""
    started, shown = time.perf_counter(), as_name(job.path.name)
    try:
        template, mended = mended_file(job.path, job.folder, job.lessons)
        result = Result(mended, run_mended(job, mended.notebook, template, mended))
    except NotGradable as error:
        result = Result(error=(error.code, str(error)))
    except CannotRun as error:
        result = Result(error=("kernel", f"{shown} could not be run: {error}."))
    except Exception as error:
        result = Result(error=("internal", fault(f"{shown} could not be graded", error)))
    result.seconds = time.perf_counter() - started
    return result


def run_mended(job: Job, notebook: NotebookNode, template: Template, mended: Mended) -> Evidence:
    """Run a job's notebook, perhaps changed since it was mended, with what lies beside it."""
    settings = Sandbox(config=job.config)
    companions = job.companions or read_companions(job.path.parent, settings)
    if job.lessons.own:
        mended.flags += files_to_review(companions.files)
    put_over(companions, job.lessons.beside, settings)
    mended.mended += companions.notes
    return run_for_evidence(
        notebook,
        template,
        mended,
        config=job.config,
        sha256=job.sha256,
        earlier=job.earlier,
        beside=companions.files,
    )
