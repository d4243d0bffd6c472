"""`autograder grade`, last part: what workers have found goes into the gradebook.

One process writes. Whatever is wrong with one notebook is told in its marks and stops no other.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from nbformat import NotebookNode
from nbgrader.utils import is_grade

from autograder.checks.words.verdict import RAISED, Verdict
from autograder.classroom.course import Course
from autograder.classroom.plan import Todo
from autograder.course.template import Template
from autograder.errors import Refused, fault
from autograder.files import write_whole
from autograder.gradebook.decisions import now
from autograder.gradebook.records import Record
from autograder.mending.mend import mend
from autograder.running import evidence
from autograder.running.marks import Marks, read_marks
from autograder.running.one_file import marks_of
from autograder.running.stops import output_of
from autograder.submissions.cells import SubmittedCells
from autograder.submissions.folder import Submission
from autograder.workers.job import Job, Result
from helpers.text import storable

#: Reasons that lie with us or the machine: the next run tries again.
_AGAIN = ("kernel", "internal")


@dataclass(frozen=True)
class ToEnter:
    """A notebook to enter: whose, which, and what was found; None where there was no job."""

    submission: Submission
    name: str
    found: Result | None


def begin(course: Course, todo: Todo) -> None:
    """Enter a learner in the gradebook, with zeros for what is missing."""
    student = todo.submission.student
    course.book.begin(student, todo.submission.timestamp)
    if todo.submission.timestamp:
        stamp = course.book.autograded(student) / "timestamp.txt"
        write_whole(stamp, todo.submission.timestamp + "\n")
    for name in todo.missing:
        course.book.miss(student, name)
        (course.book.autograded(student) / f"{name}.ipynb").unlink(missing_ok=True)


def job_of(course: Course, submission: Submission, name: str) -> Job | None:
    """What a worker is to do for one notebook; None where the file cannot even be read."""
    handed = submission.notebooks[name]
    if handed.error is not None:
        return None
    earlier = evidence.read(course.evidence_path(submission.student, name))
    return Job(
        submission.student, name, handed.path, handed.sha256, course.folder, course.config,
        course.lessons, earlier,
    )  # fmt: skip


def enter(course: Course, batch: Sequence[ToEnter]) -> None:
    """Write what was found: evidence, graded notebooks, and all that the gradebook holds.

    A batch is written to the gradebook in one go, whole or not at all. Files go first: what the
    gradebook says is graded has its notebook and its evidence.

    Raises:
        CannotGrade: the gradebook cannot be written.
    """
    try:
        with course.book.transaction():
            for each in batch:
                _enter(course, each)
    except Refused:
        raise
    except Exception as error:  # one learner's, whatever it is: the others are entered
        if len(batch) > 1:
            for each in batch:
                enter(course, [each])
        else:
            _enter_as_fault(course, batch[0], error)


def _enter_as_fault(course: Course, each: ToEnter, error: Exception) -> None:
    words = fault(f"{each.name} could not be entered", error)
    with course.fault_of(each.submission.student, words), course.book.transaction():
        _enter(course, replace(each, found=Result(error=("internal", words))))


def _enter(course: Course, each: ToEnter) -> None:
    student, name, found, release = each.submission.student, each.name, each.found, ""
    if found is None:  # the file cannot even be read
        error = each.submission.notebooks[name].error
        assert error is not None
        found = Result(error=(error.code, str(error)))
    if found.error is not None:
        notebook = _placeholder(course.lessons.templates[name], *found.error)
        notebook = course.book.keep(notebook, student, name)
        marks, claims = read_marks(notebook, name), None
        marks.error = dict(zip(("code", "message"), found.error, strict=True))
    else:
        assert found.evidence is not None
        assert found.mended is not None
        evidence.write(course.evidence_path(student, name), found.evidence)
        notebook = course.book.keep(found.notebook, student, name)
        release, claims = found.evidence.release, found.mended.claims
        marks = marks_of(notebook, name, found.mended)
    record = record_of(course, each.submission, name, marks, release, found.seconds, claims)
    course.book.enter(notebook, student, name, record)


def _placeholder(template: Template, code: str, message: str) -> NotebookNode:
    """An untouched notebook of the course whose checks hold the reason, as an error.

    nbgrader shows, and lets a person mark, only what lies in the autograded folder. So this goes
    there in the place of a file that could not be graded.
    """
    notebook = mend(SubmittedCells([]), template).notebook
    verdict = Verdict(RAISED, code, message)
    for cell in filter(is_grade, notebook.cells):
        if cell.cell_type == "code":  # an answer in words is marked by a person anyhow
            cell.outputs = [output_of("", verdict, "This file could not be graded")]
            cell.execution_count = None
    return notebook


def record_of(
    course: Course,
    submission: Submission,
    name: str,
    marks: Marks,
    release: str,
    seconds: float = 0.0,
    claims: frozenset[str] | None = None,
) -> Record:
    """What is put on record of a graded notebook, with the arguments as `Record` has them.

    The marks get what there is to tell about the submitted files.
    """
    handed = submission.notebooks[name]
    marks.mended += [asdict(note) for note in handed.notes]
    marks.flags += [asdict(note) for note in handed.flags]
    sha256 = "" if marks.error and marks.error["code"] in _AGAIN else handed.sha256
    return Record(
        submission.student, course.assignment, name, storable(handed.path.name), sha256,
        handed.files, submission.timestamp, release, now(), marks.as_json(),
        course.lessons.checks[name], round(seconds, 2), None if claims is None else sorted(claims),
    )  # fmt: skip
