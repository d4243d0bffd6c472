"""Who gains and who loses by a regrading: what counts before and after, and what hides a change."""

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress

from autograder.classroom.course import Course
from autograder.classroom.regrade import Regraded, apply
from autograder.classroom.whose import who_gave
from autograder.gradebook.settle import Effect
from autograder.gradebook.standing import Standing
from helpers.text import as_name, count


class _OnlyTried(Exception):  # noqa: N818 - ends a transaction of which nothing is to stay
    pass


def tried(course: Course, changed: Collection[Regraded]) -> list[str]:
    """What `entered` would say; nothing stays of it."""
    told: list[str] = []
    with suppress(_OnlyTried), course.book.transaction():
        told += entered(course, changed, lambda each: apply(course, each, write=False))
        raise _OnlyTried
    return told


def entered(
    course: Course, changed: Collection[Regraded], enter: Callable[[Regraded], None]
) -> list[str]:
    """Enter what has changed, and say in sentences what that makes of each learner's points.

    They are those that count: with decisions, and less what being late costs.
    """
    course.settle()
    students = sorted({each.record.student for each in changed})
    before, _ = course.book.standings(students)
    for each in changed:
        what = f"The marks in {each.record.notebook} could not be entered"
        with course.fault_of(each.record.student, what):
            enter(each)
    after, _ = course.book.standings(students)
    told = []
    for student in before.keys() & after.keys() & set(students):
        told.append(_sentence(before[student], after[student]))
        mine = [each for each in changed if each.record.student == student]
        told += _hidden(course, after[student], mine)
    return sorted(told)


def _sentence(before: Standing, after: Standing) -> str:
    gain = round(after.score - before.score, 9)
    what = "no change" if not gain else "gains" if gain > 0 else "loses"
    points = f" {count(abs(gain), 'point')}" if gain else ""
    late = ""
    if before.lost or after.lost:
        late = f", less {before.lost:g} and {after.lost:g} for being late"
    return (
        f"{as_name(after.student)} in all: {what}{points}, {before.score:g} of {after.most:g} "
        f"before and {after.score:g} after{late}."
    )


def _hidden(course: Course, standing: Standing, mine: Collection[Regraded]) -> Iterator[str]:
    """Changes that points by hand hide."""
    effects = course.book.effects(standing.student)
    decisions = {each.number: each for each in course.book.decisions([standing.student])}
    for each in mine:
        grades = standing.notebooks[each.record.notebook].grades
        for change in each.changes:
            grade = grades[change.check]
            made = decisions.get(effects.get(grade.id, Effect()).decision or 0)
            if grade.manual is None or change.before == change.after:
                continue
            given = who_gave(made, grade.most) if made else f"{count(grade.manual, 'point')} stay"
            yield (
                f"{as_name(standing.student)} in all: {change.check} stays at {grade.manual:g}, "
                f"whatever is judged: {given}."
            )
