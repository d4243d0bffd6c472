"""`autograder demo`: a sample class, graded from beginning to end by nbgrader's own pipeline."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.console import complain, progress, say, table

if TYPE_CHECKING:
    from autograder.demo.results import Result
    from autograder.demo.sample import Learner

HELP = "grade a sample class with nbgrader's own pipeline"
_HERE = Path("build/demo")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to do it, and with whom."""
    parser.add_argument(
        "--folder", type=Path, help=f"where to do it; default: {_HERE}, in the clone"
    )
    parser.add_argument("--only", nargs="+", metavar="NAME", help="some learners of the class only")


def run(arguments: argparse.Namespace) -> int:
    """Release, hand in, grade and report; 1 if a learner could not be graded or marks disagree."""
    from autograder.course.folders import around
    from autograder.demo.build import write_submissions
    from autograder.demo.pipeline import new_course
    from autograder.demo.results import grade
    from autograder.demo.sample import sample_class

    try:
        learners = sample_class(arguments.only)
    except ValueError as error:
        complain(str(error))
        return 2
    folder = arguments.folder or (around(Path.cwd()) or Path()) / _HERE
    say(f"A sample class of {len(learners)}, graded by nbgrader in {_short(folder)}")
    say("nbgrader takes up to half a minute for each learner with three notebooks.")
    course = new_course(folder.resolve())
    with progress(len(learners)) as step:
        step("releasing the notebooks", 0)
        course.release()
        write_submissions(course.grading / "submitted", learners)
        results = []
        for done, learner in enumerate(learners):
            step(f"grading {learner.name}", done)
            results.append(grade(course, learner.name))
        step("exporting the gradebook", len(learners))
        csv, report = course.export(), course.report()
    show(results, learners)
    say("Feedback pages:")
    for result in results:
        for page in sorted((course.grading / "feedback" / result.learner).glob("*/*.html")):
            say(f"  {_short(page)}")
    say(f"Gradebook: {_short(csv)}")
    if report is not None:
        say(f"The class report: {_short(report)}")
    return 1 if any(result.problem for result in results) else 0


def show(results: list[Result], learners: list[Learner]) -> None:
    """Print every learner's points, what a person should look at, and what went wrong.

    Args:
        results: what was found.
        learners: whose; what each was to earn.
    """
    say()
    columns = ("learner", "part", ">points", "outcome")
    table("The sample class, part by part", columns, _by_part(results))
    say()
    totals = [
        (each.learner, f"{each.score:g}/{each.max_score:g}" if each.parts else "-", about.summary)
        for each, about in zip(results, learners, strict=True)
    ]
    table("Totals", ("learner", ">points", "what the submission shows"), totals)
    say()
    for result in results:
        for flag in result.flags:
            say(f"For a person: {result.learner}, {flag}")
    for result, learner in zip(results, learners, strict=True):
        if result.parts and result.score != learner.earns:
            earned = f"was to earn {learner.earns}, and earned {result.score:g}"
            say(f"Unexpected: {learner.name} {earned}")
        if result.problem:
            say(f"PROBLEM: {result.learner}: {result.problem}")


def _by_part(results: list[Result]) -> Iterator[tuple[str, str, str, str]]:
    from autograder.checks.table import PARTS

    for result in results:
        if not result.parts:
            yield result.learner, "-", "-", "not graded"
        for number, part in enumerate(result.parts):
            yield (
                result.learner if number == 0 else "",
                f"{PARTS[part.part].label:>2} {part.part}",
                f"{part.score:g}/{part.max_score:g}",
                part.outcome,
            )


def _short(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
