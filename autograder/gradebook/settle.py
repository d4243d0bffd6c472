"""What counts: the one rule for decisions, late penalties, and what waits for a person.

The same files, settings and ordered decisions give the same marks and the same list, whatever
command ran when and how often. So nothing here looks at what counted before: all is worked out anew
from what the judges found, the records and the decisions, and what differs is written.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from nbgrader.api import Assignment, Grade, MissingEntry, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import delete, insert, select, update
from traitlets.config import Config

from autograder.checks.table import PART_OF
from autograder.gradebook.decisions import (
    EVERYBODY,
    FORMGRADER,
    FULL,
    JUDGED,
    Decision,
    Decisions,
    read_decisions,
    typed,
    write_decisions,
)
from autograder.gradebook.extensions import extend_submissions
from autograder.gradebook.records import Graded, Record, read_graded
from autograder.gradebook.scores import GradeRow, read_grades
from autograder.gradebook.tables import EFFECTS, of_students
from autograder.gradebook.taken import settled

#: What a grade may wait for: a flag to be looked at, points by hand to be compared with another
#: file's, an answer that only a person marks, points by hand for a check that was worth something
#: else then, points typed in formgrader over those that somebody had given by name.
FLAG, COMPARE, BY_HAND, WORTH, OVER = "flag", "compare", "by_hand", "worth", "over"


class Effect(NamedTuple):
    """What decisions and flags make of a grade; see `tables.EFFECTS`."""

    manual: float | None = None
    decision: int | None = None
    waits: str = ""


def rule(grade: GradeRow, graded: Graded | None, decisions: Decisions) -> Effect:
    """What a person's decisions, or the lack of them, make of one grade.

    A decision about one learner beats one about everybody; among equals the newest counts. `SAME`
    is about one file: for another one an older number counts, if there is one. There is nothing
    `graded` where no notebook is handed in, or nbgrader alone has graded it. What was decided for
    everybody is for all who have handed the notebook in, in a file that could be read, and for
    nobody else.
    """
    submission = graded.submission if graded is not None else ""
    own = decisions.about(grade.student, grade.notebook, grade.check, submission)
    if own is not None and own.kind != JUDGED:
        return Effect(own.worth(grade.most), own.number, next(again(own, grade, graded), ""))
    everybodys = decisions.about(EVERYBODY, grade.notebook, grade.check)
    if own is None and everybodys is not None and graded is not None and graded.readable:
        return Effect(everybodys.worth(grade.most), everybodys.number)
    number = own.number if own is not None else None
    if grade.auto is None:
        return Effect(None, number, BY_HAND if graded is not None or grade.asks else "")
    if graded is not None and grade.check in graded.flagged:
        return Effect(None, number, FLAG)
    return Effect(None, number, OVER if own is not None and own.over else "")


def again(made: Decision, grade: GradeRow, graded: Graded | None) -> Iterator[str]:
    """Why a person should look once more at points by hand: each reason."""
    if graded is not None and made.submission != graded.submission:
        yield COMPARE
    if made.kind not in (FULL, JUDGED) and made.most not in (None, grade.most):
        yield WORTH
    if made.over:
        yield OVER


def settle(
    gradebook: Any,
    assignment: str,
    config: Config,
    students: Collection[str] | None = None,
    fresh: Record | None = None,
) -> None:
    """Have the gradebook say what counts.

    Points that were typed in formgrader since the last time become decisions first. A fresh record
    counts in the place of the one that there is, and is not yet written.
    """
    session = gradebook.db
    graded = read_graded(session, assignment, students)
    grades = read_grades(session, assignment, students)
    effects = read_effects(session, assignment, students)
    decisions = read_decisions(session, assignment, students)
    typed_since = list(_typed_since(grades, graded, effects, decisions))
    if typed_since:
        write_decisions(session, assignment, typed_since)
        decisions = read_decisions(session, assignment, students)
    if fresh is not None:
        flagged = frozenset(fresh.flagged())
        graded[fresh.student, fresh.notebook] = Graded(fresh.sha256, flagged, fresh.readable)
    newest, numbered = Decisions(decisions), {each.number: each for each in decisions}
    changed: list[tuple[GradeRow, Effect, Effect]] = []
    scores: dict[str, float] = {}
    first: dict[str, GradeRow] = {}
    for grade in grades:
        notebook = graded.get((grade.student, grade.notebook))
        effect = rule(grade, notebook, newest)
        before = effects.get(grade.id, Effect())
        asks = bool(effect.waits)
        if notebook is None:  # as nbgrader left it, until somebody decides by command
            made = numbered.get(effect.decision or 0)
            new = effect.decision != before.decision
            asked = grade.asks and before.waits not in (WORTH, OVER)
            by_name = new and made is not None and made.by != FORMGRADER
            asks = effect.waits in (WORTH, OVER) or (asked and not by_name)
        if (effect.manual, asks) != (grade.manual, grade.asks):
            values = {"manual_score": effect.manual, "needs_manual_grade": asks}
            session.execute(update(Grade).where(Grade.id == grade.id).values(values))
        if effect != before:
            changed.append((grade, before, effect))
        if notebook is not None:
            points = effect.manual if effect.manual is not None else grade.auto or 0.0
            scores[grade.submitted] = scores.get(grade.submitted, 0.0) + points + (grade.extra or 0)
            first[grade.submitted] = grade
    _write_effects(session, assignment, changed)
    settled(session, (grade.id for grade, _, effect in changed if not effect.waits))
    session.expire_all()
    _explain(gradebook, assignment, changed, numbered)
    late = _penalties(gradebook, assignment, config, students)
    for submitted, grade in first.items():
        penalty = late(grade.student, scores[submitted])
        if penalty != grade.penalty:
            notebook_of = update(SubmittedNotebook).where(SubmittedNotebook.id == submitted)
            session.execute(notebook_of.values(late_submission_penalty=penalty))
    session.expire_all()


def _penalties(
    gradebook: Any, assignment: str, config: Config, students: Collection[str] | None
) -> Callable[[str, float], float | None]:
    """What being late costs a learner's notebook with so many points; None where nbgrader has none.

    Worked out anew, from hours of submission and deadlines in the gradebook, by the plugin that the
    course has chosen for nbgrader.
    """
    step = AssignLatePenalties(config=config)
    # A plugin may look at its parent, as a bank of late days does.
    step.gradebook, step.assignment_id = gradebook, assignment
    step.init_plugin()
    extend_submissions(gradebook.db, students)
    wanted = select(SubmittedAssignment).join(Assignment).where(Assignment.name == assignment)
    if students is not None:
        wanted = wanted.where(SubmittedAssignment.student_id.in_(students))
    submissions = gradebook.db.execute(wanted).scalars()
    seconds = {each.student_id: each.total_seconds_late for each in submissions}

    def penalty(student: str, score: float) -> float | None:
        late = seconds.get(student, 0.0)
        if late <= 0:
            return None
        step.student_id = student
        found = step.plugin_inst.late_submission_penalty(student, score, late)
        return None if found is None else min(max(0.0, float(found)), score)

    return penalty


def read_effects(
    session: Any, assignment: str, students: Collection[str] | None = None
) -> dict[str, Effect]:
    """What decisions and flags made of the grades the last time, by nbgrader's id of the grade."""
    names = ("grade", "manual", "decision", "waits")
    wanted = select(*(EFFECTS.c[name] for name in names))
    rows = session.execute(of_students(wanted, EFFECTS, assignment, students))
    return {grade: Effect(*effect) for grade, *effect in rows}


def _typed_since(
    grades: list[GradeRow],
    graded: Mapping[tuple[str, str], Graded],
    effects: Mapping[str, Effect],
    decisions: list[Decision],
) -> Iterator[Decision]:
    """Decisions for points that were typed in formgrader, or taken away there."""
    numbered = {each.number: each for each in decisions}
    for grade in grades:
        before = effects.get(grade.id, Effect())
        if grade.manual != before.manual:
            notebook = graded.get((grade.student, grade.notebook))
            replaced = numbered.get(before.decision or 0)
            yield typed(grade, before.manual, notebook.submission if notebook else "", replaced)


def _write_effects(
    session: Any, assignment: str, changed: list[tuple[GradeRow, Effect, Effect]]
) -> None:
    for grade, before, effect in changed:
        if before != Effect():
            session.execute(delete(EFFECTS).where(EFFECTS.c.grade == grade.id))
        if effect != Effect():
            whose = {"grade": grade.id, "assignment": assignment, "student": grade.student}
            session.execute(insert(EFFECTS).values(**whose, **effect._asdict()))


def _explain(
    gradebook: Any,
    assignment: str,
    changed: list[tuple[GradeRow, Effect, Effect]],
    decisions: dict[int, Decision],
) -> None:
    """Leave a decision's reason under the answer, and take away one that counts no more."""
    for grade, before, effect in sorted(changed, key=lambda each: each[2].decision or 0):
        if before.decision == effect.decision:
            continue
        old, new = decisions.get(before.decision or 0), decisions.get(effect.decision or 0)
        answer = PART_OF[grade.check].id if grade.check in PART_OF else grade.check
        try:
            comment = gradebook.find_comment(answer, grade.notebook, assignment, grade.student)
        except MissingEntry:
            continue  # a check without an answer of its own
        if new is not None and new.reason:
            comment.manual_comment = new.reason
        elif old is not None and comment.manual_comment == old.reason:
            comment.manual_comment = None
    gradebook.db.flush()
