"""`autograder explain` on the command line: why a learner got these points."""

from __future__ import annotations

import sys

from rich.console import Console

from autograder.checks.words.verdict import OUTCOME_WORDS
from autograder.classroom.course import open_course
from autograder.classroom.explain import CheckExplained, Explained, explain
from autograder.gradebook.decisions import JUDGED
from autograder.gradebook.errors import CannotGrade
from autograder.kernels.layers import in_words


def run_explain(student: str, part: str, assignment: str, *, for_learner: bool) -> int:
    """Print what is known about a learner's marks in one part.

    Returns:
        0, or 2 if there is nothing to explain.

    Raises:
        FileNotFoundError: there is no course here.
    """
    try:
        course = open_course(assignment)
        course.book.settle()
        found = explain(course, student, part, for_learner=for_learner)
    except CannotGrade as error:
        print(error, file=sys.stderr)
        return 2
    console = Console()
    for line in _lines(found, for_learner):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return 0


def _lines(found: Explained, for_learner: bool) -> list[str]:
    part, marks = found.part, found.record.marks
    earned = sum(each.cell["score"] for each in found.checks)
    full = sum(each.cell["max_score"] for each in found.checks)
    lines = [
        f"{found.student}, exercise {part.label} ({part.title}): {earned:g} of {full:g}",
        f"File: {found.record.file}, graded {found.record.graded}",
    ]
    for each in found.checks:
        lines += ["", *_check(each, for_learner)]
    checks = part.checks
    for made in found.decisions:
        given = "as judged" if made.kind == JUDGED else f"{made.worth(checks[made.check]):g} points"
        lines += ["", f"By hand: {made.check}: {given}. {made.reason}".rstrip()]
        if not for_learner:
            before = "for everybody" if made.for_everybody else f"before: {made.before:g}"
            lines.append(f"  Decided by {made.by}, {made.when}; {before}.")
    if found.notes:
        lines += ["", "Mended, and noticed:" if not for_learner else "Mended in your file:"]
        lines += [f"  {sentence}" for _, sentence in found.notes]
    if not for_learner:
        judges = "those of this installation" if found.same_judge else "others than are installed"
        kept = f"{found.judge[:12]}, {judges}" if found.judge else "no evidence is kept"
        lines += ["", f"Judges: {kept}.", f"Submitted file: sha256 {found.record.sha256[:12]}."]
        lines += [in_words(marks["protection"])]
    return lines


def _check(each: CheckExplained, for_learner: bool) -> list[str]:
    cell = each.cell
    points = f"{cell['score']:g} of {cell['max_score']:g}"
    lines = [
        f"{cell['grade_id']}: {points}, {OUTCOME_WORDS[cell['outcome']]} ({cell['code']})",
        f"  Rule: {each.rule}",
    ]
    lines += [f"  Found: {line}" for line in cell["message"].splitlines() if line]
    if each.now is not None and each.now.code != cell["code"] and not for_learner:
        lines.append(f"  Judged again today: {each.now.outcome} ({each.now.code}).")
    lines += [f"    {name}: {value}" for name, value in each.facts]
    return lines
