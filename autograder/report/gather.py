"""Gathers what is known about each learner of an assignment: records, evidence, gradebook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from autograder.checks.evidence.packing import BadEvidence, unpack
from autograder.checks.table import PART_OF, PARTS, Part, dataset_of
from autograder.checks.words.messages import without_draws
from autograder.checks.words.verdict import CORRECT, NOT_STARTED, NOT_YET, RAISED
from autograder.classroom.plan import Course
from autograder.gradebook.entries import Entry
from autograder.gradebook.records import Record
from autograder.report.activation import curve_of
from autograder.report.curves import Curve, read_curves
from autograder.report.pictures import predictions
from autograder.running import evidence
from autograder.running.ask import seed_of

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
    asks: list[str] = field(default_factory=list)
    error: str = ""
    seconds: float = 0.0
    graded: str = ""


@dataclass
class LearnerSeen:
    """One learner. `name` is the id where the gradebook has no name."""

    id: str
    name: str
    notebooks: list[NotebookSeen]

    @property
    def score(self) -> float:
        """Points that count, less penalties for being late."""
        return sum(
            max(0.0, sum(part.points for part in each.parts) - each.penalty)
            for each in self.notebooks
        )

    @property
    def penalty(self) -> float:
        """Points lost for being late."""
        return sum(each.penalty for each in self.notebooks)

    @property
    def most(self) -> float:
        """Points that can be earned."""
        return sum(part.most for each in self.notebooks for part in each.parts)

    @property
    def asks(self) -> list[str]:
        """Why a person should look."""
        return [f"{each.name}: {why}" for each in self.notebooks for why in each.asks]


def gather(course: Course) -> Iterator[LearnerSeen]:
    """Every learner in the gradebook who has a submission, by id; see `count`.

    Args:
        course: from `plan.open_course`; something has been graded in it.

    Raises:
        CannotGrade: the gradebook cannot be read.
    """
    entries, names = course.book.entries(), course.book.names()
    for student in sorted(entries):
        records = course.records.of(student)
        notebooks = [
            _notebook(course, student, name, entries[student].get(name), records.get(name))
            for name in course.names
        ]
        yield LearnerSeen(student, names.get(student, "") or student, notebooks)


def _notebook(
    course: Course, student: str, name: str, entry: Entry | None, record: Record | None
) -> NotebookSeen:
    entry = entry or Entry()
    cells = {cell["grade_id"]: cell for cell in record.marks["cells"]} if record else {}
    parts: dict[str, PartSeen] = {}
    for check in sorted(entry.scores, key=_place):
        part = _part_of(check)
        seen = parts.setdefault(part.id, PartSeen(part.id, part.label, part.title, []))
        if part.id != check:
            seen.comment = entry.comments.get(part.id, "")
        seen.checks.append(_check(check, entry, cells.get(check, {})))
    if record is None:
        return NotebookSeen(name, False, list(parts.values()), entry.penalty)
    marks = record.marks
    path = evidence.path_of(course.folder, student, course.assignment, name, course.kept)
    kept = evidence.read(path)
    if kept is not None and kept.submission == record.sha256:
        for each in parts.values():
            _draw(each, kept)
    asks = []
    if entry.asks:
        asks = [marks["error"]["message"]] if marks["error"] else []
        asks += [": ".join(filter(None, (f["part"], f["message"]))) for f in marks["flags"]]
        asks = asks or ["a mark was given by hand, or has to be"]
    return NotebookSeen(
        name,
        True,
        list(parts.values()),
        entry.penalty,
        [note["message"] for note in marks["mended"]],
        asks,
        marks["error"]["message"] if marks["error"] else "",
        record.seconds,
        record.graded,
    )


def _check(check: str, entry: Entry, cell: dict[str, Any]) -> CheckSeen:
    auto, most = entry.scores[check]
    points = entry.points[check]
    message, _, step = without_draws(cell.get("code", ""), cell.get("message", "")).partition(
        "\nNext: "
    )
    outcome = cell.get("outcome", NOT_STARTED)
    by_hand = points != (auto or 0.0)
    return CheckSeen(
        check, points, most, outcome, cell.get("code", ""), message, step, by_hand,
        entry.comments.get(check, ""),
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


def _part_of(check: str) -> Part:
    known = PART_OF.get(check)
    return known or Part(check, "", check, (), (), reteach="", notebook="")  # another course's cell


def _place(check: str) -> tuple[int, int, str]:
    """Where a check stands in the course."""
    for number, part in enumerate(PARTS.values()):
        if check in part.checks:
            return number, list(part.checks).index(check), check
    return len(PARTS), 0, check
