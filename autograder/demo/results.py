"""What the demo found: marks by part, read from the notebooks and compared with the gradebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.checks.table import PARTS
from autograder.checks.words.verdict import CORRECT, NOT_STARTED, NOT_YET, OUTCOME_WORDS, RAISED
from autograder.course.folders import ASSIGNMENT, masters, read_notebook
from autograder.demo.pipeline import DemoCourse, PipelineFailed
from autograder.running.marks import CellMark, read_marks

#: From the best outcome to the worst.
_ORDER = (CORRECT, NOT_YET, NOT_STARTED, RAISED)


@dataclass
class PartResult:
    """One part's points and its worst check cell's outcome, in words."""

    part: str
    score: float
    max_score: float
    outcome: str


@dataclass
class Result:
    """One learner's submission after grading.

    Attributes:
        parts: every part of the course, in order; empty if it could not be graded.
        flags: what a person should look at.
        problem: why it could not be graded, or what does not agree; empty if all is well.
    """

    learner: str
    parts: list[PartResult] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    problem: str = ""

    @property
    def score(self) -> float:
        """Points in all parts."""
        return sum(part.score for part in self.parts)

    @property
    def max_score(self) -> float:
        """Points that all parts are worth."""
        return sum(part.max_score for part in self.parts)


def grade(course: DemoCourse, learner: str) -> Result:
    """Grade one learner; what goes wrong is told in the result and stops nobody else."""
    try:
        course.autograde(learner)
        course.feedback(learner)
        folder = course.grading / "autograded" / learner / ASSIGNMENT
        return read_result(learner, folder, course.scores(learner))
    except PipelineFailed as error:
        return Result(learner, problem=f"could not be graded: {error}")


def by_part(cells: list[CellMark]) -> list[PartResult]:
    """Sum check cells up to parts; parts without a cell were not handed in and earn nothing."""
    results = []
    for part in PARTS.values():
        own = [cell for cell in cells if cell.part == part.id]
        worst = max((_ORDER.index(cell.outcome) for cell in own), default=0)
        outcome = OUTCOME_WORDS[_ORDER[worst]] if own else "not handed in"
        score = sum(cell.score for cell in own)
        results.append(PartResult(part.id, score, float(sum(part.checks.values())), outcome))
    return results


def read_result(learner: str, folder: Path, gradebook: Mapping[str, float]) -> Result:
    """Read a learner's marks, and compare each with the gradebook's.

    Args:
        learner: whose.
        folder: the learner's autograded notebooks.
        gradebook: points by check cell.
    """
    result = Result(learner)
    cells: list[CellMark] = []
    for name in masters():
        path = folder / f"{name}.ipynb"
        if path.exists():
            marks = read_marks(read_notebook(path), name)
            cells += marks.cells
            result.flags += [f"{flag['part']}: {flag['message']}" for flag in marks.flags]
    result.parts = by_part(cells)
    scores = {cell.grade_id: cell.score for cell in cells}
    result.problem = disagreement(scores, gradebook) or contradiction(cells)
    return result


def contradiction(cells: list[CellMark]) -> str:
    """Say which check cells' points do not fit what they told the learner; empty if none.

    nbgrader gives 0 for anything on stderr, and full points for a cell that shows no error.
    """
    differing = [
        f"{cell.grade_id} says {OUTCOME_WORDS[cell.outcome]} and earns {cell.score:g}"
        for cell in cells
        if cell.score != (cell.max_score if cell.outcome == CORRECT else 0)
    ]
    return "points and verdict disagree: " + "; ".join(differing) if differing else ""


def disagreement(marks: Mapping[str, float], gradebook: Mapping[str, float]) -> str:
    """Say where notebooks and gradebook differ; empty if nowhere.

    Args:
        marks: points by check cell in the notebooks; those not handed in have none.
        gradebook: points by check cell in the gradebook.
    """
    checks = [check for part in PARTS.values() for check in part.checks]
    differing = [
        f"{check}: notebook {marks.get(check, 0):g}, gradebook {gradebook.get(check)}"
        for check in checks
        if gradebook.get(check) != marks.get(check, 0)
    ]
    differing += [f"{check}: unknown" for check in sorted({*marks, *gradebook} - set(checks))]
    return "marks disagree: " + "; ".join(differing) if differing else ""
