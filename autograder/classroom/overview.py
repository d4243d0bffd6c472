"""What a class has after grading: a row for each learner, and what is worth knowing besides."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from autograder.classroom.course import Course
from autograder.classroom.learners import left_behind, without_folder
from autograder.classroom.questions import Question, questions
from autograder.gradebook.standing import Standing
from autograder.submissions.folder import Submission
from helpers.text import as_name, count, listed

#: Notes on mending that the person who grades should read, though nothing is to be done.
_TOLD = ("two_files", "beside_left_out")


@dataclass
class Row:
    """One learner.

    Attributes:
        for_a_person: what one should look at.
        missing: notebooks that were not handed in.
        notes: what is worth knowing.
    """

    student: str
    score: float
    max_score: float
    for_a_person: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def overview(
    course: Course, submissions: Collection[Submission]
) -> tuple[list[Row], list[Question]]:
    """A row for each of these learners, and all that waits for a person about them."""
    with course.book.transaction():  # one for all that is read of a class
        return _overview(course, {each.student: each for each in submissions})


def _overview(
    course: Course, handed_in: Mapping[str, Submission]
) -> tuple[list[Row], list[Question]]:
    standings, faults = course.book.standings(handed_in)
    course.faults |= faults
    found = {student: standings.get(student, Standing(student)) for student in handed_in}
    rows = [Row(each.student, each.score, each.most) for each in found.values()]
    for row in rows:
        with course.fault_of(row.student, "What is known could not be read"):
            _fill(row, course, handed_in[row.student])
    asked = questions(course, found.values())
    for row in rows:
        mine = (each for each in asked if each.student == row.student)
        row.for_a_person += [": ".join(filter(None, (each.about, each.message))) for each in mine]
    return rows, asked


def _fill(row: Row, course: Course, submission: Submission) -> None:
    records = course.book.records(submission.student)
    for name in course.names:
        record = records.get(name)
        if name not in submission.notebooks or record is None:
            row.missing.append(name)
            continue
        noted = record.marks["mended"]
        row.notes += [f"{name}: {n['message']}" for n in noted if n["code"] in _TOLD]


def notes(course: Course, rows: Collection[Row]) -> Iterator[str]:
    """What is worth knowing, in sentences; what is true of many is one of them."""
    yield from course.lessons.left.values()
    yield from map(left_behind, without_folder(course.book, course.assignment))
    for name in course.names:
        without = [row.student for row in rows if name in row.missing]
        if without and len(without) == len(rows):
            yield f"{name}: nobody has handed it in."
        elif without:
            whose = listed([as_name(each) for each in without])
            yield f"{name}: {count(len(without), 'learner')} did not hand it in: {whose}."
    for row in rows:
        yield from (f"{as_name(row.student)}: {text}" for text in row.notes)
