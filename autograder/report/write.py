"""Writes all pages: one for each learner, one for the class."""

from pathlib import Path

from autograder.classroom.course import open_course
from autograder.console import progress
from autograder.files import write_bytes_whole
from autograder.gradebook.errors import CannotGrade
from autograder.report.gather import gather
from autograder.report.pages import class_page, learner_page
from autograder.report.seen import LearnerSeen


def write_report(assignment: str, *, names: bool = True, quiet: bool = False) -> Path:
    """Write all pages of the course around the working folder; returns that of the class.

    That page shows names or not; quiet is without progress.

    Raises:
        CannotGrade: nothing has been graded.
        FileNotFoundError: there is no course here.
    """
    course = open_course(assignment)
    course.book.settle()
    total = len(course.book.scores())
    if not total:
        raise CannotGrade("Nothing has been graded yet. Run `autograder grade` first.")
    folder = course.folder / course.kept / "report" / assignment
    title = assignment.replace("_", " ").capitalize()
    learners: list[LearnerSeen] = []
    written: set[Path] = set()
    with progress(total, quiet=quiet) as step:
        for learner in gather(course):
            learners.append(learner)
            page = folder / "learners" / f"{learner.id}.html"
            _write(page, learner_page(learner, title))
            written.add(page)
            step(learner.id, len(learners))
    for stale in set((folder / "learners").glob("*.html")) - written:
        stale.unlink()  # of somebody who is no longer in the gradebook
    _write(folder / "index.html", class_page(learners, title, names=names))
    course.book.close()
    return folder / "index.html"


def _write(path: Path, page: str) -> None:
    """Learners' marks are for the owner of the course alone."""
    write_bytes_whole(path, page.encode("utf-8", "replace"), 0o600)
