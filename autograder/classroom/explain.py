"""Explains one part's marks: the rule, what was found, what was claimed, mended and kept."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checks.datasets import TEST_ROWS
from autograder.checks.evidence.packing import BadEvidence, unpack
from autograder.checks.judges import progress, tanh
from autograder.checks.table import CHECKS, PART_OF, PARTS, Part
from autograder.checks.words.messages import rules, without_draws
from autograder.checks.words.verdict import Verdict
from autograder.classroom.course import Course
from autograder.gradebook.decisions import Decision
from autograder.gradebook.errors import CannotGrade
from autograder.gradebook.records import Record
from autograder.running import evidence

#: Longer values are cut.
_SHORT = 72


@dataclass(frozen=True)
class CheckExplained:
    """One check of the part.

    Attributes:
        rule: what it asks for, in a sentence.
        cell: its mark, as on record.
        now: today's verdict on the kept evidence; None without evidence.
        facts: the evidence, name by name; empty for learners.
    """

    rule: str
    cell: dict[str, Any]
    now: Verdict | None
    facts: list[tuple[str, str]]


@dataclass(frozen=True)
class Explained:
    """All that is known about a learner's part.

    Attributes:
        judge: the hash of the judges that gave the marks; "" without evidence.
        same_judge: they are those of this installation.
        notes: what was mended, and flags: each is a code and a sentence.
        decisions: what persons have decided, the oldest first.
    """

    student: str
    part: Part
    record: Record
    checks: list[CheckExplained]
    judge: str
    same_judge: bool
    notes: list[tuple[str, str]]
    decisions: list[Decision]


def explain(course: Course, student: str, part_id: str, *, for_learner: bool) -> Explained:
    """Gather what a mark rests on; nothing is run.

    Args:
        course: from `open_course`.
        student: whose.
        part_id: such as `moons_train`.
        for_learner: leave out evidence, fresh points and what flags say to a person who grades.

    Raises:
        CannotGrade: there is no such part, or nothing of it on record.
    """
    if part_id not in PARTS:
        raise CannotGrade(f"There is no part {part_id!r}. The parts are {', '.join(PARTS)}.")
    part = PARTS[part_id]
    record = next(
        (each for each in course.book.records(student).values() if _cells(each, part)), None
    )
    if record is None:
        raise CannotGrade(
            f"There is nothing on record of {student!r} for {part_id}. Run `autograder grade`."
        )
    path = evidence.path_of(course.folder, student, course.assignment, record.notebook, course.kept)
    kept = evidence.read(path)
    kept = kept if kept is not None and kept.submission == record.sha256 else None
    now = evidence.rejudge(kept) if kept is not None else {}
    marks = record.marks
    notes = [*marks["mended"], *([] if for_learner else marks["flags"])]
    checks = []
    for cell in _cells(record, part):
        check_id, facts, shown = cell["grade_id"], [], cell
        if for_learner:
            shown = {**cell, "message": without_draws(cell["code"], cell["message"])}
        elif kept is not None:
            facts = _facts(kept.checks.get(check_id, ""))
        checks.append(CheckExplained(rule_of(check_id), shown, now.get(check_id), facts))
    return Explained(
        student,
        part,
        record,
        checks,
        kept.judge if kept is not None else "",
        kept is not None and kept.judge == evidence.judge_hash(),
        [(each["code"], each["message"]) for each in notes if each["part"] in ("", part_id)],
        _decisions(course, student, part),
    )


def _decisions(course: Course, student: str, part: Part) -> list[Decision]:
    """What was decided about the learner, and what was decided about everybody and counts here."""
    count = {each.decision for each in course.book.effects(student)}
    return [
        each
        for each in course.book.decisions([student])
        if each.check in part.checks and (not each.for_everybody or each.number in count)
    ]


def _cells(record: Record, part: Part) -> list[dict[str, Any]]:
    return [cell for cell in record.marks["cells"] if cell["grade_id"] in part.checks]


def rule_of(check_id: str) -> str:
    """What a check asks for, with the judges' own numbers."""
    facts: dict[str, object] = {
        "test_share": f"{TEST_ROWS:.0%}",
        "every": progress.EVERY,
        "tolerance": tanh.TOLERANCE,
        "slope_tolerance": tanh.SLOPE_TOLERANCE,
    }
    if dataset := PART_OF[check_id].dataset:
        facts |= {
            "label_dtype": dataset.label_dtype,
            "rows": dataset.rows,
            "classes": dataset.classes,
            "loss": "binary cross-entropy" if dataset.binary else "cross-entropy",
            "pass_above": f"{dataset.pass_above:.0%}",
            "fresh_bar": f"{dataset.fresh_bar:.0%}",
            "fresh_rows": dataset.rows * dataset.fresh_draws,
        }
    return rules()[CHECKS[check_id].kind]["rule"].format(**facts)


def _facts(text: str) -> list[tuple[str, str]]:
    """Evidence as lines: names with dots, and short values."""
    try:
        return list(_flat("", unpack(text))) if text else []
    except BadEvidence:
        return [("evidence", "cannot be read")]


def _flat(name: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        inner = (_flat(f"{name}.{key}" if name else str(key), each) for key, each in value.items())
        return [line for lines in inner for line in lines]
    if isinstance(value, list) and any(isinstance(each, np.ndarray) for each in value):
        inner = (_flat(f"{name}[{number}]", each) for number, each in enumerate(value))
        return [line for lines in inner for line in lines]
    if isinstance(value, np.ndarray) and value.size > 4:
        low, high = (f"{each:.4g}" for each in (value.min(), value.max()))
        return [(name, f"{value.dtype} {value.shape}, from {low} to {high}")]
    shown = repr(value.tolist() if isinstance(value, np.ndarray) else value)
    return [(name, shown if len(shown) <= _SHORT else f"{shown[: _SHORT - 1]}…")]
