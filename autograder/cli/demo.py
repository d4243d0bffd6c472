"""`autograder demo`: a sample class, graded from beginning to end by nbgrader's own pipeline."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.console import complain, progress, say, table

if TYPE_CHECKING:
    from autograder.demo.sample import Learner
    from autograder.report.seen import LearnerSeen

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
    from autograder.demo.pipeline import grade, new_course, problem
    from autograder.demo.sample import sample_class
    from autograder.report.gather import gather

    try:
        learners = sample_class(arguments.only)
    except ValueError as error:
        complain(str(error))
        return 2
    folder = arguments.folder or Path(_short((around(Path.cwd()) or Path()) / _HERE))
    say(f"A sample class of {len(learners)}, graded by nbgrader in {folder}")
    say("nbgrader takes up to half a minute for each learner with three notebooks.")
    course = new_course(folder.resolve())
    with progress(len(learners)) as step:
        step("releasing the notebooks", 0)
        course.release()
        write_submissions(course.grading / "submitted", learners)
        problems = {}
        for done, learner in enumerate(learners):
            step(f"grading {learner.name}", done)
            problems[learner.name] = grade(course, learner.name)
        step("exporting the gradebook", len(learners))
        csv, report = course.export(), course.report()
    marks = course.open()
    seen = {each.id: each for each in gather(marks) if not problems[each.id]}
    problems |= {name: problem(marks, name) for name in seen}
    marks.book.close()
    show(learners, seen, problems)
    say("Feedback pages:")
    for page in sorted((course.grading / "feedback").glob("*/*/*.html")):
        say(f"  {_short(page)}")
    say(f"Gradebook: {_short(csv)}")
    if report is not None:
        say(f"The class report: {_short(report)}")
    return 1 if any(problems.values()) else 0


def show(
    learners: list[Learner], seen: Mapping[str, LearnerSeen], problems: Mapping[str, str]
) -> None:
    """Print every learner's points, what a person should look at, and what went wrong.

    What was found and what went wrong are by name: nothing was found for those who could not be
    graded, and "" has gone wrong for others.
    """
    say()
    rows = [row for each in learners for row in _parts(each.name, seen.get(each.name))]
    table("The sample class, part by part", ("learner", "part", ">points", "outcome"), rows)
    say()
    totals = []
    for learner in learners:
        found = seen.get(learner.name)
        points = f"{found.score:g}/{found.most:g}" if found else "-"
        totals.append((learner.name, points, learner.summary))
    table("Totals", ("learner", ">points", "what the submission shows"), totals)
    say()
    for learner in learners:
        for each in seen[learner.name].asks if learner.name in seen else ():
            say(f"For a person: {learner.name}, {each.part}: {each.message}")
    for learner in learners:
        found = seen.get(learner.name)
        if found and found.score != learner.earns:
            earned = f"was to earn {learner.earns}, and earned {found.score:g}"
            say(f"Unexpected: {learner.name} {earned}")
        if problems[learner.name]:
            say(f"PROBLEM: {learner.name}: {problems[learner.name]}")


def _parts(name: str, found: LearnerSeen | None) -> Iterator[tuple[str, str, str, str]]:
    from autograder.checks.words.verdict import OUTCOME_WORDS

    if found is None:
        yield name, "-", "-", "not graded"
        return
    for book in found.notebooks:
        for part in book.parts:
            outcome = OUTCOME_WORDS[part.outcome] if book.handed_in else "not handed in"
            yield name, f"{part.label:>2} {part.id}", f"{part.points:g}/{part.most:g}", outcome
            name = ""  # once is enough


def _short(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
