"""nbgrader's own pipeline in this process, on a course of its own: release, autograde, feedback.

Only nbgrader's public pieces are used, as `nbgrader` on the command line does. And what the demo
found: whether each learner was graded, and whether all marks agree.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, suppress
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import CsvExportPlugin

from autograder.checks.words.verdict import CORRECT, OUTCOME_WORDS
from autograder.classroom.course import Course, open_course
from autograder.course.folders import ASSIGNMENT, course_folder, notebooks_in
from autograder.course.nbgrader_log import quiet, reason
from autograder.errors import Refused
from autograder.gradebook.errors import CannotGrade
from autograder.kernels.settings import load_config
from autograder.report.write import write_report


class PipelineFailed(Refused):
    """nbgrader gave up; the message is the reason that it logged."""


class DemoCourse:
    """A folder with the course's `solutions/` and settings, and a gradebook in `grading/`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = load_config(folder)
        self.config.CourseDirectory.root = str(folder)
        self.grading = folder / "grading"

    def release(self) -> None:
        """`nbgrader generate_assignment`: also enters the check cells in the gradebook."""
        self._convert(GenerateAssignment)

    def autograde(self, student: str) -> None:
        """`nbgrader autograde --student`."""
        self._convert(Autograde, student)

    def feedback(self, student: str) -> None:
        """`nbgrader generate_feedback --student`."""
        self._convert(GenerateFeedback, student)

    def export(self) -> Path:
        """`nbgrader export`: the gradebook as CSV; returns the file."""
        target = self.grading / "grades.csv"
        settings = self.config.CourseDirectory
        with quiet(), Gradebook(settings.db_url, settings.course_id) as gradebook:
            plugin = CsvExportPlugin(config=self.config)
            plugin.to = str(target)
            plugin.export(gradebook)
        return target

    def report(self) -> Path | None:
        """`autograder report`; returns the class page, or None if nothing could be graded."""
        with chdir(self.folder), suppress(CannotGrade):
            return write_report(self.open(), quiet=True)
        return None

    def open(self) -> Course:
        """The same course, as `autograder grade` sees it."""
        with chdir(self.folder):
            return open_course(ASSIGNMENT)

    def _convert(self, kind: Any, student: str | None = None) -> None:
        coursedir = CourseDirectory(config=self.config)
        coursedir.assignment_id = ASSIGNMENT
        if student is not None:
            coursedir.student_id = student
        with quiet() as log, _environment():
            try:
                kind(coursedir=coursedir, config=self.config).start()
            except (Exception, SystemExit) as error:  # nbgrader has often logged the reason
                raise PipelineFailed(reason(log.getvalue()) or str(error)) from error


@contextmanager
def _environment() -> Iterator[None]:
    """Let kernels find the packages that this process has; put folder and environment back."""
    variables = dict(os.environ)
    root = Path(__file__).resolve().parents[2]
    if course_folder() == root:  # not installed, but run from a clone
        paths = [str(root), os.environ.get("PYTHONPATH", "")]
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    try:
        with chdir("."):
            yield
    finally:
        os.environ.clear()
        os.environ.update(variables)


def new_course(folder: Path) -> DemoCourse:
    """Copy the course into a folder of its own, replacing an earlier demo there.

    Raises:
        FileExistsError: the folder holds something that is no demo; nothing was changed.
    """
    mark = folder / ".demo-course"
    if folder.exists() and not folder.is_dir():
        raise FileExistsError(f"{folder} is a file; name a folder for the demo")
    if folder.exists() and any(folder.iterdir()):
        if not mark.exists():
            raise FileExistsError(f"{folder} is not empty; name an empty or new folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    mark.touch()
    source = course_folder()
    (folder / "solutions" / ASSIGNMENT).mkdir(parents=True)
    for path in notebooks_in(source / "solutions" / ASSIGNMENT).values():
        shutil.copy(path, folder / "solutions" / ASSIGNMENT)
    shutil.copy(source / "nbgrader_config.py", folder)
    return DemoCourse(folder)


def grade(course: DemoCourse, learner: str) -> str:
    """Grade one learner; returns why that could not be done, or "". It stops nobody else."""
    try:
        course.autograde(learner)
        course.feedback(learner)
    except PipelineFailed as error:
        return f"could not be graded: {error}"
    return ""


def problem(course: Course, learner: str) -> str:
    """Say where a learner's graded notebooks, their verdicts and the gradebook differ, or ""."""
    cells = {
        cell["grade_id"]: cell
        for record in course.book.records(learner).values()
        for cell in record.marks["cells"]
    }
    points: dict[str, float] = {}
    for scores in course.book.scores()[learner].values():
        points |= {check: grade.score for check, grade in scores.grades.items()}
    return "; ".join(differences(cells, points))


def differences(
    cells: Mapping[str, Mapping[str, Any]], points: Mapping[str, float]
) -> Iterator[str]:
    """Each check whose points are not those of the gradebook, or do not fit its verdict.

    nbgrader gives 0 for anything on stderr, and full points for a cell that shows no error. Only
    notebooks that were handed in have cells with marks.
    """
    for check in sorted({*cells, *points}):
        cell = cells.get(check, {"score": 0.0})
        score = cell["score"]
        if points.get(check) != score:
            yield f"{check}: notebook {score:g}, gradebook {points.get(check)}"
        elif check in cells and score != (cell["max_score"] if cell["outcome"] == CORRECT else 0):
            yield f"{check} says {OUTCOME_WORDS[cell['outcome']]} and earns {score:g}"
