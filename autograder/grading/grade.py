"""`autograder grade`, second half: one notebook after another, from file to gradebook.

Whatever is wrong with one of them is told in its marks and stops no other.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

import nbformat

from autograder.grading import evidence
from autograder.grading.beside import beside
from autograder.grading.check import marks_of, mended_file
from autograder.grading.course import checks_hash, masters
from autograder.grading.entries import Entry
from autograder.grading.execute import run_notebook
from autograder.grading.gradebook import CannotGrade
from autograder.grading.marks import Marks, read_marks
from autograder.grading.placeholder import placeholder, say_why
from autograder.grading.plan import Course, Job
from autograder.grading.reading import NotGradable
from autograder.grading.records import Record, write_whole
from autograder.grading.submissions import HandedIn, Work
from autograder.kernels.errors import CannotRun
from autograder.kernels.settings import Sandbox

#: Reasons that lie with us or the machine: the next run tries again.
_AGAIN = ("kernel", "internal")
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


def grade(course: Course, work: Work, name: str) -> None:
    """Grade one notebook of one learner; marks, graded notebook and record are written.

    Args:
        course: from `open_course`.
        work: what the learner handed in.
        name: of a notebook that is among it.

    Raises:
        CannotGrade: the gradebook cannot be written.
    """
    handed, student = work.notebooks[name], work.student
    release = ""
    try:
        kept, marks, release = _run(course, student, name, handed)
    except CannotGrade:
        raise
    except NotGradable as error:
        kept, marks = _stand_in(course, student, name, error.code, str(error))
    except CannotRun as error:
        words = f"{handed.path.name} could not be run: {error}."
        kept, marks = _stand_in(course, student, name, "kernel", words)
    except Exception as error:
        words = f"{handed.path.name} could not be graded ({type(error).__name__}: {error})."
        kept, marks = _stand_in(course, student, name, "internal", words)
    marks.mended += [asdict(note) for note in handed.told]
    marks.flags += [asdict(note) for note in handed.flags]
    write_whole(course.book.autograded(student) / f"{name}.ipynb", kept)
    comment = marks.error["message"] if marks.error else ""
    if asks := _asks(marks):
        course.book.ask(student, name, asks, comment)
    # Last, because what has a record counts as graded.
    now = datetime.now(UTC).isoformat(timespec="seconds")
    sha256 = "" if marks.error and marks.error["code"] in _AGAIN else handed.sha256
    course.records.write(
        Record(
            student, course.assignment, name, handed.path.name, sha256, handed.files,
            work.timestamp, release, now, marks.as_json(), checks_hash(masters()[name]),
        )
    )  # fmt: skip


def _run(course: Course, student: str, name: str, handed: HandedIn) -> tuple[str, Marks, str]:
    """The graded notebook, its marks, and the release that the learner was given."""
    if handed.error is not None:
        raise handed.error
    template, mended = mended_file(handed.path, course.folder)
    around = beside(handed.path.parent, Sandbox(config=course.config))
    mended.mended += around.told
    course.book.put_back(mended.notebook, student, name)
    path = evidence.path_of(course.folder, student, course.assignment, name)
    earlier = evidence.read(path)
    # The same file is asked the same questions again, and gets the same marks.
    same = earlier if earlier is not None and earlier.submission == handed.sha256 else None

    def keep(secret: int, checks: dict[str, str]) -> None:
        evidence.write(
            path,
            evidence.Evidence(
                name, handed.sha256, template.revision, evidence.judge_hash(), f"{secret:x}", checks
            ),
        )

    run_notebook(
        mended.notebook,
        config=course.config,
        secret=int(same.secret, 16) if same else None,
        on_evidence=keep,
        beside=around.files,
    )
    kept = course.book.save(mended.notebook, student, name)
    return kept, marks_of(nbformat.reads(kept, as_version=4), name, mended), template.revision


def _stand_in(
    course: Course, student: str, name: str, code: str, message: str
) -> tuple[str, Marks]:
    """A notebook without marks that says why, for the person who has to confirm the zero."""
    notebook = placeholder(name)
    course.book.put_back(notebook, student, name)
    say_why(notebook, code, message)
    kept = course.book.save(notebook, student, name)
    marks = read_marks(nbformat.reads(kept, as_version=4), name)
    marks.error = {"code": code, "message": message}
    return kept, marks


def _asks(marks: Marks) -> list[str]:
    """The check cells whose marks a person should confirm."""
    parts = {flag["part"] for flag in marks.flags}
    every = marks.error is not None or bool(parts - {cell.part for cell in marks.cells})
    return [cell.grade_id for cell in marks.cells if every or cell.part in parts]


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
        by_hand = "A mark was given by hand: compare it with the new one, in formgrader."
        row.asks += [f"{name}: {reason}" for reason in reasons or [by_hand]]
    return row
