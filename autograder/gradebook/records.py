"""What was graded, when and how: a record for each notebook of each learner."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select

from autograder.gradebook.tables import RECORDS, of_students

#: Errors that lie with us or the machine, and not with the file: its learner has handed it in.
OURS = ("kernel", "internal", "protection")


@dataclass(frozen=True)
class Record:
    """One graded notebook of one learner.

    Attributes:
        file: the submitted file's name.
        sha256: of its bytes, or why it could not be read.
        files: the same of all files that were handed in for this notebook, by name, and of what
            lies beside it.
        timestamp: the text of the learner's `timestamp.txt`, or "".
        release: the hash of the release that the learner was given; "" for the current one.
        graded: when, in UTC, as ISO 8601.
        marks: `Marks.as_json()`, with what was mended, the flags and the protection.
        checks: `checks_hash` of the solved notebook; "" in records older than this field.
        seconds: that a worker took for it, of wall time; 0 in older records.
        claims: the checks that the file itself shows as passed; None in older records.
    """

    student: str
    assignment: str
    notebook: str
    file: str
    sha256: str
    files: dict[str, str]
    timestamp: str
    release: str
    graded: str
    marks: dict[str, Any]
    checks: str = ""
    seconds: float = 0.0
    claims: list[str] | None = None

    @property
    def readable(self) -> bool:
        """It was handed in, in a file that could be read."""
        error = self.marks["error"]
        return error is None or error["code"] in OURS

    def flagged(self) -> list[str]:
        """The checks whose marks a person should confirm."""
        cells = self.marks["cells"]
        parts = {flag["part"] for flag in self.marks["flags"]}
        # A flag that names no part of this notebook is about all of it.
        every = self.marks["error"] is not None or bool(parts - {cell["part"] for cell in cells})
        return [cell["grade_id"] for cell in cells if every or cell["part"] in parts]


class Graded(NamedTuple):
    """What the rule of marks needs of a record: see `Record`."""

    submission: str
    flagged: frozenset[str]
    readable: bool = True


def read_records(session: Any, assignment: str, student: str) -> dict[str, Record]:
    """A learner's records, by notebook."""
    wanted = select(RECORDS.c.content).order_by(RECORDS.c.notebook)
    rows = session.execute(of_students(wanted, RECORDS, assignment, [student])).scalars()
    records = (Record(**json.loads(content)) for content in rows)
    return {record.notebook: record for record in records}


def read_graded(
    session: Any, assignment: str, students: Collection[str] | None = None
) -> dict[tuple[str, str], Graded]:
    """What has a record, by learner and notebook."""
    names = ("student", "notebook", "submission", "flagged", "readable")
    wanted = of_students(select(*(RECORDS.c[n] for n in names)), RECORDS, assignment, students)
    found = {
        (student, notebook): Graded(submission, frozenset(json.loads(flagged)), readable)
        for student, notebook, submission, flagged, readable in session.execute(wanted)
    }
    # An earlier version did not keep it apart.
    for student in {student for (student, _), each in found.items() if each.readable is None}:
        for notebook, record in read_records(session, assignment, student).items():
            found[student, notebook] = found[student, notebook]._replace(readable=record.readable)
    return found


def write_record(session: Any, record: Record) -> None:
    """Put a record in place of an earlier one."""
    remove_record(session, record.assignment, record.student, record.notebook)
    session.execute(
        insert(RECORDS).values(
            assignment=record.assignment,
            student=record.student,
            notebook=record.notebook,
            content=json.dumps(asdict(record)),
            submission=record.sha256,
            flagged=json.dumps(record.flagged()),
            readable=record.readable,
        )
    )


def remove_record(session: Any, assignment: str, student: str, notebook: str) -> None:
    """Forget a notebook that is no longer handed in."""
    session.execute(
        delete(RECORDS).where(
            RECORDS.c.assignment == assignment,
            RECORDS.c.student == student,
            RECORDS.c.notebook == notebook,
        )
    )
