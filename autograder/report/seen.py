"""What a report shows of a learner, a notebook, a part and a check: plain, and ready for a page."""

from dataclasses import dataclass, field
from typing import Any

from autograder.checks.words.verdict import CORRECT, NOT_STARTED, NOT_YET, RAISED
from autograder.classroom.questions import Question
from autograder.report.curves import Curve

#: From the best outcome to the worst.
_ORDER = (CORRECT, NOT_YET, NOT_STARTED, RAISED)


@dataclass(frozen=True)
class CheckSeen:
    """One check: points that count, the verdict in words, a person's comment.

    Attributes:
        message: what was seen, without what must stay hidden.
        step: one thing to try next; may be "".
        by_hand: a person gave these points.
    """

    id: str
    points: float
    most: float
    outcome: str
    code: str
    message: str
    step: str
    by_hand: bool
    comment: str


@dataclass
class PartSeen:
    """One part of a notebook: an exercise, or in another course a cell.

    Attributes:
        grid, predicted: the learner's decision boundary, from `pictures.predictions`, if known.
        curve: the learner's own tanh, from `curves.curve_of`, if known.
        curves: what the training printed.
        comment: what a person wrote about the learner's answer.
    """

    id: str
    label: str
    title: str
    checks: list[CheckSeen]
    grid: Any = None
    predicted: Any = None
    curve: Any = None
    curves: list[Curve] = field(default_factory=list)
    comment: str = ""

    @property
    def points(self) -> float:
        """Points that count."""
        return sum(each.points for each in self.checks)

    @property
    def most(self) -> float:
        """Points that can be earned."""
        return sum(each.most for each in self.checks)

    @property
    def outcome(self) -> str:
        """The worst outcome of its checks."""
        return max((each.outcome for each in self.checks), key=_ORDER.index, default=NOT_STARTED)


@dataclass
class NotebookSeen:
    """One notebook of one learner.

    Attributes:
        handed_in: it was.
        lost: points taken off for being late.
        mended: what was repaired in the learner's file.
        error: why it could not be graded; "" if it was.
        seconds: that grading it took.
        graded: when, as ISO 8601; "" if it was not handed in.
    """

    name: str
    handed_in: bool
    parts: list[PartSeen]
    lost: float = 0.0
    mended: list[str] = field(default_factory=list)
    error: str = ""
    seconds: float = 0.0
    graded: str = ""

    @property
    def points(self) -> float:
        """Points of all parts."""
        return sum(part.points for part in self.parts)


@dataclass
class LearnerSeen:
    """One learner.

    Attributes:
        name: the id where the gradebook has no name.
        score, lost, most: what counts, what is taken off for being late, what can be earned.
        asks: what waits for a person, for instructors.
    """

    id: str
    name: str
    notebooks: list[NotebookSeen]
    score: float
    lost: float
    most: float
    asks: list[Question] = field(default_factory=list)
