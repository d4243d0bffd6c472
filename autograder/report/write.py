"""Writes all pages: one for each learner, one for the class, one of what to decide."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from autograder.classroom.course import Course
from autograder.console import progress
from autograder.files import write_bytes_whole
from autograder.gradebook.errors import CannotGrade
from autograder.report.gather import gather
from autograder.report.pages import class_page, learner_page, page_to_decide
from autograder.report.seen import LearnerSeen
from autograder.report.to_decide import entries
from helpers.text import as_name

#: The page for people who grade, beside that of the class.
TO_DECIDE = "to_decide.html"


def write_report(course: Course, *, names: bool = True, quiet: bool = False) -> Path:
    """Write all pages of a course; returns that of the class.

    That page shows names or not; quiet is without progress. For whom no page could be made,
    `course.faults` tells.

    Raises:
        CannotGrade: nothing has been graded.
    """
    course.settle()
    total = len(course.book.scores())
    if not total:
        raise CannotGrade(f"Nothing has been graded yet. Run `{course.grade}` first.")
    folder = course.folder / course.kept / "report" / course.assignment
    title = course.assignment.replace("_", " ").capitalize()
    learners: list[LearnerSeen] = []
    written: set[Path] = set()
    with progress(total, quiet=quiet) as step:
        for learner in gather(course):
            with course.fault_of(learner.id, "The page could not be made"):
                page = folder / "learners" / f"{learner.id}.html"
                _write(page, learner_page(learner, title))
                written.add(page)
            learners.append(learner)
            step(as_name(learner.id), len(learners))
    for stale in set((folder / "learners").glob("*.html")) - written:
        stale.unlink()  # of somebody who is no longer in the gradebook
    make = partial(class_page, assignment=title, names=names)
    try:
        whole = make(learners)
    except Exception:  # one learner's, whatever it is
        whole = make([each for each in learners if _can_be_shown(course, each, make)])
    _write(folder / "index.html", whole)
    _write(folder / TO_DECIDE, page_to_decide(list(entries(course, learners)), title))
    course.book.close()
    return folder / "index.html"


def _can_be_shown(
    course: Course, learner: LearnerSeen, make: Callable[[list[LearnerSeen]], str]
) -> bool:
    with course.fault_of(learner.id, "The class's page is without this learner"):
        make([learner])
        return True
    return False


def _write(path: Path, page: str) -> None:
    """Learners' marks are for the owner of the course alone."""
    write_bytes_whole(path, page.encode("utf-8", "replace"), 0o600)
