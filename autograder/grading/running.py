"""Runs a submitted notebook and keeps its evidence, for `autograder grade` and nbgrader alike."""

from __future__ import annotations

from nbformat import NotebookNode

from autograder.grading import evidence
from autograder.grading.execute import run_notebook
from autograder.grading.plan import Course
from autograder.grading.submissions import HandedIn
from autograder.grading.template import Template


def run_and_keep(
    course: Course, student: str, handed: HandedIn, template: Template, notebook: NotebookNode
) -> None:
    """Run a mended notebook and keep its evidence.

    Args:
        course: from `open_course`.
        student: whose it is.
        handed: the file that it was mended from.
        template: what it was mended into.
        notebook: is filled with its outputs.

    Raises:
        CannotRun: the kernel could not be started; the message says why.
    """
    path = evidence.path_of(course.folder, student, course.assignment, template.name)
    earlier = evidence.read(path)
    # The same file is asked the same questions again, and gets the same marks.
    same = earlier if earlier is not None and earlier.submission == handed.sha256 else None

    def keep(secret: int, checks: dict[str, str]) -> None:
        evidence.write(
            path,
            evidence.Evidence(
                template.name, handed.sha256, template.revision, evidence.judge_hash(),
                f"{secret:x}", checks,
            ),
        )  # fmt: skip

    run_notebook(
        notebook,
        config=course.config,
        secret=int(same.secret, 16) if same else None,
        on_evidence=keep,
    )
