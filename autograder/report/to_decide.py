"""What waits for a person, as entries of a page: all that one needs to decide, beside its command.

The page is for people who grade: it shows evidence, fresh points and what flags say.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from autograder.classroom.asked import Asked, find
from autograder.classroom.course import Course
from autograder.classroom.explain import explain
from autograder.classroom.questions import Question
from autograder.course.folders import read_notebook
from autograder.gradebook.errors import CannotGrade
from autograder.report.seen import LearnerSeen, PartSeen


@dataclass(frozen=True)
class Entry:
    """One question.

    Attributes:
        learner: the learner's name.
        part: what can be drawn of the exercise; None where it is about no single one of ours.
        asked: what the marks in it are; None where it is about no single one.
        source: the learner's cell, as it was graded; "" where there is none.
        lines: what the marks rest on, as `autograder explain` says it.
    """

    question: Question
    learner: str
    part: PartSeen | None
    asked: Asked | None
    source: str
    lines: list[str]


def entries(course: Course, learners: Iterable[LearnerSeen]) -> Iterator[Entry]:
    """An entry for each question; what cannot be had of one is left out of it."""
    for learner in learners:
        for question in learner.asks:
            with course.fault_of(learner.id, "The page of what to decide is without it"):
                yield _entry(course, question, learner)


def _entry(course: Course, question: Question, learner: LearnerSeen) -> Entry:
    parts = [
        part
        for notebook in learner.notebooks
        for part in notebook.parts
        if (notebook.name, part.id) == (question.notebook, question.part)
    ]
    asked, lines, source = None, list[str](), ""
    with suppress(CannotGrade):
        if question.part:
            standings, _ = course.book.standings([question.student])
            found = find(course, standings[question.student], question.part)
            if found.notebook == question.notebook:
                asked, source = found, _source(course, question, found.part)
                lines = list(explain(course, question.student, question.part))
    return Entry(question, learner.name, next(iter(parts), None), asked, source, lines)


def _source(course: Course, question: Question, name: str) -> str:
    """The text of the learner's cell of a name, in the notebook as it was graded."""
    path = course.book.autograded(question.student) / f"{question.notebook}.ipynb"
    if not path.is_file():
        return ""
    cells = read_notebook(path).cells
    named = (c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)
    return str(next((cell.source for cell in named), ""))
