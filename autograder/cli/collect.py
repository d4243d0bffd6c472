"""`autograder collect`: what was handed in elsewhere goes where `autograder grade` finds it."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.console import say, table
from helpers.text import as_name, count, listed

if TYPE_CHECKING:
    from autograder.lms.collect import Collected
    from autograder.lms.plan import HandedIn, Plan

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
        help="when all of this was handed in, where the LMS does not say: '2027-01-15 23:59'",
    )  # fmt: skip
    parser.add_argument(
        "--dry-run", action="store_true", help="show who would get what, and place nothing"
    )


def run(arguments: argparse.Namespace) -> int:
    """Place every file, or say why not; 1 if a person has to look."""
    from autograder.classroom.course import open_course
    from autograder.classroom.moving import at_work
    from autograder.lms.archive import open_archive
    from autograder.lms.collect import collect
    from autograder.lms.learners import read_learners
    from autograder.lms.owners import WhoIsWho
    from autograder.lms.plan import plan_of
    from autograder.lms.sheet import read_content, text_of
    from autograder.lms.stated import stated

    hour = stated(arguments.handed_in) if arguments.handed_in is not None else None
    list_of, assignment = arguments.learners, arguments.assignment
    names = read_learners(text_of(read_content(list_of)), as_name(list_of.name)) if list_of else []
    course = open_course(assignment, to_read=True)
    given = read_content(arguments.worksheet) if arguments.worksheet is not None else None
    kept = course.folder / course.kept
    with at_work(kept), open_archive(arguments.place) as archive:
        who = WhoIsWho(kept, assignment, course.book.submitting())
        called = arguments.place.resolve().stem
        plan = plan_of(archive, course.names, who, assignment, given, called)
        if arguments.dry_run:
            return _dry_run(plan)
        aside = kept / "unplaced" / arguments.place.stem
        done = collect(plan, who, course.book.submitted, aside, listed=names, handed_in=hour)
        who.write()
    if plan.worksheet is not None:  # to be filled when marks go back
        from autograder.lms.kept import keep_worksheet

        keep_worksheet(kept / "collected", assignment, plan.worksheet)
    course.book.introduce(done.people)
    rows = [(student, str(new)) for student, new in sorted(done.students.items())]
    table("Collected", ("learner", ">new files"), rows)
    new = count(sum(done.students.values()), "new file")
    say(f"{count(len(rows), 'learner')}, {new}.")
    _say_counts(plan, done.placed, done.aside, done.refused)
    _say_sheet(plan)
    for old, new in sorted(who.renamed.items()):
        say(f"{as_name(old)} is {as_name(new)} now, as you have told: the files went there.")
    _say_hours(done, arguments)
    if done.strangers:
        say(f"Not in {as_name(arguments.learners.name)}: {_named(done.strangers)}.")
    asked = _say_aside(plan)
    for name, reason in done.unplaced:
        say(f"Not placed: {name}: {reason}.")
    if aside.is_dir():
        say(f"What was not placed, and could be read, lies in {aside}.")
    return 1 if done.unplaced or asked else 0


def _dry_run(plan: Plan) -> int:
    """Show who would get what."""
    rows = [
        (student, str(each.path), as_name(str(each.handed.entry.path)))
        for student, one in sorted(plan.learners.items())
        for each in one.graded
    ]
    table("To be collected", ("learner", "file", "from"), rows)
    placed = {id(each.handed.entry) for one in plan.learners.values() for each in one.graded}
    aside = {id(each.handed.entry) for one in plan.learners.values() for each in one.files}
    say(f"{count(len(plan.learners), 'learner')}. Nothing was placed.")
    _say_sheet(plan)
    refused = {id(entry) for entry, _ in plan.refused} - placed
    kept = len(aside - placed) + len(plan.system) + len(plan.read)
    _say_counts(plan, len(placed), kept, len(refused))
    asked = _say_aside(plan)
    for entry, reason in plan.refused:
        say(f"Not placed: {as_name(str(entry.path))}: {reason}.")
    return 1 if plan.refused or asked else 0


def _say_sheet(plan: Plan) -> None:
    if plan.sheet:
        say(f"Moodle's worksheet {as_name(plan.sheet)} is used: it says who the learners are.")


def _say_counts(plan: Plan, placed: int, aside: int, refused: int) -> None:
    seen = count(placed + aside + refused, "file")
    say(f"{seen} seen: {placed} placed, {aside} kept aside, {refused} not placed.")
    if plan.system:
        say(f"Kept aside: {count(len(plan.system), 'file')} of the operating system, or of git.")


def _say_aside(plan: Plan) -> bool:
    """Say what of learners' own is kept aside; True if a person has to look at somebody."""
    asked = list(plan.asked)
    for student, one in sorted(plan.learners.items()):
        reasons = Counter(each.why for each in one.files if each.path is None)
        told = [f"{count(number, 'file')} {reason}" for reason, number in reasons.items()]
        if told:
            say(f"Kept aside: {as_name(student)}: {listed(told)}.")
        if not any(each.notebook for each in one.files if each.path is not None):
            asked.append(f"{as_name(student)} {_instead(one)}")
    for sentence in asked:
        say(f"For a person: {sentence}")
    return bool(asked)


def _instead(one: HandedIn) -> str:
    """What somebody has handed in who has no notebook to grade, and what to ask for."""
    files = [as_name(str(each.path)) for each in one.graded]
    if not files:
        return "has handed in nothing that is graded: ask for the notebook itself, an .ipynb file."
    shown = listed(files, _FEW)
    return f"has handed in no notebook, but {shown}: ask for the notebook itself, an .ipynb file."


def _say_hours(done: Collected, arguments: argparse.Namespace) -> None:
    for sentence in _hours(done, arguments):
        say(sentence)


def _hours(done: Collected, arguments: argparse.Namespace) -> Iterator[str]:
    """What is known of when learners handed in, and what is not."""
    from autograder.lms.stated import shown_hour, stated

    if arguments.handed_in is not None:
        hour = shown_hour(stated(arguments.handed_in))
        yield f"Handed in, where nothing else says when: {hour}."
    if done.stamps:
        yield (
            f"The hour of submission of {count(done.stamps, 'learner')} is from a timestamp.txt, "
            "as nbgrader's exchange writes them. Learners who filled these folders themselves "
            "could have written it; --handed-in and --learners go before it."
        )
    if done.late:
        yield (
            f"Canvas says that this is late, and not when it came: {_named(done.late)}. State the "
            "hour: --handed-in TIME for a collection, or a column handed_in in --learners CSV."
        )
    if done.older:
        yield (
            f"New files without an hour of submission: {_named(done.older)}. An earlier hour "
            "still counts; --handed-in TIME states another."
        )
    if done.untimed:
        yield (
            f"The hour of submission is not known for {count(len(done.untimed), 'learner')}: "
            "without it nothing counts as late. Moodle's grading worksheet has it (--worksheet "
            "FILE); or state it, with --handed-in TIME or --learners CSV."
        )


def _named(students: Iterable[str]) -> str:
    """Learners in a sentence: the first of them, and how many more."""
    names = sorted(map(as_name, students))
    return listed(names, _FEW)
