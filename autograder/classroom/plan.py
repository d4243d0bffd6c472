"""`autograder grade`, first half: what there is to grade, and what of it is left to do."""

from dataclasses import dataclass, field

from autograder.classroom.course import Course
from autograder.course.lessons import only_points_differ
from autograder.errors import Refused
from autograder.gradebook.errors import CannotGrade
from autograder.gradebook.records import Record
from autograder.gradebook.scores import NotebookScores
from autograder.submissions.folder import Submission, students, submission_of, unreadable


@dataclass
class Todo:
    """What is left to do for one learner.

    Attributes:
        grade: notebooks to grade.
        missing: notebooks to enter as 0.
        points: notebooks whose checks are worth something else by now: nothing is run for that.
    """

    submission: Submission
    grade: list[str]
    missing: list[str]
    points: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.grade or self.missing or self.points)


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
    grade, missing, points = [], [], []
    for name in course.names:
        entered, record = scores.get(name), records.get(name)
        if name not in submission.notebooks:
            grades = entered.grades.values() if entered else ()
            if record or entered is None or any(each.auto != 0 for each in grades):
                missing.append(name)
            continue
        left = "grade" if force else _left(course, submission, record, entered)
        grade += [name] if left == "grade" else []
        points += [name] if left == "points" else []
    return Todo(submission, grade, missing, points)


def _left(
    course: Course, submission: Submission, record: Record | None, entered: NotebookScores | None
) -> str:
    """What is left to do for a notebook: `grade`, `points` or nothing.

    Nothing, if nothing has changed since: the submission, its automatic marks, what it is asked.
    Where only points have changed, what was found in the run still holds.
    """
    if record is None or entered is None:
        return "grade"
    name, cells = record.notebook, record.marks["cells"]
    handed, now = submission.notebooks[name], course.lessons.checks[name]
    found = {each.check: each for each in entered.grades.values() if each.auto is not None}
    if not (
        (record.sha256, record.files) == (handed.sha256, handed.files)
        and record.timestamp == submission.timestamp
        and {cell["grade_id"]: cell["score"] for cell in cells}
        == {check: each.auto for check, each in found.items()}
        and (course.book.autograded(submission.student) / f"{name}.ipynb").is_file()
    ):
        return "grade"
    worth = {cell["grade_id"]: cell["max_score"] for cell in cells}
    if record.checks == now and worth == {check: each.most for check, each in found.items()}:
        return ""
    template, then = course.lessons.templates[name], record.checks
    alike = then == now or only_points_differ(template, now, then, worth)
    return "points" if alike and not record.marks["error"] else "grade"
