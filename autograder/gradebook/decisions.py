"""What persons have decided about points, in order, with author and reason."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select

from autograder.gradebook.scores import GradeRow
from autograder.gradebook.tables import DECISIONS, of_students

#: In the place of a learner: what holds for all who hand in, now or later.
EVERYBODY = "*"
#: In the place of an author: points that were typed in formgrader.
FORMGRADER = "formgrader"
#: Kinds of decision: a number of points, all that there are, those that counted for one file, and
#: those that the judges find, where a person has taken other points back.
POINTS, FULL, SAME, JUDGED = "points", "full", "same", "judged"


def now() -> str:
    """This moment in UTC, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True)
class Decision:
    """One check's points, given by hand.

    Attributes:
        student: a learner's id, or `EVERYBODY`.
        notebook: that has the check; "" for any.
        kind: `POINTS`, `FULL`, `SAME` or `JUDGED`.
        points: of `POINTS` and `SAME`; None else.
        before: what counted until then, for one learner.
        when: in UTC, as ISO 8601.
        submission: the record's sha256 of the file that it was about; "" if there was none.
        number: its place in the order; 0 before it is entered.
        most: what the check was worth then; None in older ones.
        over: the number of a named person's decision that points typed in formgrader have replaced.
    """

    student: str
    check: str
    kind: str
    by: str
    reason: str
    when: str
    notebook: str = ""
    points: float | None = None
    before: float = 0.0
    submission: str = ""
    number: int = 0
    most: float | None = None
    over: int | None = None

    @property
    def for_everybody(self) -> bool:
        """It is no learner's own."""
        return self.student == EVERYBODY

    def worth(self, most: float) -> float | None:
        """The points that it gives to a check that has so many; None leaves it to the judges."""
        if self.kind == JUDGED:
            return None
        return most if self.points is None else min(self.points, most)


def typed(
    grade: GradeRow, before: float | None, submission: str, replaced: Decision | None = None
) -> Decision:
    """What a person has done in formgrader: typed points, or taken points away.

    Until then there were `before` points by hand, or none, by the decision `replaced`; it is about
    the file `submission`.
    """
    over = None
    if replaced is not None:
        over = replaced.over if replaced.by == FORMGRADER else replaced.number
    return Decision(
        grade.student,
        grade.check,
        POINTS if grade.manual is not None else JUDGED,
        FORMGRADER,
        "",
        now(),
        grade.notebook,
        grade.manual,
        before if before is not None else grade.auto or 0.0,
        submission,
        most=grade.most,
        over=over,
    )


def read_decisions(
    session: Any, assignment: str, students: Collection[str] | None = None
) -> list[Decision]:
    """The decisions about these learners and about everybody, or all; the oldest first."""
    whom = None if students is None else (EVERYBODY, *students)
    wanted = of_students(select(DECISIONS), DECISIONS, assignment, whom)
    rows = session.execute(wanted.order_by(DECISIONS.c.number)).mappings()
    return [Decision(**{name: row[name] for name in Decision.__dataclass_fields__}) for row in rows]


def write_decisions(session: Any, assignment: str, made: Iterable[Decision]) -> None:
    """Enter decisions, in this order."""
    for each in made:
        values = {name: value for name, value in asdict(each).items() if name != "number"}
        session.execute(insert(DECISIONS).values(assignment=assignment, **values))


class Decisions:
    """Looks up which decision counts for a check, among all of an assignment in their order."""

    def __init__(self, made: Iterable[Decision]) -> None:
        # The newest of equals is the last that is put in; `SAME` is about one file.
        self._newest: dict[tuple[str, str, str], dict[str | None, Decision]] = {}
        for each in made:
            about = self._newest.setdefault((each.student, each.notebook, each.check), {})
            about[each.submission if each.kind == SAME else None] = each

    def about(
        self, student: str, notebook: str, check: str, submission: str = ""
    ) -> Decision | None:
        """The newest about one learner's check, or with `EVERYBODY` about everybody's.

        What was confirmed for another file than this submission says nothing of it.
        """
        found = [self._newest.get((student, each, check), {}) for each in (notebook, "")]
        known = (about.get(file) for about in found for file in (None, submission))
        return max(filter(None, known), key=lambda each: each.number, default=None)
