"""What the demo found: whether each learner was graded, and whether all marks agree."""

from collections.abc import Iterator, Mapping
from typing import Any

from autograder.checks.words.verdict import CORRECT, OUTCOME_WORDS
from autograder.classroom.course import Course
from autograder.demo.pipeline import DemoCourse, PipelineFailed


def grade(course: DemoCourse, learner: str) -> str:
    """Grade one learner; returns why that could not be done, or "". It stops nobody else."""
    try:
        course.autograde(learner)
        course.feedback(learner)
    except PipelineFailed as error:
        return f"could not be graded: {error}"
    return ""


def problem(course: Course, learner: str) -> str:
    """Say where a learner's graded notebooks, their verdicts and the gradebook differ, or ""."""
    cells = {
        cell["grade_id"]: cell
        for record in course.book.records(learner).values()
        for cell in record.marks["cells"]
    }
    points: dict[str, float] = {}
    for scores in course.book.scores()[learner].values():
        points |= {check: grade.score for check, grade in scores.grades.items()}
    return "; ".join(differences(cells, points))


def differences(
    cells: Mapping[str, Mapping[str, Any]], points: Mapping[str, float]
) -> Iterator[str]:
    """Each check whose points are not those of the gradebook, or do not fit its verdict.

    nbgrader gives 0 for anything on stderr, and full points for a cell that shows no error.

    Args:
        cells: marks by check, of the notebooks that were handed in; others have none.
        points: the gradebook's, by check.
    """
    for check in sorted({*cells, *points}):
        cell = cells.get(check, {"score": 0.0})
        score = cell["score"]
        if points.get(check) != score:
            yield f"{check}: notebook {score:g}, gradebook {points.get(check)}"
        elif check in cells and score != (cell["max_score"] if cell["outcome"] == CORRECT else 0):
            yield f"{check} says {OUTCOME_WORDS[cell['outcome']]} and earns {score:g}"
