"""The end of grading a notebook, whoever ran it: a person is asked, and a record is written."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

from autograder.grading.decisions import apply_standing
from autograder.grading.marks import Marks
from autograder.grading.plan import Course
from autograder.grading.records import Record
from autograder.grading.submissions import Work

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
    marks.mended += [asdict(note) for note in handed.told]
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
