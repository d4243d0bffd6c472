"""`autograder demo`: a sample class, graded from beginning to end by nbgrader's own pipeline."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from autograder.console import progress
from autograder.course.folders import ASSIGNMENT
from autograder.demo import tables
from autograder.demo.build import write_submissions
from autograder.demo.pipeline import DemoCourse, PipelineFailed, new_course
from autograder.demo.results import Result, read_result
from autograder.demo.sample import Learner, sample_class


def run_demo(folder: Path, only: Iterable[str] | None = None) -> int:
    """Release the notebooks, hand in the sample class's answers, grade them, and print the marks.

    Args:
        folder: where to do it; new, empty, or an earlier demo, which is replaced.
        only: names of the learners to grade; None for all.

    Returns:
        0, or 1 if a learner could not be graded or marks disagree, or 2 for an unknown name.

    Raises:
        FileExistsError: the folder holds something else; nothing in it was changed.
    """
    try:
        learners = sample_class(only)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    console = Console()
    console.print(f"A sample class of {len(learners)}, graded by nbgrader in {folder}")
    console.print("nbgrader takes up to half a minute for each learner with three notebooks.")
    course = new_course(folder.resolve())
    with progress(console, len(learners)) as step:
        step("releasing the notebooks", 0)
        course.release()
        write_submissions(course.grading / "submitted", learners)
        results = []
        for done, learner in enumerate(learners):
            step(f"grading {learner.name}", done)
            results.append(_grade(course, learner))
        step("exporting the gradebook", len(learners))
        csv = course.export()
        report = course.report()
    console.print()
    tables.print_parts(console, results)
    console.print()
    tables.print_totals(console, results, learners)
    console.print()
    tables.print_remarks(console, results, learners)
    tables.print_paths(console, results, course.grading / "feedback", csv, report)
    return 1 if any(result.problem for result in results) else 0


def _grade(course: DemoCourse, learner: Learner) -> Result:
    """Grade one learner; what goes wrong is told in the result and stops nobody else."""
    try:
        course.autograde(learner.name)
        course.feedback(learner.name)
        folder = course.grading / "autograded" / learner.name / ASSIGNMENT
        result = read_result(learner.name, folder, course.scores(learner.name))
    except PipelineFailed as error:
        result = Result(learner.name, problem=f"could not be graded: {error}")
    return result
