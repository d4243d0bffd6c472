"""`autograder export` on the command line: marks for spreadsheets, Canvas and Moodle."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console

from autograder.classroom.course import open_course
from autograder.files import write_bytes_whole
from autograder.gradebook.errors import CannotGrade
from autograder.lms import moodle_marks as moodle
from autograder.lms import table


def run_export(form: str, assignment: str, output: Path | None) -> int:
    """Write the marks of an assignment.

    Args:
        form: "csv", "canvas" or "moodle".
        assignment: such as `classification`.
        output: the file; None for its usual place in `grading/export/`.

    Returns:
        0, or 1 if a mark waits for a person or somebody has no line, or 2 if it could not be done.

    Raises:
        FileNotFoundError: there is no course here.
    """
    console, notes = Console(), []
    try:
        course = open_course(assignment)
        course.book.settle()
        rows, most = course.book.totals()
        if not any(row.handed_in for row in rows):
            raise CannotGrade("Nothing has been graded yet. Run `autograder grade` first.")
        folder = course.folder / course.kept
        target = output or folder / "export" / f"{assignment}-{form}.csv"
        if form == "moodle":
            sheet = folder / "collected" / f"{assignment}.csv"
            if not sheet.is_file():
                raise CannotGrade(
                    "Moodle's grading worksheet is not known. Download it in Moodle, and run "
                    "`autograder collect ZIP --worksheet FILE`."
                )
            text, without = moodle.fill(sheet.read_text("utf-8"), rows, most)
            notes += [f"{each} has no line in the worksheet." for each in without]
        elif form == "canvas":
            text = table.as_canvas(rows, most, assignment)
        else:
            text = table.as_csv(rows, most)
    except CannotGrade as error:
        print(error, file=sys.stderr)
        return 2
    write_bytes_whole(target, text.encode(), 0o600)
    lines = [f"Marks: {target}"]
    if form == "moodle":
        pages = {
            path.stem: path.read_bytes()
            for path in sorted((folder / "report" / assignment / "learners").glob("*.html"))
        }
        if pages:
            archive = target.with_suffix(".zip")
            write_bytes_whole(archive, moodle.feedback_zip(pages, rows), 0o600)
            lines.append(f"Feedback: {archive}")
        else:
            lines.append("No feedback pages: run `autograder report` first, if you want them.")
    notes += [f"{row.id}: a mark waits for a person." for row in rows if row.waits]
    for line in (*lines, *notes):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return 1 if notes else 0
