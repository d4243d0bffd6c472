"""What was graded, when and how: a JSON file for each notebook, in `records/`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder.files import write_whole


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


class Records:
    """The records of one assignment.

    Args:
        course: the clone.
        assignment: such as `classification`.
        kept: the folder in it that `records/` lies in.
    """

    def __init__(self, course: Path, assignment: str, kept: str = "grading") -> None:
        self._root = course / kept / "records"
        self._assignment = assignment

    def of(self, student: str) -> dict[str, Record]:
        """A learner's records, by notebook. One that cannot be read counts as not there."""
        found = {}
        for path in sorted(self._folder(student).glob("*.json")):
            try:
                record = Record(**json.loads(path.read_text("utf-8")))
            except (OSError, ValueError, TypeError):
                continue
            found[path.stem] = record
        return found

    def write(self, record: Record) -> None:
        """Put a record in place of an earlier one."""
        text = json.dumps(asdict(record), indent=2, ensure_ascii=False) + "\n"
        write_whole(self._path(record.student, record.notebook), text)

    def remove(self, student: str, notebook: str) -> None:
        """Forget a notebook that is no longer handed in."""
        self._path(student, notebook).unlink(missing_ok=True)

    def _path(self, student: str, notebook: str) -> Path:
        return self._folder(student) / f"{notebook}.json"

    def _folder(self, student: str) -> Path:
        return self._root / student / self._assignment
