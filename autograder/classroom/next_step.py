"""What there is to do next in a course, each with the command that does it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from autograder.classroom.course import Course, open_course
from autograder.classroom.place import open_place
from autograder.classroom.plan import todos
from autograder.classroom.questions import questions
from autograder.console import command
from autograder.errors import Refused
from helpers.text import as_name, count


def assignments_handed_in(submitted: Path) -> list[str]:
    """The assignments that somebody has a folder for, by nbgrader's folder of submissions."""
    folders = (each for each in submitted.glob("[!.]*/[!.]*") if each.is_dir())
    return sorted({each.name for each in folders})


def next_steps() -> Iterator[str]:
    """Sentences for the course around the working folder, the first thing to do first.

    Nothing is graded.

    Raises:
        FileNotFoundError: there is no course; the message says where to go.
    """
    handed_in = assignments_handed_in(open_place().step("submitted"))
    if not handed_in:
        yield (
            "Nothing was handed in yet. Take in what your LMS gives you: "
            "`autograder collect ZIP_OR_FOLDER`."
        )
        return
    for name in handed_in:
        try:
            found = list(_in_assignment(open_course(name)))
        except Refused as why:
            found = [str(why)]
        yield from (f"{as_name(name)}: {text}" for text in found)


def _in_assignment(course: Course) -> Iterator[str]:
    other = list(filter(None, [course.other]))
    left = [todo for todo in todos(course, None, force=False) if todo]
    if left:
        are = "is" if len(left) == 1 else "are"
        yield f"{count(len(left), 'submission')} {are} not graded: `{course.grade}`."
    course.settle()
    standings, _ = course.book.standings()
    asked = questions(course, standings.values())
    if asked:
        wait = "mark waits" if len(asked) == 1 else "marks wait"
        first = next((each.look or each.settle for each in asked), "")
        yield f"{len(asked)} {wait} for a person: `{first}`."
    elif not left:
        yield "everything is graded, and nothing waits for a person."
    if left:
        return
    shown = course.folder / course.kept / "report" / course.assignment / "index.html"
    if not shown.is_file() or _hour(shown) < _last_change(course):
        older = "older than the marks" if shown.is_file() else "not written"
        yield f"the pages for learners and class are {older}: `{command('report', *other)}`."
    elif not asked:
        export = command("export", assignment=course.other, format="moodle")
        others = "canvas, blackboard, brightspace, csv"
        yield f"marks for your LMS: `{export}` (or {others})."


def _hour(path: Path) -> str:
    """When a file was written, as the gradebook writes hours."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")


def _last_change(course: Course) -> str:
    """When something was last graded or decided; "" for never."""
    with course.book.transaction():
        students = course.book.scores()
        graded = [
            record.graded for each in students for record in course.book.records(each).values()
        ]
        return max([*graded, *(made.when for made in course.book.decisions())], default="")
