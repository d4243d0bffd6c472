"""Takes over what earlier releases have kept in files: records and decisions, once.

The files are left as they are; from then on the gradebook's own tables count.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment
from sqlalchemy import Connection, insert, select
from sqlalchemy.orm import Session

from autograder.gradebook.decisions import (
    EVERYBODY,
    POINTS,
    Decision,
    Decisions,
    typed,
    write_decisions,
)
from autograder.gradebook.records import Record, write_record
from autograder.gradebook.scores import GradeRow, read_grades
from autograder.gradebook.tables import EFFECTS


def take_over(connection: Connection, kept: Path) -> None:
    """Fill the new tables from `records/` and `decisions/`, in the transaction that makes them."""
    with Session(connection, join_transaction_mode="rollback_only") as session:
        records = list(_records(kept / "records"))
        for record in records:
            write_record(session, record)
        for (assignment,) in session.execute(select(Assignment.name)).all():
            _decisions(session, assignment, kept / "decisions" / f"{assignment}.jsonl", records)
        session.flush()


def _records(folder: Path) -> Iterator[Record]:
    for path in sorted(folder.glob("*/*/[!.]*.json")):
        try:
            yield Record(**json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            continue  # it counted as not there then, too: the notebook is graded again


def _decisions(session: Any, assignment: str, path: Path, records: list[Record]) -> None:
    """An assignment's log. What followed for one learner from a decision about all is none."""
    lines = list(_lines(path))
    standing = {_of(line) for line in lines if line["student"] == EVERYBODY}
    grades = read_grades(session, assignment)
    cells = {(each.student, each.check): each for each in grades}
    files = {(each.student, each.notebook): each for each in records}
    made = []
    for line in lines:
        if line["student"] == EVERYBODY or _of(line) not in standing:
            decision = Decision(kind=POINTS, **line)
            if grade := cells.get((line["student"], line["check"])):
                about = _about(grade, files)
                decision = replace(decision, notebook=grade.notebook, submission=about)
            made.append(decision)
    known = Decisions(replace(each, number=n) for n, each in enumerate(made, 1))
    for grade in grades:
        said = known.about(grade.student, grade.notebook, grade.check)
        if said is None and (grade.student, grade.notebook) in files:
            said = known.about(EVERYBODY, grade.notebook, grade.check)
        before = said.points if said is not None else None
        if grade.manual != before:
            made.append(typed(grade, before, _about(grade, files)))
        if grade.manual is not None:
            whose = {"grade": grade.id, "assignment": assignment, "student": grade.student}
            session.execute(insert(EFFECTS).values(**whose, manual=grade.manual, waits=""))
    write_decisions(session, assignment, made)


def _about(grade: GradeRow, files: dict[tuple[str, str], Record]) -> str:
    """The file that points by hand are about: the present one, unless a person was asked again."""
    record = files.get((grade.student, grade.notebook))
    return record.sha256 if record is not None and not grade.asks else ""


def _of(line: dict[str, Any]) -> tuple[Any, ...]:
    return line["check"], line["points"], line["by"], line["reason"]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    names = {"student", "check", "before", "points", "by", "reason", "when"}
    texts = path.read_text("utf-8", "replace").splitlines() if path.is_file() else []
    for text in texts:
        try:
            line = json.loads(text)
        except ValueError:  # a line that was cut short
            continue
        if isinstance(line, dict) and names == line.keys():
            yield line
