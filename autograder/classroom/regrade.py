"""Judges kept evidence again, after a judge was corrected; no notebook runs.

What changes goes the same way as any mark: into the check cells of the graded notebook, from there
by nbgrader's own preprocessors into the gradebook, and on record. Marks given by hand stay.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

from nbformat import NotebookNode
from nbgrader.utils import is_grade

from autograder.checks.table import is_ours
from autograder.checks.words.verdict import Verdict
from autograder.classroom.course import Course
from autograder.course.folders import read_notebook
from autograder.gradebook.decisions import now
from autograder.gradebook.records import Record
from autograder.running import evidence
from autograder.running.marks import VERDICT_FLAGS, Marks, read_marks
from autograder.running.review_flags import CLAIM_DIFFERS, differences
from autograder.running.stops import output_of


@dataclass(frozen=True)
class Change:
    """A check that today's judges see in another way.

    Attributes:
        before, after: points; they may be equal where only the reason is another.
        was: the code of the verdict on record.
        verdict: today's.
    """

    check: str
    before: float
    after: float
    was: str
    verdict: Verdict


@dataclass(frozen=True)
class Regraded:
    """One notebook: what would change, or why it cannot be judged again.

    Attributes:
        unjudged: checks without a judge of ours: they have run in the kernel.
    """

    record: Record
    changes: list[Change]
    problem: str = ""
    unjudged: int = 0


def look(
    course: Course, student: str | None = None, *, never_lower: bool = False
) -> Iterator[Regraded]:
    """Judge everything, or all of one learner, that is on record again; nothing is changed.

    With `never_lower`, what would cost points is left out.
    """
    for each in [student] if student is not None else sorted(course.book.scores()):
        with course.fault_of(each, "The evidence could not be judged again"):
            for record in course.book.records(each).values():
                if record.marks["error"]:
                    continue  # there was nothing to judge
                kept = course.evidence_of(record)
                unjudged = sum(not is_ours(cell["grade_id"]) for cell in record.marks["cells"])
                if unjudged == len(record.marks["cells"]):
                    yield Regraded(record, [], unjudged=unjudged)
                    continue
                if kept is None:
                    yield Regraded(record, [], "no evidence of this file is kept")
                    continue
                found = _changes(record, evidence.rejudge(kept))
                if never_lower:
                    found = [change for change in found if change.after >= change.before]
                yield Regraded(record, found, unjudged=unjudged)


def _changes(record: Record, verdicts: dict[str, Verdict]) -> list[Change]:
    found = []
    for cell in record.marks["cells"]:
        verdict = verdicts.get(cell["grade_id"])
        # A cell that was stopped, say, was told so by the run and by no judge.
        if verdict is None or verdict.code == cell["code"]:
            continue
        after = cell["max_score"] if verdict.passed else 0.0
        found.append(Change(cell["grade_id"], cell["score"], after, cell["code"], verdict))
    return found


def apply(course: Course, each: Regraded, *, write: bool = True) -> None:
    """Enter what has changed in one notebook.

    Without `write` its file stays as it is: for a transaction that only tries what would be.

    Raises:
        CannotGrade: the gradebook cannot be written.
        nbformat.reader.NotJSONError, OSError: the graded notebook cannot be read.
    """
    student, name = each.record.student, each.record.notebook
    notebook = read_notebook(course.book.autograded(student) / f"{name}.ipynb")
    verdicts = {change.check: change.verdict for change in each.changes}
    for cell in filter(is_grade, notebook.cells):
        check = cell.metadata.nbgrader.grade_id
        if check in verdicts:
            cell.outputs = [output_of(check, verdicts[check])]
    with course.book.transaction():
        notebook = course.book.keep(notebook, student, name, write=write)
        marks = _marks(each.record, notebook)
        record = replace(each.record, marks=marks.as_json(), graded=now())
        course.book.enter(notebook, student, name, record)


def enter_points(course: Course, student: str, name: str) -> None:
    """Enter a notebook's marks again, of whose checks only the points have changed.

    Raises:
        CannotGrade, nbformat.reader.NotJSONError, OSError: as `apply`.
    """
    record = course.book.records(student)[name]
    apply(course, Regraded(replace(record, checks=course.lessons.checks[name]), []))


def _marks(record: Record, executed: NotebookNode) -> Marks:
    """A graded notebook's marks as they are now; notes and flags of mending and the run stay."""
    marks = read_marks(executed, record.notebook)
    marks.mended, marks.protection = record.marks["mended"], record.marks["protection"]
    # What today's judges would have flagged themselves is not taken from the record.
    judged = set(VERDICT_FLAGS)
    if record.claims is not None:
        judged.add(CLAIM_DIFFERS)
        differing = differences(frozenset(record.claims), marks.cells)
        marks.flags += [asdict(note) for note in differing]
    known = [flag for flag in record.marks["flags"] if flag["code"] not in judged]
    marks.flags += [flag for flag in known if flag not in marks.flags]
    return marks
