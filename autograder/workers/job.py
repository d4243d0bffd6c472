"""One submitted file from bytes to evidence: what can be done anywhere, and touches no gradebook.

A task goes to a worker and what was found comes back; both are plain enough to be sent.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode
from traitlets.config import Config

from autograder.course.lessons import Lessons
from autograder.kernels.errors import CannotRun
from autograder.kernels.settings import Sandbox
from autograder.mending.mend import Mended
from autograder.running.evidence import Evidence
from autograder.running.one_file import mended_file
from autograder.running.retry import run_for_evidence
from autograder.submissions.companions import Beside, beside, put_over
from autograder.submissions.read import NotGradable


@dataclass(frozen=True)
class Task:
    """A file to grade.

    Attributes:
        student: whose.
        name: which notebook of the course it is.
        path: the file.
        sha256: of its bytes.
        folder: the clone whose earlier releases count.
        config: the instructor's, with a `Sandbox` section.
        lessons: the notebooks of the course.
        earlier: evidence of an earlier run, whose secret the same file gets again.
        around: what lies beside the file; None to read it from there.
    """

    student: str
    name: str
    path: Path
    sha256: str
    folder: Path
    config: Config = field(repr=False)
    lessons: Lessons = field(repr=False)
    earlier: Evidence | None = field(default=None, repr=False)
    around: Beside | None = field(default=None, repr=False)


@dataclass
class Found:
    """What became of a task: a mended notebook that has run and its evidence, or why not.

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


def examine(task: Task) -> Found:
    """Mend and run a submitted file; whatever goes wrong is part of what was found."""
    started = time.perf_counter()
    found = _examine(task)
    found.seconds = time.perf_counter() - started
    return found


def _examine(task: Task) -> Found:
    shown = task.path.name
    try:
        template, mended = mended_file(task.path, task.folder, task.lessons)
        settings = Sandbox(config=task.config)
        around = task.around or beside(task.path.parent, settings)
        put_over(around, task.lessons.beside, settings)
        mended.mended += around.told
        evidence = run_for_evidence(
            mended.notebook,
            template,
            mended,
            config=task.config,
            sha256=task.sha256,
            earlier=task.earlier,
            beside=around.files,
        )
        return Found(mended, evidence)
    except NotGradable as error:
        return Found(error=(error.code, str(error)))
    except CannotRun as error:
        return Found(error=("kernel", f"{shown} could not be run: {error}."))
    except Exception as error:
        words = f"{shown} could not be graded ({type(error).__name__}: {error})."
        return Found(error=("internal", words))
