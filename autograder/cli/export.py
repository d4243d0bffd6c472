"""`autograder export`: marks for spreadsheets, Canvas and Moodle."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.console import command, say
from helpers.text import as_name

if TYPE_CHECKING:
    from autograder.classroom.course import Course

HELP = "marks for spreadsheets, Canvas and Moodle"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """For which program, and where to."""
    parser.add_argument("--format", choices=("csv", "canvas", "moodle"), default="csv")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--assignment", default="classification")
    which.add_argument("--all", action="store_true", help="all assignments, with late days and sum")
    parser.add_argument("--output", type=Path, metavar="FILE")


def run(arguments: argparse.Namespace) -> int:
    """Write the marks; 1 if a mark waits for a person, or somebody has no line."""
    if arguments.all:
        return _all(arguments)
    from autograder.classroom.course import open_course
    from autograder.classroom.moving import at_work

    course = open_course(arguments.assignment, to_read=True)
    with at_work(course.folder / course.kept):
        return _one(arguments, course)


def _one(arguments: argparse.Namespace, course: Course) -> int:
    """Write the marks of one assignment."""
    from autograder.files import write_bytes_whole
    from autograder.gradebook.errors import CannotGrade
    from autograder.lms import moodle, table

    form, assignment, notes = arguments.format, arguments.assignment, []
    course.settle()
    standings, faults = course.book.standings()
    rows = list(standings.values())
    course.faults |= faults
    if not any(row.handed_in for row in rows):
        raise CannotGrade(f"Nothing has been graded yet. Run `{course.grade}` first.")
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
            report = command("report", *filter(None, [course.other]))
            say(f"No feedback pages: run `{report}` first, if you want them.")
    notes += [f"{as_name(row.student)}: a mark waits for a person." for row in rows if row.waits]
    notes += course.told()
    for note in notes:
        say(note)
    return 1 if notes else 0


def _all(arguments: argparse.Namespace) -> int:
    """Write one table of all assignments."""
    from autograder.classroom.moving import at_work
    from autograder.classroom.place import open_place
    from autograder.classroom.whole_course import whole_course
    from autograder.files import write_bytes_whole
    from autograder.gradebook.errors import CannotGrade
    from autograder.lms.table import as_overview

    if arguments.format != "csv":
        raise CannotGrade(
            f"--all is a table for spreadsheets: {arguments.format} takes one assignment at a "
            "time, with --assignment."
        )
    place = open_place()
    with at_work(place.folder / place.kept):
        found = whole_course(place)
        if not found.standings:
            raise CannotGrade("Nothing has been graded yet. Run `autograder grade` first.")
        target = arguments.output or place.folder / place.kept / "export/all.csv"
        write_bytes_whole(target, as_overview(found.standings, found.late).encode(), 0o600)
    say(f"Marks in {', '.join(map(as_name, found.standings))}: {target}")
    for name in found.without:
        say(f"{as_name(name)} has no column: nothing of it is graded yet.")
    notes = [
        f"{as_name(row.student)}: {as_name(name)}: a mark waits for a person."
        for name, rows in found.standings.items()
        for row in rows.values()
        if row.waits
    ] + found.faults
    for note in notes:
        say(note)
    return 1 if notes else 0
