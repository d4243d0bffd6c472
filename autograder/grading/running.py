"""Runs a submitted notebook and keeps its evidence, for `autograder grade` and nbgrader alike."""

from __future__ import annotations

from nbformat import NotebookNode

from autograder.grading import evidence
from autograder.grading.again import run_fairly
from autograder.grading.beside import beside
from autograder.grading.mending import Mended
from autograder.grading.plan import Course
from autograder.grading.submissions import HandedIn
from autograder.grading.template import Template
from autograder.kernels.settings import Sandbox


def run_and_keep(
    course: Course,
    student: str,
    handed: HandedIn,
    template: Template,
    mended: Mended,
    notebook: NotebookNode,
) -> None:
    """Run a mended notebook and keep its evidence.

    Args:
        course: from `open_course`.
        student: whose it is.
        handed: the file that it was mended from.
        template: what it was mended into.
        mended: gets what there is to tell about the run.
        notebook: of `mended`, perhaps changed since; is filled with its outputs.

    Raises:
        CannotRun: the kernel could not be started; the message says why.
    """
    path = evidence.path_of(course.folder, student, course.assignment, template.name)
    earlier = evidence.read(path)
    # The same file is asked the same questions again, and gets the same marks.
    same = earlier if earlier is not None and earlier.submission == handed.sha256 else None

    def keep(secret: int, attempt: int, checks: dict[str, str]) -> None:
        found = evidence.Evidence(
            notebook=template.name,
            submission=handed.sha256,
            release=template.revision,
            judge=evidence.judge_hash(),
            secret=f"{secret:x}",
            attempt=attempt,
            checks=checks,
        )
        evidence.write(path, found)

    around = beside(handed.path.parent, Sandbox(config=course.config))
    mended.mended += around.told
    mended.mended += run_fairly(
        notebook,
        template.name,
        mended.claims,
        config=course.config,
        secret=int(same.secret, 16) if same else None,
        on_evidence=keep,
        beside=around.files,
    )
