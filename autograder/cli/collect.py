"""`autograder collect`: what was handed in elsewhere goes where `autograder grade` finds it."""

import argparse
from pathlib import Path

from autograder.console import say, table
from helpers.text import as_name

HELP = "take in an LMS's zip, or a folder"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to take in, and who the learners are."""
    parser.add_argument("place", type=Path, metavar="ZIP_OR_FOLDER")
    parser.add_argument("--assignment", default="classification")
    parser.add_argument(
        "--worksheet", type=Path, metavar="CSV",
        help="Moodle's grading worksheet, if it is not in the zip",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Place every file, or say why not: then the exit code is 1."""
    from autograder.classroom.course import open_course
    from autograder.files import write_bytes_whole
    from autograder.lms.archive import open_archive
    from autograder.lms.collect import collect

    course = open_course(arguments.assignment)
    given = arguments.worksheet.read_bytes() if arguments.worksheet is not None else None
    kept = course.folder / course.kept
    aside = kept / "unplaced" / arguments.place.stem
    with open_archive(arguments.place) as archive:
        found = collect(archive, course.names, course.book.submitted, aside, given)
    if found.worksheet is not None:  # to be filled when marks go back
        write_bytes_whole(kept / "collected" / f"{arguments.assignment}.csv", found.worksheet)
    course.book.introduce(found.people)
    rows = [(student, str(count)) for student, count in sorted(found.students.items())]
    table("Collected", ("learner", ">new files"), rows)
    say(f"{len(rows)} learners, {sum(found.students.values())} new files.")
    if found.sheet:
        say(f"Moodle's worksheet {as_name(found.sheet)} was used: it says who the learners are.")
    if found.system:
        say(f"{found.system} files of the operating system were passed over.")
    if found.untimed:
        say(
            f"The hour of submission is not known for {len(found.untimed)} learners: without it "
            "nothing counts as late. Moodle's grading worksheet has it (--worksheet FILE)."
        )
    for name, why in found.unplaced:
        say(f"Not placed: {name}: {why}.")
    if aside.is_dir():
        say(f"What could be read of that lies in {aside}.")
    return 1 if found.unplaced else 0
