"""Explains marks: what counts, each step to it, and what it rests on."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checks.evidence.packing import BadEvidence, unpack
from autograder.checks.rules import rule_of
from autograder.checks.table import CHECKS, PART_OF, is_ours
from autograder.checks.words.messages import without_draws
from autograder.checks.words.verdict import OUTCOME_WORDS
from autograder.classroom.asked import Asked, find
from autograder.classroom.course import Course
from autograder.gradebook.errors import CannotGrade
from autograder.gradebook.records import Record
from autograder.gradebook.scores import GradeRow
from autograder.gradebook.settle import Effect
from autograder.gradebook.standing import Standing, span
from autograder.kernels.layers import in_words
from autograder.running import evidence
from helpers.text import as_name, count, printable

#: Longer values are cut.
_SHORT = 72


def explain(
    course: Course, student: str, part_id: str = "", *, for_learner: bool = False
) -> Iterator[str]:
    """Say in lines what a mark rests on; nothing is run. Without a part: all that counts.

    A learner gets no evidence, no fresh points and nothing that flags say to a person who grades.

    Raises:
        CannotGrade: there is no such part, or nothing of the learner in the gradebook.
    """
    standing = course.book.standings([student])[0].get(student)
    if standing is None or not standing.notebooks:
        raise CannotGrade(
            f"There is nothing of {student!r} in the gradebook for {course.assignment}. "
            f"Run `{course.grade}`."
        )
    if not part_id:
        yield from _whole(standing, course.assignment)
        yield from _late_days(course, standing)
        return
    asked = find(course, standing, part_id)
    earned, full = (sum(each.score for each in asked.grades), sum(g.most for g in asked.grades))
    yield f"{as_name(student)}, {asked.title}: {earned:g} of {full:g}"
    yield from _late(standing, asked.notebook)
    yield from _late_days(course, standing)
    record = course.book.records(student).get(asked.notebook)
    if record is None:
        yield f"{asked.notebook} was not handed in."
    else:
        yield f"File: {as_name(record.file)}, graded {record.graded}"
    yield from _checks(course, asked, record, for_learner)
    if record is not None:
        yield from _besides(course, record, asked, for_learner)


def _whole(standing: Standing, assignment: str) -> Iterator[str]:
    """What a learner has in each exercise, what is taken off, and what that makes."""
    yield f"{as_name(standing.student)}: {standing.score:g} of {standing.most:g} in {assignment}"
    for name, scores in standing.notebooks.items():
        yield f"\n{name}: {scores.score:g} of {scores.max_score:g}"
        found: dict[str, list[GradeRow]] = {}
        for check, grade in scores.grades.items():
            found.setdefault(PART_OF[check].id if check in PART_OF else check, []).append(grade)
        for part, grades in found.items():
            points, most = sum(g.score for g in grades), sum(g.most for g in grades)
            waits = "; waits for a person" if any(g.asks for g in grades) else ""
            yield f"  {part}: {points:g} of {most:g}{waits}"
        yield from (f"  {line}" for line in _late(standing, name))


def _late(standing: Standing, name: str) -> Iterator[str]:
    """What being late costs a notebook, in a sentence; nothing for who was in time."""
    if standing.late <= 0:
        return
    scores, hours = standing.notebooks[name], (standing.due, standing.arrived)
    due, arrived = (f"{each:%Y-%m-%d %H:%M} UTC" if each else "unknown" for each in hours)
    if standing.extended:
        due += f", extended by {span(standing.extended)}"
    cost = f"{scores.points:g} less {scores.lost:g} leaves {scores.score:g} of {scores.max_score:g}"
    yield (
        f"Handed in {span(standing.late)} after the deadline ({arrived}; due {due}): "
        + (f"{cost} in {name}." if scores.lost else f"that costs nothing in {name}.")
    )


def _late_days(course: Course, standing: Standing) -> Iterator[str]:
    """The late days of who was late, as the course's policy counts them."""
    if standing.late <= 0:
        return
    days, left = course.book.late_days([standing.student])[standing.student]
    bank = f"; late days left for nothing: {left:g}" if left is not None else ""
    yield f"By the late policy, in the whole course: {count(days, 'late day')}{bank}."


def _checks(
    course: Course, asked: Asked, record: Record | None, for_learner: bool
) -> Iterator[str]:
    """Each check: what counts, what was found, and what persons have decided."""
    kept = course.evidence_of(record) if record is not None else None
    now = evidence.rejudge(kept) if kept is not None and not for_learner else {}
    cells = {cell["grade_id"]: cell for cell in record.marks["cells"]} if record else {}
    shown: set[tuple[str, str]] = set()  # checks of one exercise have much of their evidence alike
    for grade in asked.grades:
        yield f"\n{grade.check}: {grade.score:g} of {grade.most:g}"
        yield f"  Rule: {_rule(grade.check)}"
        if cell := cells.get(grade.check):
            judged = f"{count(grade.auto or 0.0, 'point')}, {OUTCOME_WORDS[cell['outcome']]}"
            yield f"  Judged: {judged}" + ("" if for_learner else f" ({cell['code']})")
            code, message = cell["code"], cell["message"]
            found = without_draws(code, message) if for_learner else message
            yield from (f"  Found: {line}" for line in found.splitlines() if line)
            if not is_ours(grade.check) and not for_learner:  # a hidden test may have printed it
                printed = asked.printed.get(grade.check, "").splitlines()
                yield from (f"  Printed: {line}" for line in printed if line)
            verdict = now.get(grade.check)
            if verdict is not None and verdict.code != code:
                yield f"  Judged again today: {verdict.outcome} ({verdict.code})."
        yield from _by_hand(course, grade, for_learner)
        if kept is not None and not for_learner:
            facts = dict.fromkeys(_facts(kept.checks.get(grade.check, "")))
            yield from (
                f"    {name}: {value}" for name, value in facts if (name, value) not in shown
            )
            if facts.keys() & shown:
                yield "    and what stands above, which is the same here."
            shown |= facts.keys()


def _by_hand(course: Course, grade: GradeRow, for_learner: bool) -> Iterator[str]:
    """What was decided about a check, the oldest first, and what of it counts."""
    counts = course.book.effects(grade.student).get(grade.id, Effect()).decision
    for made in course.book.decisions([grade.student]):
        about = made.check == grade.check and made.notebook in ("", grade.notebook)
        if not about or (for_learner and made.number != counts):
            continue
        points = made.worth(grade.most)
        given = "as judged" if points is None else count(points, "point")
        whom = "By hand, for everybody" if made.for_everybody else "By hand"
        yield f"  {whom}: {given}. {printable(made.reason)}".rstrip()
        if not for_learner:
            instead = "" if made.for_everybody else f", instead of {made.before:g}"
            now = "this counts" if made.number == counts else "this no longer counts"
            yield f"    Decided by {printable(made.by)}, {made.when}{instead}; {now}."
    if grade.extra:
        yield f"  Extra credit, by hand: {count(grade.extra, 'point')}."
    if grade.asks and not for_learner:
        yield "  It waits for a person."


def _besides(course: Course, record: Record, asked: Asked, for_learner: bool) -> Iterator[str]:
    """What was mended and noticed; for a person who grades, also how it was graded."""
    marks, about = record.marks, {"", asked.part, *(each.check for each in asked.grades)}
    notes = [*marks["mended"], *([] if for_learner else marks["flags"])]
    if told := [each["message"] for each in notes if each["part"] in about]:
        yield "\nMended in your file:" if for_learner else "\nMended, and noticed:"
        yield from (f"  {sentence}" for sentence in told)
    if marks["error"]:
        yield f"\nIt could not be graded: {marks['error']['message']}"
    elif not for_learner:
        kept = course.evidence_of(record)
        same = kept is not None and kept.judge == evidence.judge_hash()
        judges = "those of this installation" if same else "others than are installed"
        judged = f"{kept.judge[:12]}, {judges}" if kept is not None else "no evidence is kept"
        yield f"\nJudges: {judged}."
        yield f"Submitted file: sha256 {record.sha256[:12]}."
        yield in_words(marks["protection"])


def _rule(check: str) -> str:
    """What a check asks for, as far as it is one of ours."""
    if check in PART_OF:
        return rule_of(PART_OF[check], CHECKS[check])
    return (
        "nothing raised by the cell. No judge of ours knows it: it ran in the learner's own kernel."
    )


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
