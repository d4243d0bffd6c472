"""Explains one part's marks: the rule, what was found, what was claimed, mended and kept."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checks.datasets import TEST_ROWS
from autograder.checks.evidence.packing import BadEvidence, unpack
from autograder.checks.judges import progress, tanh
from autograder.checks.table import CHECKS, PART_OF, PARTS, Part
from autograder.checks.words.messages import rules, without_draws
from autograder.checks.words.verdict import OUTCOME_WORDS
from autograder.classroom.course import Course
from autograder.gradebook.errors import CannotGrade
from autograder.gradebook.records import Record
from autograder.kernels.layers import in_words
from autograder.running import evidence
from helpers.text import as_name, printable

#: Longer values are cut.
_SHORT = 72


def explain(course: Course, student: str, part_id: str, *, for_learner: bool) -> Iterator[str]:
    """Say in lines what a mark rests on; nothing is run.

    A learner gets no evidence, no fresh points and nothing that flags say to a person who grades.

    Raises:
        CannotGrade: there is no such part, or nothing of it on record.
    """
    if part_id not in PARTS:
        raise CannotGrade(f"There is no part {part_id!r}. The parts are {', '.join(PARTS)}.")
    part = PARTS[part_id]
    records = course.book.records(student).values()
    record = next((each for each in records if _cells(each, part)), None)
    if record is None:
        raise CannotGrade(
            f"There is nothing on record of {student!r} for {part_id}. Run `autograder grade`."
        )
    kept = course.evidence_of(record)
    now = evidence.rejudge(kept) if kept is not None and not for_learner else {}
    cells = _cells(record, part)
    earned, full = (sum(each[key] for each in cells) for key in ("score", "max_score"))
    yield f"{as_name(student)}, exercise {part.label} ({part.title}): {earned:g} of {full:g}"
    yield f"File: {as_name(record.file)}, graded {record.graded}"
    for cell in cells:
        yield from _check(cell, for_learner)
        verdict = now.get(cell["grade_id"])
        if verdict is not None and verdict.code != cell["code"]:
            yield f"  Judged again today: {verdict.outcome} ({verdict.code})."
        if kept is not None and not for_learner:
            facts = _facts(kept.checks.get(cell["grade_id"], ""))
            yield from (f"    {name}: {value}" for name, value in facts)
    yield from _by_hand(course, student, part, for_learner)
    marks = record.marks
    notes = [*marks["mended"], *([] if for_learner else marks["flags"])]
    if told := [each["message"] for each in notes if each["part"] in ("", part_id)]:
        yield "\nMended in your file:" if for_learner else "\nMended, and noticed:"
        yield from (f"  {sentence}" for sentence in told)
    if not for_learner:
        same = kept is not None and kept.judge == evidence.judge_hash()
        judges = "those of this installation" if same else "others than are installed"
        judged = f"{kept.judge[:12]}, {judges}" if kept is not None else "no evidence is kept"
        yield f"\nJudges: {judged}."
        yield f"Submitted file: sha256 {record.sha256[:12]}."
        yield in_words(marks["protection"])


def _check(cell: dict[str, Any], for_learner: bool) -> Iterator[str]:
    """A check's mark, as on record, with what it asks for."""
    code, message = cell["code"], cell["message"]
    points = f"{cell['score']:g} of {cell['max_score']:g}"
    yield f"\n{cell['grade_id']}: {points}, {OUTCOME_WORDS[cell['outcome']]} ({code})"
    yield f"  Rule: {rule_of(cell['grade_id'])}"
    found = without_draws(code, message) if for_learner else message
    yield from (f"  Found: {line}" for line in found.splitlines() if line)


def _by_hand(course: Course, student: str, part: Part, for_learner: bool) -> Iterator[str]:
    """What was decided about the learner, and what was decided about everybody and counts here."""
    count = {each.decision for each in course.book.effects(student)}
    for made in course.book.decisions([student]):
        if made.check not in part.checks or (made.for_everybody and made.number not in count):
            continue
        points = made.worth(part.checks[made.check])
        given = "as judged" if points is None else f"{points:g} points"
        yield f"\nBy hand: {made.check}: {given}. {printable(made.reason)}".rstrip()
        if not for_learner:
            before = "for everybody" if made.for_everybody else f"before: {made.before:g}"
            yield f"  Decided by {printable(made.by)}, {made.when}; {before}."


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


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _flat(f"{name}.{key}" if name else str(key), each)
    elif isinstance(value, list) and any(isinstance(each, np.ndarray) for each in value):
        for number, each in enumerate(value):
            yield from _flat(f"{name}[{number}]", each)
    elif isinstance(value, np.ndarray) and value.size > 4:
        low, high = (f"{each:.4g}" for each in (value.min(), value.max()))
        yield name, f"{value.dtype} {value.shape}, from {low} to {high}"
    else:
        shown = repr(value.tolist() if isinstance(value, np.ndarray) else value)
        yield name, shown if len(shown) <= _SHORT else f"{shown[: _SHORT - 1]}…"
