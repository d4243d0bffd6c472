"""The end of grading a notebook, whoever ran it: a person is asked, and a record is written."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.utils import is_grade

from autograder.checks.words.display import FAILURES
from autograder.checks.words.verdict import RAISED, Verdict
from autograder.classroom.decisions import apply_standing
from autograder.classroom.plan import Course
from autograder.course.template import Template
from autograder.gradebook.records import Record
from autograder.mending.mend import mend
from autograder.running.marks import Marks
from autograder.submissions.cells import Submission
from autograder.submissions.folder import Work

#: Reasons that lie with us or the machine: the next run tries again.
_AGAIN = ("kernel", "internal")


def leave_to_a_person(course: Course, work: Work, name: str, marks: Marks) -> None:
    """Have doubtful marks confirmed by a person, and apply what was decided for everybody.

    Args:
        course: from `open_course`.
        work: what the learner handed in.
        name: of the notebook, whose marks are in the gradebook.
        marks: get what there is to tell about the submitted files.

    Raises:
        CannotGrade: the gradebook cannot be written.
    """
    handed = work.notebooks[name]
    marks.mended += [asdict(note) for note in handed.notes]
    marks.flags += [asdict(note) for note in handed.flags]
    comment = marks.error["message"] if marks.error else ""
    if asks := _asks(marks):
        course.book.ask(work.student, name, asks, comment)
    apply_standing(course, work.student, [cell.grade_id for cell in marks.cells])


def write_down(
    course: Course, work: Work, name: str, marks: Marks, release: str, seconds: float = 0.0
) -> None:
    """Put on record what was done: the last step, because what has a record counts as graded.

    Args:
        course: from `open_course`.
        work: what the learner handed in.
        name: of the notebook; all about it is in the gradebook.
        marks: from `leave_to_a_person`.
        release: the hash of the release that the learner was given; "" for the current one.
        seconds: that it took, if that is known.
    """
    handed = work.notebooks[name]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    sha256 = "" if marks.error and marks.error["code"] in _AGAIN else handed.sha256
    course.records.write(
        Record(
            work.student, course.assignment, name, handed.path.name, sha256, handed.files,
            work.timestamp, release, now, marks.as_json(), course.lessons.checks[name],
            round(seconds, 2),
        )
    )  # fmt: skip


def _asks(marks: Marks) -> list[str]:
    """The check cells whose marks a person should confirm."""
    parts = {flag["part"] for flag in marks.flags}
    every = marks.error is not None or bool(parts - {cell.part for cell in marks.cells})
    return [cell.grade_id for cell in marks.cells if every or cell.part in parts]


_HEADING = "This file could not be graded"


def placeholder(template: Template) -> NotebookNode:
    """An untouched notebook of the course, as for grading."""
    return mend(Submission([]), template).notebook


def say_why(notebook: NotebookNode, code: str, message: str) -> None:
    """Put the reason into each check cell, as an error: it earns nothing.

    Args:
        notebook: from `placeholder`.
        code: of the reason, for programs.
        message: for the learner.
    """
    failure = FAILURES[RAISED](Verdict(RAISED, code, message), _HEADING)
    for cell in filter(is_grade, notebook.cells):
        if cell.cell_type != "code":  # an answer in words: a person marks it anyhow
            continue
        output = new_output(
            "error",
            ename=type(failure).__name__,
            evalue=str(failure),
            traceback=failure.shown.splitlines(),
        )
        cell.outputs, cell.execution_count = [output], None
