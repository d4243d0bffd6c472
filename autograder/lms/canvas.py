"""Canvas: what its zips call files, and the table of marks that its gradebook imports."""

import re
from collections.abc import Sequence

from autograder.gradebook.learners import Total
from autograder.lms.table import write_csv

#: A file in a zip of submissions: `lovelaceada_LATE_123_4567_x.ipynb`.
FILE = re.compile(r"^(?P<name>[^_/]+)(?:_LATE)?_(?P<user>\d+)_(?P<submission>\d+)_(?P<file>.+)$")


def as_canvas(rows: list[Total], most: float, assignment: str) -> str:
    """The form that Canvas's gradebook imports, by its guide "How do I import grades".

    A learner's number in Canvas is known where `autograder collect` has read it; else Canvas
    looks for the SIS login, which is the learner's id here.
    """
    lines: list[Sequence[object]] = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment],
        ["    Points Possible", "", "", "", "", most],
    ]
    lines += [
        [
            ", ".join(filter(None, (row.last_name, row.first_name))) or row.id,
            *(row.number, "", row.id, ""),
            row.score if row.handed_in else "",
        ]
        for row in rows
    ]
    return write_csv(lines)
