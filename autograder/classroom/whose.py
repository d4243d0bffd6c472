"""Whose decisions count, in sentences: whom one replaces, who gets nothing, what changed."""

from collections.abc import Collection, Iterator

from autograder.classroom.course import Course
from autograder.gradebook.decisions import EVERYBODY, FORMGRADER, SAME, Decision, Decisions
from autograder.gradebook.records import Graded
from autograder.gradebook.scores import GradeRow
from autograder.gradebook.settle import OVER, WORTH, Effect, again
from autograder.gradebook.standing import Standing
from helpers.text import as_name, count, listed, printable


def others(
    course: Course, student: str | None, grades: list[GradeRow], points: float | str, by: str
) -> Iterator[str]:
    """What others have decided that would count no more, in sentences without a full stop."""
    decisions = course.book.decisions(None if student is None else [student])
    if student is None and points != SAME:
        newest = Decisions(decisions)
        for each in {grade.check: grade for grade in grades}.values():
            made = newest.about(EVERYBODY, each.notebook, each.check)
            if made is not None and not same_person(made.by, by):
                yield f"{who_gave(made, each.most)} for {each.check} to everybody"
        return
    numbered = {each.number: each for each in decisions}
    effects = _effects(course, grades)
    for each in grades:
        effect = effects.get(each.id, Effect())
        made = numbered.get(effect.decision or 0)
        if made is None or effect.manual is None or same_person(made.by, by):
            continue
        whom = "everybody" if made.for_everybody else as_name(each.student)
        yield f"{who_gave(made, each.most)} for {each.check} to {whom}"


def who_gave(made: Decision, most: float) -> str:
    """Who has decided how many points, and when."""
    points = made.worth(most)
    given = "left it to the judges" if points is None else f"gave {count(points, 'point')}"
    return f"{printable(made.by)} {given} on {made.when[:16].replace('T', ' ')} UTC"


def taken_by_others(
    course: Course, student: str | None, grades: list[GradeRow], by: str
) -> Iterator[str]:
    """What others have taken up of a learner's grades, in sentences without a full stop."""
    taken = course.book.taken_by(student) if student is not None else {}
    for each in grades:
        who = taken.get((each.notebook, each.check))
        if who is not None and not same_person(who.by, by):
            when = who.when[:16].replace("T", " ")
            yield (
                f"{printable(who.by)} has taken up {each.check} of {as_name(each.student)} on "
                f"{when} UTC"
            )


def same_person(one: str, other: str) -> bool:
    """Whether two names are one author's, however they are typed."""
    return one.strip().casefold() == other.strip().casefold()


def nothing_from(course: Course, checks: Collection[str]) -> Iterator[str]:
    """Who gets nothing of what is decided for everybody, and why, in sentences."""
    grades = course.book.grades()
    notebooks = dict.fromkeys(each.notebook for each in grades if each.check in checks)
    records = {each: course.book.records(each) for each in {grade.student for grade in grades}}
    standings, _ = course.book.standings()
    for name in notebooks:
        missing = []
        for student in standings:
            record = records.get(student, {}).get(name)
            if record is None:
                missing.append(as_name(student))
            elif not record.readable:
                yield f"{as_name(student)} gets none of {name}: {record.marks['error']['message']}"
        if missing:
            whose = "learner has" if len(missing) == 1 else "learners have"
            names = listed(missing)
            yield f"{len(missing)} {whose} not handed in {name}, and get none of it: {names}."
    own = {each.number: each for each in course.book.decisions() if not each.for_everybody}
    mine = [each for each in grades if each.check in checks] if own else []
    effects = _effects(course, mine)
    for each in mine:
        effect = effects.get(each.id, Effect())
        if effect.manual is not None and effect.decision in own:
            yield (
                f"{as_name(each.student)} keeps what was decided for this learner: "
                f"{who_gave(own[effect.decision], each.most)} for {each.check}."
            )


def _effects(course: Course, grades: Collection[GradeRow]) -> dict[str, Effect]:
    found: dict[str, Effect] = {}
    for student in {each.student for each in grades}:
        found |= course.book.effects(student)
    return found


def asked_again(course: Course, standing: Standing) -> Iterator[tuple[GradeRow, str, str]]:
    """Points by hand of a learner that wait for a person: the grade, a code, and why.

    Either the check is worth something else now, or points were typed in formgrader over those of
    a person.
    """
    grades = [
        scores.grades[check] for scores in standing.notebooks.values() for check in scores.waits
    ]
    if not grades:
        return
    effects = course.book.effects(standing.student)
    made = {each.number: each for each in course.book.decisions([standing.student])}
    records = course.book.records(standing.student)
    for grade in grades:
        one = made.get(effects[grade.id].decision or 0)
        record = records.get(grade.notebook)
        graded = Graded(record.sha256, frozenset()) if record is not None else None
        for code in again(one, grade, graded) if one is not None else ():
            if code == WORTH:
                assert one is not None
                whose = f"{printable(one.by)}'s points by hand for {grade.check}"
                yield grade, code, f"{whose}: {worth_changed(one, grade.most)}."
            elif code == OVER:
                assert one is not None
                yield grade, code, _typed_over(one, made.get(one.over or 0), grade)


def _typed_over(typed: Decision, over: Decision | None, grade: GradeRow) -> str:
    points = typed.worth(grade.most)
    now = "Points were taken back" if points is None else f"{count(points, 'point')} typed"
    before = who_gave(over, grade.most) if over is not None else "somebody's points"
    return f"{grade.check}: {now} in {FORMGRADER}, in place of these: {before}."


def worth_changed(made: Decision, most: float) -> str:
    """What a check was worth when points were given for it, and what it is worth now."""
    given = made.points if made.points is not None else 0.0
    return f"{given:g} of {made.most:g} then, the check has {most:g} now"
