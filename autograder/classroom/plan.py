"""`autograder grade`, first half: what there is to grade, and what of it is left to do."""

from __future__ import annotations

from dataclasses import dataclass

<<<<<<< HEAD
from autograder.classroom.course import Course
=======
from traitlets.config import Config

from autograder.classroom.foreign_course import KEPT, find_protected, private_paths, read_lessons
from autograder.course.folders import PRIVATE, clone_folder, course_folder, notebooks_in
from autograder.course.lessons import Lessons, own_lessons
from autograder.gradebook.book import Gradebook
from autograder.gradebook.entries import Entry
>>>>>>> cli
from autograder.gradebook.errors import CannotGrade
from autograder.gradebook.records import Record
from autograder.gradebook.scores import NotebookScores
from autograder.submissions.folder import Work, students, work_of


@dataclass
class Todo:
    """What is left to do for one learner: notebooks to grade, and missing ones to enter as 0."""

    work: Work
    grade: list[str]
    missing: list[str]


<<<<<<< HEAD
def todos(course: Course, student: str | None, force: bool) -> list[Todo]:
=======
def open_course(assignment: str, config: Config | None = None) -> Course:
    """The course around the working folder.

    Args:
        assignment: such as `classification`.
        config: its settings, if they have been read; None to read them.

    Raises:
        FileNotFoundError: there is none; the message says where to go.
        CannotGrade: it has no such assignment, or another one than the autograder.
    """
    if (found := find_protected(config)) is not None:
        return _open_any(*found, assignment)
    folder = clone_folder()
    source = folder / "solutions" / assignment
    names = list(notebooks_in(source))
    if not names:
        others = sorted({path.parent.name for path in source.parent.glob("*/*.ipynb")})
        there = f"There is: {', '.join(others)}." if others else "solutions/ has no notebooks."
        raise CannotGrade(f"There is no assignment {assignment!r} in this course. {there}")
    own = course_folder() / "solutions" / assignment
    for name in names:
        ours = own / f"{name}.ipynb"
        same = ours.is_file() and ours.read_bytes() == (source / ours.name).read_bytes()
        if not same or name not in own_lessons().templates:
            raise CannotGrade(
                f"The autograder was installed with another {name} than the one in solutions/. "
                "Run `autograder release`, then install it again with `make env`."
            )
    config = load_config(folder) if config is None else copy.deepcopy(config)
    _hide(config, [str(folder / part) for part in PRIVATE])
    book, records = Gradebook(folder, config, assignment), Records(folder, assignment)
    return Course(folder, config, assignment, names, book, records, own_lessons())


def _open_any(folder: Path, config: Config, assignment: str) -> Course:
    """A course that is not this project's own."""
    book = Gradebook(folder, config, assignment, generates=False)
    lessons = read_lessons(book, config, assignment)
    _hide(config, private_paths(config, folder))
    names, records = list(lessons.templates), Records(folder, assignment, KEPT)
    return Course(folder, config, assignment, names, book, records, lessons, KEPT)


def _hide(config: Config, private: list[str]) -> None:
    """Kernels must not read these, from whatever folder the command was given."""
    config.Sandbox.hide = [*Sandbox(config=config).hide, *private]


def jobs(course: Course, student: str | None, force: bool) -> list[Job]:
>>>>>>> cli
    """Every learner's submission, with what is left to do.

    Args:
        course: from `open_course`.
        student: one learner only; None for all.
        force: grade also what has been graded.

    Raises:
        CannotGrade: there are no submissions, or none of that learner, or no usable gradebook.
    """
    if not course.names:
        raise CannotGrade(" ".join(course.lessons.left.values()))
    submitted = course.book.submitted("STUDENT")
    found = students(str(submitted.parents[1]), course.assignment)
    if not found:
        raise CannotGrade(f"There are no submissions. Put notebooks into {submitted}/.")
    if student is not None and student not in found:
        raise CannotGrade(f"There is no submission of {student!r} in {submitted.parents[1]}.")
    scores = course.book.scores()
    chosen = [student] if student is not None else found
    return [_todo(course, each, scores.get(each, {}), force) for each in chosen]


def _todo(course: Course, student: str, scores: dict[str, NotebookScores], force: bool) -> Todo:
    records = course.book.records(student)
    # A file that could not be read tells nothing, and may stand for several that are missing.
    known = {each.sha256: name for name, each in records.items() if not each.marks["error"]}
    folder = course.book.submitted(student)
    work = work_of(student, folder, course.names, known, course.folder, course.lessons)
    grade, missing = [], []
    for name in course.names:
        entered, record = scores.get(name), records.get(name)
        if name not in work.notebooks:
            grades = entered.grades.values() if entered else ()
            if record or entered is None or any(each.auto != 0 for each in grades):
                missing.append(name)
        elif force or not (entered and record and _is_graded(course, work, record, entered)):
            grade.append(name)
    return Todo(work, grade, missing)


def _is_graded(course: Course, work: Work, record: Record, entered: NotebookScores) -> bool:
    """True if nothing has changed since: the submission, its automatic marks, what it is asked."""
    handed = work.notebooks[record.notebook]
    marks = {cell["grade_id"]: (cell["score"], cell["max_score"]) for cell in record.marks["cells"]}
    grades = entered.grades.values()
    found = {each.check: (each.auto, each.most) for each in grades if each.auto is not None}
    return (
        (record.sha256, record.files) == (handed.sha256, handed.files)
        and record.timestamp == work.timestamp
        and record.checks == course.lessons.checks[record.notebook]
        and marks == found
        and (course.book.autograded(work.student) / f"{record.notebook}.ipynb").is_file()
    )
