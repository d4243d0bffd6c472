"""`autograder collect`: what was handed in elsewhere goes where `autograder grade` finds it."""

import argparse
from collections.abc import Iterable
from pathlib import Path

from autograder.console import say, table
from helpers.text import as_name, count, listed

HELP = "take in an LMS's zip, or a folder"
_FEW = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to take in, and who the learners are."""
    parser.add_argument("place", type=Path, metavar="ZIP_OR_FOLDER")
    parser.add_argument("--assignment", default="classification")
    parser.add_argument(
        "--worksheet", type=Path, metavar="CSV",
        help="Moodle's grading worksheet, if it is not in the zip",
    )  # fmt: skip
    parser.add_argument(
        "--learners", type=Path, metavar="CSV",
        help="who they are: columns id, name, email and handed_in, as far as you have them",
    )  # fmt: skip
    parser.add_argument(
        "--handed-in", metavar="TIME",
        help="when all of this was handed in, where Moodle does not say: '2027-01-15 23:59'",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Place every file, or say why not: then the exit code is 1."""
    from autograder.classroom.course import open_course
    from autograder.classroom.moving import at_work
    from autograder.files import write_bytes_whole
    from autograder.lms.archive import open_archive
    from autograder.lms.collect import collect
    from autograder.lms.learners import read_learners
    from autograder.lms.moodle import text_of
    from autograder.lms.stated import shown_hour, stated

    hour = stated(arguments.handed_in) if arguments.handed_in is not None else None
    list_of = arguments.learners
    listed = read_learners(text_of(list_of.read_bytes()), as_name(list_of.name)) if list_of else []
    course = open_course(arguments.assignment, to_read=True)
    given = arguments.worksheet.read_bytes() if arguments.worksheet is not None else None
    kept = course.folder / course.kept
    aside = kept / "unplaced" / arguments.place.stem
    with at_work(kept), open_archive(arguments.place) as archive:
        found = collect(
            archive, course.names, course.book.submitted, aside, given,
            assignment=arguments.assignment, listed=listed, handed_in=hour,
            former=course.book.former_ids(),
        )  # fmt: skip
    if found.worksheet is not None:  # to be filled when marks go back
        write_bytes_whole(kept / "collected" / f"{arguments.assignment}.csv", found.worksheet)
    course.book.introduce(found.people)
    rows = [(student, str(count)) for student, count in sorted(found.students.items())]
    table("Collected", ("learner", ">new files"), rows)
    new = count(sum(found.students.values()), "new file")
    say(f"{count(len(rows), 'learner')}, {new}.")
    if found.sheet:
        say(f"Moodle's worksheet {as_name(found.sheet)} was used: it says who the learners are.")
    if found.system:
        files = count(found.system, "file")
        say(f"{files} of the operating system {_were(found.system)} passed over.")
    for old, new in sorted(found.renamed.items()):
        say(f"{as_name(old)} is {as_name(new)} now, as you have told: the files went there.")
    if hour is not None:
        say(f"Handed in, where nothing else says when: {shown_hour(hour)}.")
    if found.stamps:
        say(
            f"The hour of submission of {count(found.stamps, 'learner')} is from a timestamp.txt, "
            "as nbgrader's exchange writes them. Learners who filled these folders themselves "
            "could have written it; --handed-in and --learners go before it."
        )
    if found.strangers:
        say(f"Not in {as_name(arguments.learners.name)}: {_named(found.strangers)}.")
    if found.late:
        say(
            f"Canvas says that this is late, and not when it came: {_named(found.late)}. State the "
            "hour: --handed-in TIME for a collection, or a column handed_in in --learners CSV."
        )
    if found.older:
        say(
            f"New files without an hour of submission: {_named(found.older)}. An earlier hour "
            "still counts; --handed-in TIME states another."
        )
    if found.untimed:
        say(
            f"The hour of submission is not known for {count(len(found.untimed), 'learner')}: "
            "without it nothing counts as late. Moodle's grading worksheet has it (--worksheet "
            "FILE); or state it, with --handed-in TIME or --learners CSV."
        )
    for name, why in found.unplaced:
        say(f"Not placed: {name}: {why}.")
    if aside.is_dir():
        say(f"What could be read of that lies in {aside}.")
    return 1 if found.unplaced else 0


def _named(students: Iterable[str]) -> str:
    """Learners in a sentence: the first of them, and how many more."""
    names = sorted(map(as_name, students))
    return listed(names, _FEW)


def _were(number: int) -> str:
    return "was" if number == 1 else "were"
