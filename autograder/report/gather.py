"""Gathers what is known about each learner of an assignment: records, evidence, gradebook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograder.checks.datasets import task_of
from autograder.checks.evidence.packing import BadEvidence, unpack
from autograder.checks.evidence.tanh import PART as TANH
from autograder.checks.table import PART_OF
from autograder.checks.words.draws import without_draws
from autograder.checks.words.verdict import NOT_STARTED
from autograder.classroom.plan import Course
from autograder.gradebook.entries import Entry
from autograder.gradebook.records import Record
from autograder.report.activation import curve_of
from autograder.report.curves import read_curves
from autograder.report.pictures import predictions
from autograder.report.seen import CheckSeen, LearnerSeen, NotebookSeen, PartSeen
from autograder.running import evidence
from autograder.running.ask import seed_of
from autograder.submissions.cells import Note

_PLACES = {check: number for number, check in enumerate(PART_OF)}


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
        part = PART_OF.get(check)
        if part is None:  # another course's cell
            seen = parts.setdefault(check, PartSeen(check, "", check, []))
        else:
            seen = parts.setdefault(part.id, PartSeen(part.id, part.label, part.title, []))
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
    asks: list[Note] = []
    if entry.asks:
        asks = [Note(part="", **marks["error"])] if marks["error"] else []
        asks += [Note(**flag) for flag in marks["flags"]]
        asks = asks or [Note("by_hand", "", "A mark was given by hand, or has to be.")]
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
    if part.id == TANH:
        check = f"check_{TANH}_values"
        answers = _unpacked(kept.checks.get(check, ""))
        part.curve = curve_of(answers, seed_of(int(kept.secret, 16), check))
        return
    accuracy = _unpacked(kept.checks.get(f"check_{part.id}_accuracy", ""))
    found = predictions(task_of(part.id), accuracy.get("picture"))
    if found is not None:
        part.grid, part.predicted = found
    text = _unpacked(kept.checks.get(f"check_{part.id}_progress", "")).get("text", "")
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
