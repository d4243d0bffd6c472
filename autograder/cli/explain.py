"""`autograder explain`: why a learner got these points."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from autograder.console import say

if TYPE_CHECKING:
    from autograder.classroom.explain import CheckExplained, Explained

HELP = "say what a learner's marks rest on"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose marks, in what, and for whom to read."""
    parser.add_argument("student", metavar="STUDENT")
    parser.add_argument("part", metavar="PART", help="such as moons_train")
    parser.add_argument("--assignment", default="classification")
    parser.add_argument("--for-learner", action="store_true", help="nothing that must stay hidden")


def run(arguments: argparse.Namespace) -> int:
    """Print what is known about a learner's marks in one part."""
    from autograder.classroom.course import open_course
    from autograder.classroom.explain import explain

    course, for_learner = open_course(arguments.assignment), arguments.for_learner
    course.book.settle()
    found = explain(course, arguments.student, arguments.part, for_learner=for_learner)
    for line in _lines(found, for_learner):
        say(line)
    return 0


def _lines(found: Explained, for_learner: bool) -> Iterator[str]:
    from autograder.kernels.layers import in_words

    part, record = found.part, found.record
    earned = sum(each.cell["score"] for each in found.checks)
    full = sum(each.cell["max_score"] for each in found.checks)
    yield f"{found.student}, exercise {part.label} ({part.title}): {earned:g} of {full:g}"
    yield f"File: {record.file}, graded {record.graded}"
    for each in found.checks:
        yield ""
        yield from _check(each, for_learner)
    for made in found.decisions:
        points = made.worth(part.checks[made.check])
        given = "as judged" if points is None else f"{points:g} points"
        yield f"\nBy hand: {made.check}: {given}. {made.reason}".rstrip()
        if not for_learner:
            before = "for everybody" if made.for_everybody else f"before: {made.before:g}"
            yield f"  Decided by {made.by}, {made.when}; {before}."
    if found.notes:
        yield "\nMended in your file:" if for_learner else "\nMended, and noticed:"
        yield from (f"  {sentence}" for _, sentence in found.notes)
    if not for_learner:
        judges = "those of this installation" if found.same_judge else "others than are installed"
        kept = f"{found.judge[:12]}, {judges}" if found.judge else "no evidence is kept"
        yield f"\nJudges: {kept}."
        yield f"Submitted file: sha256 {record.sha256[:12]}."
        yield in_words(record.marks["protection"])


def _check(each: CheckExplained, for_learner: bool) -> Iterator[str]:
    from autograder.checks.words.verdict import OUTCOME_WORDS

    cell = each.cell
    points = f"{cell['score']:g} of {cell['max_score']:g}"
    yield f"{cell['grade_id']}: {points}, {OUTCOME_WORDS[cell['outcome']]} ({cell['code']})"
    yield f"  Rule: {each.rule}"
    yield from (f"  Found: {line}" for line in cell["message"].splitlines() if line)
    if each.now is not None and each.now.code != cell["code"] and not for_learner:
        yield f"  Judged again today: {each.now.outcome} ({each.now.code})."
    yield from (f"    {name}: {value}" for name, value in each.facts)
