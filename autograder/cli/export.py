"""`autograder export`: marks for spreadsheets, Canvas and Moodle."""

import argparse
from pathlib import Path

from autograder.console import say
from helpers.text import as_name

HELP = "marks for spreadsheets, Canvas and Moodle"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """For which program, and where to."""
    parser.add_argument("--format", choices=("csv", "canvas", "moodle"), default="csv")
    parser.add_argument("--assignment", default="classification")
    parser.add_argument("--output", type=Path, metavar="FILE")


def run(arguments: argparse.Namespace) -> int:
    """Write the marks; 1 if a mark waits for a person, or somebody has no line."""
    from autograder.classroom.course import open_course
    from autograder.files import write_bytes_whole
    from autograder.gradebook.errors import CannotGrade
    from autograder.lms import moodle, table

    form, assignment, notes = arguments.format, arguments.assignment, []
    course = open_course(assignment, to_read=True)
    course.settle()
    standings, faults = course.book.standings()
    rows = list(standings.values())
    course.faults |= faults
    if not any(row.handed_in for row in rows):
        raise CannotGrade("Nothing has been graded yet. Run `autograder grade` first.")
    folder = course.folder / course.kept
    target = arguments.output or folder / "export" / f"{assignment}-{form}.csv"
    if form == "moodle":
        sheet = folder / "collected" / f"{assignment}.csv"
        if not sheet.is_file():
            raise CannotGrade(
                "Moodle's grading worksheet is not known. Download it in Moodle, and run "
                "`autograder collect ZIP --worksheet FILE`."
            )
        text, without = moodle.fill(moodle.text_of(sheet.read_bytes()), rows)
        notes += [f"{as_name(each)} has no line in the worksheet." for each in without]
    elif form == "canvas":
        text = table.as_canvas(rows, assignment)
    else:
        text = table.as_csv(rows)
    write_bytes_whole(target, text.encode(), 0o600)
    say(f"Marks: {target}")
    if form == "moodle":
        learners = folder / "report" / assignment / "learners"
        pages = {path.stem: path.read_bytes() for path in sorted(learners.glob("*.html"))}
        if pages:
            archive = target.with_suffix(".zip")
            write_bytes_whole(archive, moodle.feedback_zip(pages, rows), 0o600)
            say(f"Feedback: {archive}")
        else:
            say("No feedback pages: run `autograder report` first, if you want them.")
    notes += [f"{as_name(row.student)}: a mark waits for a person." for row in rows if row.waits]
    notes += course.told()
    for note in notes:
        say(note)
    return 1 if notes else 0
