"""Gathers what is known about each learner of an assignment: records, evidence, gradebook."""

from collections.abc import Iterator
from typing import Any

from autograder.checks.evidence.packing import BadEvidence, unpack
from autograder.checks.table import PART_OF, PARTS, dataset_of
from autograder.checks.words.messages import without_draws
from autograder.checks.words.verdict import NOT_STARTED
from autograder.classroom.course import Course
from autograder.classroom.questions import questions_about
from autograder.gradebook.records import Record
from autograder.gradebook.scores import NotebookScores
from autograder.report.curves import curve_of, read_curves
from autograder.report.pictures import predictions
from autograder.report.seen import CheckSeen, LearnerSeen, NotebookSeen, PartSeen
from autograder.running.ask import seed_of
from autograder.running.evidence import Evidence

_PLACES = {check: number for number, check in enumerate(PART_OF)}


def gather(course: Course) -> Iterator[LearnerSeen]:
    """Every learner in the gradebook who has a submission, by id; `Course.faults` names the others.

    Raises:
        CannotGrade: the gradebook cannot be read.
    """
    standings, faults = course.book.standings()
    course.faults |= faults
    for student, has in standings.items():
        if not has.notebooks:
            continue
        with course.fault_of(student, "The page could not be made"):
            records = course.book.records(student)
            notebooks = [
                _notebook(course, name, has.notebooks.get(name), records.get(name))
                for name in course.names
            ]
            name = " ".join(filter(None, (has.first_name, has.last_name))) or student
            asks = questions_about(course, has)
            yield LearnerSeen(student, name, notebooks, has.score, has.lost, has.most, asks)


def _notebook(
    course: Course,
    name: str,
    entered: NotebookScores | None,
    record: Record | None,
) -> NotebookSeen:
    scores = entered or NotebookScores()
    cells = {cell["grade_id"]: cell for cell in record.marks["cells"]} if record else {}
    parts: dict[str, PartSeen] = {}
    # By their places in the course; those of another course follow by name.
    for check in sorted(scores.grades, key=lambda each: (_PLACES.get(each, len(_PLACES)), each)):
        part = PART_OF.get(check)
        if part is None:  # another course's cell
            shown = parts.setdefault(check, PartSeen(check, "", check, []))
        else:
            shown = parts.setdefault(part.id, PartSeen(part.id, part.label, part.title, []))
            shown.comment = scores.comments.get(part.id, "")
        shown.checks.append(_check(check, scores, cells.get(check, {})))
    seen = NotebookSeen(name, record is not None, list(parts.values()), scores.lost)
    if record is None:
        return seen
    marks = record.marks
    if kept := course.evidence_of(record):
        for each in parts.values():
            _draw(each, kept)
    seen.mended = [note["message"] for note in marks["mended"]]
    seen.error = marks["error"]["message"] if marks["error"] else ""
    seen.seconds, seen.graded = record.seconds, record.graded
    return seen


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


def _draw(part: PartSeen, kept: Evidence) -> None:
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
