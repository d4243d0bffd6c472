"""Moodle's worksheets as they came, one for the class or one for each group: marks go back in them.

They lie in `collected/` as `ASSIGNMENT.csv`, `ASSIGNMENT+2.csv` and so on; no assignment of
nbgrader's has that sign in its name.
"""

import re
from pathlib import Path

from autograder.files import write_bytes_whole
from autograder.lms.archive import CannotCollect
from autograder.lms.sheet import NoSheet, read_content, text_of
from autograder.lms.worksheet import read_worksheet


def kept_worksheets(folder: Path, assignment: str) -> list[Path]:
    """The worksheets of an assignment, in the order in which they came."""
    name = re.compile(rf"{re.escape(assignment)}(?:\+(\d+))?\.csv")
    found = {
        path: int(match[1] or 1)
        for path in folder.glob("*.csv")
        if path.is_file() and (match := name.fullmatch(path.name))
    }
    return sorted(found, key=lambda path: found[path])


def keep_worksheet(folder: Path, assignment: str, content: bytes) -> Path:
    """Keep a worksheet beside those that there are, in place of those whose people are all in it.

    Returns:
        Where it lies now.

    Raises:
        CannotCollect: it is no worksheet.
    """
    people = read_worksheet(text_of(content)).keys()
    there = kept_worksheets(folder, assignment)
    replaced: list[Path] = []
    for path in there:
        try:
            before = read_content(path)
            if before == content:
                return path
            known = read_worksheet(text_of(before)).keys()
        except (CannotCollect, NoSheet):  # an earlier version took other tables for one
            known = {}.keys()
        if known <= people:
            replaced.append(path)
    free = (folder / f"{assignment}{f'+{n}' if n > 1 else ''}.csv" for n in range(1, 10**6))
    target = replaced[0] if replaced else next(path for path in free if path not in there)
    write_bytes_whole(target, content)
    for path in replaced[1:]:
        path.unlink()
    return target
