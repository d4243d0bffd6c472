"""Judges kept evidence again, after a judge was corrected; no notebook runs.

What changes goes the same way as any mark: into the check cells of the graded notebook, from there
by nbgrader's own preprocessors into the gradebook, and on record. Marks given by hand stay.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import is_grade

from autograder.checks.words.verdict import Verdict
from autograder.classroom.plan import Course
from autograder.course.folders import read_notebook
from autograder.files import write_whole
from autograder.gradebook.records import Record
from autograder.running import evidence
from autograder.running.marks import read_marks
from autograder.running.stops import output_of


@dataclass(frozen=True)
class Change:
    """A check that today's judges see in another way.

    Attributes:
        before, after: points; they may be equal where only the reason is another.
        was, now: the codes of the verdicts.
        verdict: today's.
    """

    student: str
    notebook: str
    check: str
    before: float
    after: float
    was: str
    now: str
    verdict: Verdict


@dataclass(frozen=True)
class Regraded:
    """One notebook: what would change, or why it cannot be judged again."""

    record: Record
    changes: list[Change]
    problem: str = ""


def look(
    course: Course, student: str | None = None, *, never_lower: bool = False
) -> Iterator[Regraded]:
    """Judge everything that is on record again; nothing is changed.

    Args:
        course: from `plan.open_course`.
        student: one learner only; None for all.
        never_lower: leave out what would cost points.
    """
    for each in [student] if student is not None else sorted(course.book.entries()):
        for name, record in course.records.of(each).items():
            if record.marks["error"]:
                continue  # there was nothing to judge
            path = evidence.path_of(course.folder, each, course.assignment, name, course.kept)
            kept = evidence.read(path)
            if kept is None or kept.submission != record.sha256:
                yield Regraded(record, [], "no evidence of this file is kept")
                continue
            found = _changes(record, evidence.rejudge(kept))
            if never_lower:
                found = [change for change in found if change.after >= change.before]
            yield Regraded(record, found)


def _changes(record: Record, verdicts: dict[str, Verdict]) -> list[Change]:
    found = []
    for cell in record.marks["cells"]:
        verdict = verdicts.get(cell["grade_id"])
        # A cell that was stopped, say, was told so by the run and by no judge.
        if verdict is None or verdict.code == cell["code"]:
            continue
        after = cell["max_score"] if verdict.passed else 0.0
        found.append(
            Change(
                record.student, record.notebook, cell["grade_id"], cell["score"], after,
                cell["code"], verdict.code, verdict,
            )
        )  # fmt: skip
    return found


def apply(course: Course, each: Regraded) -> None:
    """Enter what has changed in one notebook.

    Args:
        course: from `plan.open_course`.
        each: from `look`, with changes.

    Raises:
        CannotGrade: the gradebook cannot be written.
        NotGradable: the graded notebook cannot be read.
    """
    record = each.record
    path = course.book.autograded(record.student) / f"{record.notebook}.ipynb"
    notebook = read_notebook(path)
    verdicts = {change.check: change.verdict for change in each.changes}
    for cell in filter(is_grade, notebook.cells):
        check = cell.metadata.nbgrader.grade_id
        if check in verdicts:
            cell.outputs = [output_of(check, verdicts[check])]
    # First, so that marks and record never differ; the file that was handed in is graded anew then.
    course.records.remove(record.student, record.notebook)
    with course.book.transaction():
        course.book.put_back(notebook, record.student, record.notebook)
        kept = course.book.save(notebook, record.student, record.notebook)
        marks = _marks(record, nbformat.reads(kept, as_version=4))
    write_whole(path, kept)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    course.records.write(replace(record, marks=marks, graded=now))


def _marks(record: Record, executed: NotebookNode) -> dict[str, Any]:
    """The record's marks with the cells as they are now; notes and flags of the run stay."""
    fresh = read_marks(executed, record.notebook)
    marks = copy.deepcopy(record.marks)
    marks["cells"] = fresh.as_json()["cells"]
    for name in ("score", "max_score"):
        marks[name] = fresh.as_json()[name]
    known = {(flag["code"], flag["part"]) for flag in marks["flags"]}
    marks["flags"] += [f for f in fresh.flags if (f["code"], f["part"]) not in known]
    return marks
