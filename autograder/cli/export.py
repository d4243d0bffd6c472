"""`autograder export`: marks and pages for spreadsheets and for the system that learners use."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.console import command, say
from helpers.text import as_name

if TYPE_CHECKING:
    from autograder.classroom.course import Course
    from autograder.gradebook.standing import Standing
    from autograder.lms.outgoing import Made

HELP = "marks for spreadsheets, Canvas, Moodle, Blackboard and Brightspace"
_GRADEBOOKS = ("canvas", "blackboard", "brightspace")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """For which program, and where to."""
    parser.add_argument("--format", choices=("csv", "moodle", *_GRADEBOOKS), default="csv")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--assignment", default="classification")
    which.add_argument("--all", action="store_true", help="all assignments, with late days and sum")
    parser.add_argument("--output", type=Path, metavar="FILE")
    parser.add_argument(
        "--gradebook", type=Path, metavar="FILE",
        help="the gradebook as Canvas, Blackboard or Brightspace exports it: it is filled",
    )  # fmt: skip
    parser.add_argument(
        "--column", metavar="TITLE", help="what the assignment is called there, or its id"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the marks; 1 if a mark waits for a person, or somebody's cannot be handed on."""
    from autograder.classroom.course import open_course
    from autograder.classroom.moving import at_work
    from autograder.gradebook.errors import CannotGrade

    form = arguments.format
    if form not in _GRADEBOOKS and (arguments.gradebook or arguments.column is not None):
        raise CannotGrade(f"--gradebook and --column go with --format {', '.join(_GRADEBOOKS)}.")
    if arguments.all:
        return _all(arguments)
    course = open_course(arguments.assignment, to_read=True)
    with at_work(course.folder / course.kept):
        return _one(arguments, course)


def _one(arguments: argparse.Namespace, course: Course) -> int:
    """Write the marks of one assignment."""
    from autograder.files import write_bytes_whole
    from autograder.gradebook.errors import CannotGrade
    from autograder.lms import outgoing
    from autograder.lms.owners import numbers
    from autograder.lms.table import as_csv

    form, assignment = arguments.format, arguments.assignment
    course.settle()
    standings, faults = course.book.standings()
    rows = list(standings.values())
    course.faults |= faults
    if not any(row.handed_in for row in rows):
        raise CannotGrade(f"Nothing has been graded yet. Run `{course.grade}` first.")
    folder = course.folder / course.kept
    target = arguments.output or folder / "export" / f"{assignment}-{form}.csv"
    title = assignment if arguments.column is None else arguments.column
    if form == "moodle":
        here = numbers(folder, assignment)  # they are others in each of Moodle's assignments
        for row in rows:
            row.number = here.get(row.student, "" if here else row.number)
        made = outgoing.in_worksheets(folder / "collected", assignment, rows, target)
    elif arguments.gradebook is not None:
        made = outgoing.in_gradebook(form, arguments.gradebook, title, rows, target)
    elif form in _GRADEBOOKS:
        made = outgoing.for_import(form, title, rows, target)
    else:
        made = outgoing.Made({target: as_csv(rows).encode()})
    for path, content in made.files.items():
        write_bytes_whole(path, content, 0o600)
        say(f"Marks: {path}")
    for text in made.said:
        say(text)
    pages = folder / "report" / assignment / "learners"
    if found := _pages(pages, rows):
        _hand_out(found, folder / "export" / f"{assignment}-feedback", form, rows, made, target)
    elif form != "csv":
        report = command("report", *filter(None, [course.other]))
        say(f"No feedback pages: run `{report}` first, if you want them.")
    notes = made.notes
    notes += [f"{as_name(row.student)}: a mark waits for a person." for row in rows if row.waits]
    notes += course.told()
    for note in notes:
        say(note)
    return 1 if notes else 0


def _pages(folder: Path, rows: list[Standing]) -> dict[str, bytes]:
    """The learners' pages, by id."""
    known = {row.student for row in rows}
    return {p.stem: p.read_bytes() for p in sorted(folder.glob("*.html")) if p.stem in known}


def _hand_out(
    pages: dict[str, bytes],
    folder: Path,
    form: str,
    rows: list[Standing],
    made: Made,
    target: Path,
) -> None:
    """Learners' pages: as a zip that Moodle takes, and a folder for each learner elsewhere."""
    import shutil

    from autograder.files import write_bytes_whole
    from autograder.lms.moodle import feedback_zip

    if form == "moodle":
        archive = target.with_suffix(".zip")
        write_bytes_whole(archive, feedback_zip(pages, rows, made.numbers), 0o600)
        say(f"Feedback: {archive}")
    else:
        shutil.rmtree(folder, ignore_errors=True)  # nobody's page from an earlier time is left
        for student, page in pages.items():
            write_bytes_whole(folder / student / "feedback.html", page, 0o600)
        say(f"Feedback, a folder for each learner: {folder}")


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
