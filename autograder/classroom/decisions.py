"""What persons decide about marks: points for one learner's checks, or for everybody's."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from autograder.checks.table import PARTS
from autograder.classroom.asked import checks_below
from autograder.classroom.course import Course
from autograder.classroom.whose import others, taken_by_others, worth_changed
from autograder.console import command
from autograder.gradebook.decisions import EVERYBODY, POINTS, SAME, Decision, now
from autograder.gradebook.errors import CannotGrade
from autograder.gradebook.records import Record
from autograder.gradebook.scores import GradeRow
from helpers.text import as_name, count, printable


class _OnlyTried(Exception):  # noqa: N818 - ends a transaction of which nothing is to stay
    pass


class Replaces(CannotGrade):
    """It would take the place of what another person has decided, and was not asked to."""


@dataclass
class Decided:
    """What became of a decision.

    Attributes:
        changes: grades before and after: for one learner, every check; for everybody, those whose
            points change. Learners for whom something else was decided keep that.
        replaced: whose decisions it has taken the place of, in sentences.
        taken: what others had taken up of it, in sentences.
        unmarked: answers that only a person marks, and nobody has: there is nothing to confirm.
    """

    changes: list[tuple[GradeRow, GradeRow]] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    unmarked: list[GradeRow] = field(default_factory=list)


def decide(
    course: Course,
    student: str | None,
    checks: Collection[str],
    points: float | str,
    *,
    by: str,
    reason: str,
    replace: bool = False,
    dry_run: bool = False,
) -> Decided:
    """Give points for checks, tell why in the feedback, and put it on record: all, or nothing.

    No student stands for everybody who has handed the notebook in, or will, in a file that can be
    read. Points are a number, `FULL`, or `SAME` for those that count now. The reason is for the
    learner too. A dry run says what would change, and changes nothing.

    Raises:
        CannotGrade: there is no such submission or cell, or not as many points.
        Replaces: another person has decided something else, and `replace` is not set.
    """
    done = Decided()
    with suppress(_OnlyTried), course.book.transaction():
        students = None if student is None else [student]
        course.book.settle(students)
        grades = course.book.grades(students)
        if student is not None and not grades:
            raise CannotGrade(f"There is no graded submission of {student!r}.")
        before = _named(grades, checks)
        _see_that_it_fits(before, student, checks, points)
        records = {
            (each, name): record
            for each in {grade.student for grade in before}
            for name, record in course.book.records(each).items()
        }
        files = {key: record.sha256 for key, record in records.items()}
        if points == SAME:
            done.unmarked = [each for each in before if _unmarked(each, records)]
            before = [each for each in before if each not in done.unmarked]
            if not before:
                name = done.unmarked[0].check
                raise CannotGrade(f"{name} has no points yet that you could confirm: give some.")
        handed_in = [each for each in before if student or files.get((each.student, each.notebook))]
        done.taken = list(taken_by_others(course, student, before, by))
        done.replaced = list(others(course, student, before, points, by))
        if done.replaced and points != SAME and not (replace or dry_run):
            more = len(done.replaced) - 1
            told = f", and so for {count(more, 'more check')}" if more else ""
            raise Replaces(f"{done.replaced[0]}{told}: nothing was changed")
        kind, given = (points, None) if isinstance(points, str) else (POINTS, float(points))
        if student is None and points != SAME:
            most = {each.check: each.most for each in before}
            made = [
                Decision(
                    EVERYBODY, check, kind, by, reason, now(), points=given, most=most[check]
                )
                for check in checks
            ]  # fmt: skip
        else:
            made = [
                Decision(
                    each.student, each.check, kind, by, reason, now(), each.notebook,
                    each.points if kind == SAME else given, each.points,
                    files.get((each.student, each.notebook), ""), most=each.most,
                )
                for each in handed_in
            ]  # fmt: skip
        course.book.decide(made, students)
        after = {each.id: each for each in course.book.grades(students)}
        done.changes = [
            (each, after[each.id])
            for each in handed_in
            if student is not None or points == SAME or each.points != after[each.id].points
        ]
        if dry_run:
            raise _OnlyTried
    return done


def _unmarked(grade: GradeRow, records: Mapping[tuple[str, str], Record]) -> bool:
    """Only a person can mark it, nobody has, and it stands in a file that can be read."""
    record = records.get((grade.student, grade.notebook))
    return grade.auto is None and grade.manual is None and record is not None and record.readable


def checks_of(course: Course, what: str, student: str | None = None) -> list[str]:
    """The checks that a name stands for: a check, an exercise, a notebook, or the assignment.

    An exercise of another course is a solution cell; its checks may be one learner's own.
    """
    grades = course.book.grades()
    every = dict.fromkeys(each.check for each in grades)
    if what in PARTS and (not every or PARTS[what].checks.keys() & every):
        return list(PARTS[what].checks)
    if what in every:
        return [what]
    whole = what == course.assignment
    inside = dict.fromkeys(each.check for each in grades if whole or each.notebook == what)
    mine = [each for each in grades if student in (None, each.student)]
    return list(inside) or checks_below(course, mine, what) or [what]


def _named(grades: Iterable[GradeRow], checks: Collection[str]) -> list[GradeRow]:
    """The grades of these checks, the first of each name for each learner, in the checks' order."""
    found: dict[tuple[str, str], GradeRow] = {}
    for each in grades:
        found.setdefault((each.student, each.check), each)
    students = dict.fromkeys(student for student, _ in found)
    wanted = ((student, check) for student in students for check in checks)
    return [found[each] for each in wanted if each in found]


def _see_that_it_fits(
    grades: list[GradeRow], student: str | None, checks: Collection[str], points: float | str
) -> None:
    known = {each.check: each for each in grades}
    for check in checks:
        if check not in known:
            if student is None:
                raise CannotGrade(f"Nobody has handed in a notebook with {check!r}.")
            raise CannotGrade(f"{student!r} has no graded cell {check!r}.")
        most = known[check].most
        if not isinstance(points, str) and not 0 <= points <= most:
            raise CannotGrade(f"{check} has {count(most, 'point')}: {points:g} do not fit.")


def misfits(course: Course) -> list[str]:
    """Decisions that no longer fit the exercises, in sentences for the person who grades.

    Those about one learner whose check is worth something else now are questions of their own.
    """
    newest = {(each.student, each.notebook, each.check): each for each in course.book.decisions()}
    # Most classes have no decisions: all grades are not read for nothing.
    most = {each.check: each.most for each in course.book.grades()} if newest else {}
    sentences = []
    for each in newest.values():
        whom = "everybody" if each.for_everybody else as_name(each.student)
        by = printable(each.by)
        whose = f"The decision of {each.when[:10]} by {by} about {each.check} for {whom}"
        if each.check not in most:
            if most:
                sentences.append(f"{whose} is set aside: there is no such check any more.")
        elif each.kind != POINTS or each.points is None:
            continue
        elif each.most is None and each.points > most[each.check]:
            sentences.append(
                f"{whose} gives {count(each.points, 'point')}, and the check has "
                f"{most[each.check]:g}: it counts as all of them."
            )
        elif each.for_everybody and each.most not in (None, most[each.check]):
            again = command("decide", each.check, f"{each.points:g}", assignment=course.other)
            sentences.append(
                f"{whose}: {worth_changed(each, most[each.check])}: confirm with `{again} --all`, "
                "with --by and --reason."
            )
    return sentences
