"""`autograder grade`, first half: what there is to grade, and what of it is left to do."""

from dataclasses import dataclass

from autograder.classroom.course import Course
from autograder.errors import Refused
from autograder.gradebook.errors import CannotGrade
from autograder.gradebook.records import Record
from autograder.gradebook.scores import NotebookScores
from autograder.submissions.folder import Submission, students, submission_of, unreadable


@dataclass
class Todo:
    """What is left to do for one learner: notebooks to grade, and missing ones to enter as 0."""

    submission: Submission
    grade: list[str]
    missing: list[str]


def todos(course: Course, student: str | None, force: bool) -> list[Todo]:
    """Every learner's submission, or one learner's, with what is left to do.

    With `force` that is also what has been graded.

    Raises:
        CannotGrade: there are no submissions, or none of that learner, or no usable gradebook.
    """
    if not course.names:
        raise CannotGrade(" ".join(course.lessons.left.values()))
    submitted = course.book.submitted("STUDENT")
    found, strange = students(submitted.parents[1], course.assignment)
    for name in strange:
        course.faults[name] = "the folder's name is no learner's id: rename it, and grade again."
    if not found:
        raise CannotGrade(f"There are no submissions. Put notebooks into {submitted}/.")
    if student is not None and student not in found:
        raise CannotGrade(f"There is no submission of {student!r} in {submitted.parents[1]}.")
    scores = course.book.scores()
    chosen = [student] if student is not None else found
    return [_todo(course, each, scores.get(each, {}), force) for each in chosen]


def _todo(course: Course, student: str, scores: dict[str, NotebookScores], force: bool) -> Todo:
    try:
        return _looked_at(course, student, scores, force)
    except Refused:
        raise
    except Exception as error:  # whatever it is, the others go on
        folder = course.book.submitted(student)
        return Todo(unreadable(student, folder, course.names, error), course.names, [])


def _looked_at(
    course: Course, student: str, scores: dict[str, NotebookScores], force: bool
) -> Todo:
    records = course.book.records(student)
    # A file that could not be read tells nothing, and may stand for several that are missing.
    known = {each.sha256: name for name, each in records.items() if not each.marks["error"]}
    folder = course.book.submitted(student)
    submission = submission_of(student, folder, course.names, known, course.folder, course.lessons)
    grade, missing = [], []
    for name in course.names:
        entered, record = scores.get(name), records.get(name)
        if name not in submission.notebooks:
            grades = entered.grades.values() if entered else ()
            if record or entered is None or any(each.auto != 0 for each in grades):
                missing.append(name)
        elif force or not (entered and record and _is_graded(course, submission, record, entered)):
            grade.append(name)
    return Todo(submission, grade, missing)


def _is_graded(
    course: Course, submission: Submission, record: Record, entered: NotebookScores
) -> bool:
    """True if nothing has changed since: the submission, its automatic marks, what it is asked."""
    handed = submission.notebooks[record.notebook]
    marks = {cell["grade_id"]: (cell["score"], cell["max_score"]) for cell in record.marks["cells"]}
    grades = entered.grades.values()
    found = {each.check: (each.auto, each.most) for each in grades if each.auto is not None}
    return (
        (record.sha256, record.files) == (handed.sha256, handed.files)
        and record.timestamp == submission.timestamp
        and record.checks == course.lessons.checks[record.notebook]
        and marks == found
        and (course.book.autograded(submission.student) / f"{record.notebook}.ipynb").is_file()
    )
