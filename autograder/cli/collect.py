"""`autograder collect` on the command line: what was placed, and what was not and why."""

from __future__ import annotations

import sys
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.classroom.course import open_course
from autograder.files import write_bytes_whole
from autograder.gradebook.errors import CannotGrade
from autograder.lms.archive import CannotCollect, open_archive
from autograder.lms.collect import Collected, collect


def run_collect(path: Path, assignment: str, worksheet: Path | None) -> int:
    """Put what was handed in elsewhere where `autograder grade` finds it.

    Args:
        path: a zip or a folder.
        assignment: such as `classification`.
        worksheet: Moodle's grading worksheet; None to look for it in the archive.

    Returns:
        0 if everything has its place, 1 if something has none, 2 if it could not be done.

    Raises:
        FileNotFoundError: there is no course here, or no such file.
    """
    try:
        course = open_course(assignment)
        given = worksheet.read_bytes() if worksheet is not None else None
        aside = course.folder / course.kept / "unplaced" / path.stem
        with open_archive(path) as archive:
            found = collect(archive, course.names, course.book.submitted, aside, given)
        if found.worksheet is not None:  # to be filled when marks go back
            kept = course.folder / course.kept / "collected" / f"{assignment}.csv"
            write_bytes_whole(kept, found.worksheet)
        course.book.introduce(found.people)
    except (CannotCollect, CannotGrade) as error:
        print(error, file=sys.stderr)
        return 2
    _print(Console(), found, aside)
    return 1 if found.unplaced else 0


def _print(console: Console, found: Collected, aside: Path) -> None:
    table = Table(title="Collected", box=box.SIMPLE_HEAD, show_edge=False)
    table.add_column("learner", overflow="fold")
    table.add_column("new files", justify="right")
    for student, count in sorted(found.students.items()):
        table.add_row(Text(student), str(count))
    console.print(table)

    def line(text: str) -> None:
        console.print(text, markup=False, highlight=False, soft_wrap=True)

    line(f"{len(found.students)} learners, {sum(found.students.values())} new files.")
    if found.system:
        line(f"{found.system} files of the operating system were passed over.")
    if found.untimed:
        line(
            f"The hour of submission is not known for {len(found.untimed)} learners: without it "
            "nothing counts as late. Moodle's grading worksheet has it (--worksheet FILE)."
        )
    for name, why in found.unplaced:
        line(f"Not placed: {name}: {why}.")
    if aside.is_dir():
        line(f"What could be read of that lies in {aside}.")
