"""Two assistants at one list: who has taken up what waits for a person."""

from collections.abc import Collection

from autograder.classroom.course import Course
from autograder.classroom.decisions import Replaces, checks_of
from autograder.classroom.whose import taken_by_others
from autograder.gradebook.errors import CannotGrade
from autograder.gradebook.scores import GradeRow
from helpers.text import as_name


def take(
    course: Course,
    students: Collection[str],
    by: str,
    what: str = "",
    *,
    back: bool = False,
    replace: bool = False,
) -> list[GradeRow]:
    """Put what waits for a person about these learners on somebody's list, or give it `back`.

    It ends by itself when the question is settled. All is done, or nothing.

    Args:
        course: where.
        students: ids.
        by: who takes it up.
        what: a check, an exercise or a notebook; "" for all that waits.
        back: nobody has it from then on.
        replace: take it, or give it back, also where somebody else has it.

    Returns:
        The grades that it is about.

    Raises:
        CannotGrade: nothing of a learner waits.
        Replaces: somebody else has taken it up.
    """
    found: list[GradeRow] = []
    with course.book.transaction():
        course.book.settle(students)
        standings, _ = course.book.standings(students)
        for student in students:
            wanted = checks_of(course, what, student) if what else None
            scores = standings[student].notebooks.values() if student in standings else ()
            mine = [
                notebook.grades[check]
                for notebook in scores
                for check in notebook.waits
                if wanted is None or check in wanted
            ]
            if not mine:
                of = f" in {as_name(what)}" if what else ""
                raise CannotGrade(f"Nothing of {as_name(student)}{of} waits for a person.")
            theirs = next(taken_by_others(course, student, mine, by), "")
            if theirs and not replace:
                raise Replaces(f"{theirs}: nothing was changed")
            found += mine
        if back:
            course.book.give_back(found)
        else:
            course.book.take(by.strip(), found)
    return found
