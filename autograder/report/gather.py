"""Gathers what is known about each learner of an assignment: records, evidence, gradebook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from autograder.checks.evidence.packing import BadEvidence, unpack
from autograder.checks.table import PART_OF, PARTS, dataset_of
from autograder.checks.words.messages import without_draws
from autograder.checks.words.verdict import CORRECT, NOT_STARTED, NOT_YET, RAISED
from autograder.classroom.course import Course
from autograder.classroom.enter import doubts
from autograder.gradebook.records import Record
from autograder.gradebook.scores import NotebookScores
from autograder.report.activation import curve_of
from autograder.report.curves import Curve, read_curves
from autograder.report.pictures import predictions
from autograder.running import evidence
from autograder.running.ask import seed_of
from autograder.submissions.cells import Note

#: From the best outcome to the worst.
_ORDER = (CORRECT, NOT_YET, NOT_STARTED, RAISED)
_PLACES = {check: number for number, check in enumerate(PART_OF)}


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
        curve: the learner's own tanh, from `activation.curve_of`, if known.
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
        mended: what was repaired in the learner's file.
        asks: why a person should look, for instructors.
        error: why it could not be graded; "" if it was.
        seconds: that grading it took.
        graded: when, as ISO 8601; "" if it was not handed in.
    """

    name: str
    handed_in: bool
    parts: list[PartSeen]
    penalty: float = 0.0
    mended: list[str] = field(default_factory=list)
    asks: list[Note] = field(default_factory=list)
    error: str = ""
    seconds: float = 0.0
    graded: str = ""

    @property
    def points(self) -> float:
        """Points of all parts."""
        return sum(part.points for part in self.parts)

    @property
    def lost(self) -> float:
        """Points lost for being late, which are no more than there are."""
        return min(self.points, self.penalty)


@dataclass
class LearnerSeen:
    """One learner. `name` is the id where the gradebook has no name."""

    id: str
    name: str
    notebooks: list[NotebookSeen]

    @property
    def score(self) -> float:
        """Points that count, less penalties for being late."""
        return sum(each.points - each.lost for each in self.notebooks)

    @property
    def penalty(self) -> float:
        """Points lost for being late."""
        return sum(each.lost for each in self.notebooks)

    @property
    def most(self) -> float:
        """Points that can be earned."""
        return sum(part.most for each in self.notebooks for part in each.parts)

    @property
    def asks(self) -> list[tuple[str, Note]]:
        """Why a person should look, and at which notebook."""
        return [(each.name, why) for each in self.notebooks for why in each.asks]


def gather(course: Course) -> Iterator[LearnerSeen]:
    """Every learner in the gradebook who has a submission, by id; see `count`.

    Args:
        course: from `plan.open_course`; something has been graded in it.

    Raises:
        CannotGrade: the gradebook cannot be read.
    """
    scores, names = course.book.scores(), course.book.names()
    for student in sorted(scores):
        records = course.book.records(student)
        notebooks = [
            _notebook(course, student, name, scores[student].get(name), records.get(name))
            for name in course.names
        ]
        yield LearnerSeen(student, names.get(student, "") or student, notebooks)


def _notebook(
    course: Course,
    student: str,
    name: str,
    entered: NotebookScores | None,
    record: Record | None,
) -> NotebookSeen:
    scores = entered or NotebookScores()
    cells = {cell["grade_id"]: cell for cell in record.marks["cells"]} if record else {}
    parts: dict[str, PartSeen] = {}
    for check in sorted(scores.grades, key=_place):
        part = PART_OF.get(check)
        if part is None:  # another course's cell
            seen = parts.setdefault(check, PartSeen(check, "", check, []))
        else:
            seen = parts.setdefault(part.id, PartSeen(part.id, part.label, part.title, []))
            seen.comment = scores.comments.get(part.id, "")
        seen.checks.append(_check(check, scores, cells.get(check, {})))
    if record is None:
        return NotebookSeen(name, False, list(parts.values()), scores.penalty)
    marks = record.marks
    path = evidence.path_of(course.folder, student, course.assignment, name, course.kept)
    kept = evidence.read(path)
    if kept is not None and kept.submission == record.sha256:
        for each in parts.values():
            _draw(each, kept)
    return NotebookSeen(
        name,
        True,
        list(parts.values()),
        scores.penalty,
        [note["message"] for note in marks["mended"]],
        doubts(record, scores),
        marks["error"]["message"] if marks["error"] else "",
        record.seconds,
        record.graded,
    )


def _check(check: str, scores: NotebookScores, cell: dict[str, Any]) -> CheckSeen:
    grade = scores.grades[check]
    message, _, step = without_draws(cell.get("code", ""), cell.get("message", "")).partition(
        "\nNext: "
    )
    outcome = cell.get("outcome", NOT_STARTED)
    by_hand = grade.score != (grade.auto or 0.0)
    return CheckSeen(
        check, grade.score, grade.most, outcome, cell.get("code", ""), message, step, by_hand,
        scores.comments.get(check, ""),
    )  # fmt: skip


def _draw(part: PartSeen, kept: evidence.Evidence) -> None:
    """Fill in what can be drawn, where the evidence has it."""
    entry = PARTS.get(part.id)
    if entry is None:
        return
    for check in entry.graded:
        found = _unpacked(kept.checks.get(check.id, ""))
        if check.kind == "tanh_values":
            part.curve = curve_of(check.id, found, seed_of(int(kept.secret, 16), check.id))
        elif check.kind == "train_accuracy":
            drawn = predictions(dataset_of(entry), found.get("picture"))
            part.grid, part.predicted = drawn or (None, None)
        elif check.kind == "train_progress":
            text = found.get("text", "")
            part.curves = read_curves(text) if isinstance(text, str) else []


def _unpacked(text: str) -> dict[str, Any]:
    try:
        found = unpack(text) if text else {}
    except BadEvidence:
        return {}
    return found if isinstance(found, dict) else {}


def _place(check: str) -> tuple[int, str]:
    """Where a check stands in the course; those of another course follow by name."""
    return _PLACES.get(check, len(_PLACES)), check
