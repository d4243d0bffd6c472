"""`autograder grade`, last part: what workers have found goes into the gradebook.

One process writes. Whatever is wrong with one notebook is told in its marks and stops no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from autograder.classroom.concluding import leave_to_a_person, placeholder, say_why, write_down
from autograder.classroom.plan import Course, Job
from autograder.files import write_whole
from autograder.gradebook.entries import Entry
from autograder.running import evidence
from autograder.running.marks import Marks, read_marks
from autograder.running.one_file import marks_of
from autograder.submissions.folder import Work
from autograder.workers.job import Found, Task

#: Notes that the person who grades should read, though nothing is to be done.
_TOLD = ("two_files", "beside_left_out")


@dataclass
class Row:
    """One learner in the table at the end.

    Attributes:
        asks: what a person should look at.
        told: what is worth knowing.
    """

    student: str
    score: float
    max_score: float
    asks: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Handled:
    """A notebook to enter: whose, which, and what was found; None where there was no task."""

    work: Work
    name: str
    found: Found | None


def begin(course: Course, job: Job) -> None:
    """Enter a learner in the gradebook, with zeros for what is missing."""
    student = job.work.student
    course.book.begin(student, job.work.timestamp)
    if job.work.timestamp:
        write_whole(course.book.autograded(student) / "timestamp.txt", job.work.timestamp + "\n")
    for name in job.missing:
        course.book.zero(student, name)
        course.records.remove(student, name)
        (course.book.autograded(student) / f"{name}.ipynb").unlink(missing_ok=True)


def task_of(course: Course, work: Work, name: str) -> Task | None:
    """What a worker is to do for one notebook; None where the file cannot even be read."""
    handed = work.notebooks[name]
    if handed.error is not None:
        return None
    earlier = evidence.read(_evidence_path(course, work.student, name))
    return Task(
        work.student, name, handed.path, handed.sha256, course.folder, course.config,
        course.lessons, earlier,
    )  # fmt: skip


def enter(course: Course, batch: Sequence[Handled]) -> None:
    """Write what was found: evidence and marks, then graded notebooks and, last, records.

    Args:
        course: from `open_course`.
        batch: what is written to the gradebook in one go, whole or not at all.

    Raises:
        CannotGrade: the gradebook cannot be written.
    """
    with course.book.transaction():
        entered = [_enter(course, each) for each in batch]
    for each, (kept, marks, release) in zip(batch, entered, strict=True):
        write_whole(course.book.autograded(each.work.student) / f"{each.name}.ipynb", kept)
        seconds = each.found.seconds if each.found is not None else 0.0
        write_down(course, each.work, each.name, marks, release, seconds)


def _enter(course: Course, each: Handled) -> tuple[str, Marks, str]:
    """Evidence and marks of one notebook; returns the graded notebook, its marks, its release."""
    student, name, found, release = each.work.student, each.name, each.found, ""
    # First, so that marks and record never differ, whatever stops this process in between.
    course.records.remove(student, name)
    error = found.error if found is not None else _unreadable(each.work, name)
    if error is None:
        assert found is not None
        assert found.mended is not None
        assert found.evidence is not None
        evidence.write(_evidence_path(course, student, name), found.evidence)
        course.book.put_back(found.notebook, student, name)
        kept = course.book.save(found.notebook, student, name)
        marks = marks_of(nbformat.reads(kept, as_version=4), name, found.mended)
        release = found.evidence.release
    else:
        kept, marks = _stand_in(course, student, name, *error)
    leave_to_a_person(course, each.work, name, marks)
    return kept, marks, release


def _unreadable(work: Work, name: str) -> tuple[str, str]:
    error = work.notebooks[name].error
    assert error is not None
    return error.code, str(error)


def _evidence_path(course: Course, student: str, name: str) -> Path:
    return evidence.path_of(course.folder, student, course.assignment, name, course.kept)


def _stand_in(
    course: Course, student: str, name: str, code: str, message: str
) -> tuple[str, Marks]:
    """A notebook without marks that says why, for the person who has to confirm the zero."""
    notebook = placeholder(course.lessons.templates[name])
    course.book.put_back(notebook, student, name)
    say_why(notebook, code, message)
    kept = course.book.save(notebook, student, name)
    marks = read_marks(nbformat.reads(kept, as_version=4), name)
    marks.error = {"code": code, "message": message}
    return kept, marks


def rows(course: Course, works: list[Work]) -> list[Row]:
    """The table: marks as the gradebook has them, with those given by hand."""
    entries = course.book.entries()
    return [_row(course, work, entries.get(work.student, {})) for work in works]


def _row(course: Course, work: Work, entries: dict[str, Entry]) -> Row:
    row = Row(
        work.student,
        sum(entry.score for entry in entries.values()),
        sum(entry.max_score for entry in entries.values()),
    )
    row.told += course.lessons.left.values()
    records = course.records.of(work.student)
    for name in course.names:
        record = records.get(name)
        if name not in work.notebooks or record is None:
            row.told.append(f"{name} was not handed in.")
            continue
        marks = record.marks
        row.told += [f"{name}: {n['message']}" for n in marks["mended"] if n["code"] in _TOLD]
        if not entries[name].asks:
            continue  # nothing to ask, or a person has settled it in formgrader
        reasons = [marks["error"]["message"]] if marks["error"] else []
        reasons += [
            f"{flag['part']}: {flag['message']}" if flag["part"] else flag["message"]
            for flag in marks["flags"]
        ]
        if waiting := entries[name].by_hand:
            reasons.append(f"answers to mark by hand, in formgrader: {waiting}.")
        by_hand = "A mark was given by hand: compare it with the new one, in formgrader."
        row.asks += [f"{name}: {reason}" for reason in reasons or [by_hand]]
    return row
