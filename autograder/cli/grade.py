"""`autograder grade`: progress, the table, and what needs a person."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from autograder.console import complain, progress, say, table
from autograder.errors import Refused
from helpers.text import as_name, count

if TYPE_CHECKING:
    from autograder.classroom.course import Course
    from autograder.classroom.overview import Row
    from autograder.classroom.plan import Todo
    from autograder.classroom.questions import Question
    from autograder.workers.job import Job, Results

    Run = Callable[[Sequence[Job]], Results]

HELP = "grade everything that was handed in"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which submissions, by how many workers and where."""
    parser.add_argument("assignment", nargs="?", default="classification", metavar="ASSIGNMENT")
    parser.add_argument("--student", metavar="ID", help="one learner only")
    parser.add_argument("--force", action="store_true", help="grade also what has been graded")
    parser.add_argument(
        "--workers", type=_count, metavar="N", help="notebooks run at a time; default: one a core"
    )
    parser.add_argument(
        "--scheduler", metavar="tcp://HOST:PORT", help="run them on this Dask cluster instead"
    )
    parser.add_argument("--json", action="store_true", help="print JSON for programs, nothing else")
    parser.add_argument(
        "--new", action="store_true",
        help="the exit code is 1 only for what no earlier run has told; for cron",
    )  # fmt: skip


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 up")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Grade what is left to do; 1 if something needs a person. JSON also says what went wrong."""
    started = time.monotonic()
    # What `--json` prints, filled in as far as grading comes.
    told: dict[str, Any] = {"assignment": arguments.assignment, "graded": 0, "graded_before": 0}
    told |= {"seconds": 0.0, "protection": None, "learners": [], "for_a_person": []}
    told |= {"questions": [], "error": None}
    rows: list[Row] = []
    asked: list[Question] = []
    try:
        rows, asked = _grade(arguments, told)
    except (Refused, FileNotFoundError) as why:
        if not arguments.json:
            raise
        told["error"] = str(why)
        complain(told["error"])
    if arguments.json:
        told["seconds"] = round(time.monotonic() - started, 1)
        told["learners"] = [asdict(row) for row in rows]
        told["for_a_person"] = [each.message for each in asked if not each.student]
        told["questions"] = [each.as_json() for each in asked]
        say(json.dumps(told))
    asks = any(each.new for each in asked) if arguments.new else bool(asked)
    return 2 if told["error"] is not None else 1 if asks else 0


def _grade(arguments: argparse.Namespace, told: dict[str, Any]) -> tuple[list[Row], list[Question]]:
    from autograder.classroom.course import open_course
    from autograder.classroom.moving import at_work

    course = open_course(arguments.assignment)
    with at_work(course.folder / course.kept):
        return _graded(arguments, told, course)


def _graded(
    arguments: argparse.Namespace, told: dict[str, Any], course: Course
) -> tuple[list[Row], list[Question]]:
    from autograder.classroom import overview, plan
    from autograder.classroom.decisions import misfits
    from autograder.classroom.questions import sentences, with_news
    from autograder.kernels.layers import in_words
    from autograder.kernels.session import try_out
    from autograder.kernels.settings import Sandbox
    from autograder.workers.pool import begin, cores, run_jobs

    workers, sandbox = arguments.workers or cores(), Sandbox(config=course.config)
    if arguments.scheduler is None:  # now, for it takes as long as looking at what is left to do
        begin(forked=sandbox.warm)
    todos = plan.todos(course, arguments.student, arguments.force)
    total = sum(len(todo.grade) for todo in todos)
    told["graded_before"] = before = sum(len(todo.submission.notebooks) for todo in todos) - total
    tell: Callable[[str], None] = (lambda _: None) if arguments.json else say
    tell(
        f"{course.assignment}: {count(len(todos), 'learner')}, {count(total, 'notebook')} to "
        f"grade, {before} graded before."
    )
    left = [todo for todo in todos if todo]
    if worth := sum(len(todo.points) for todo in todos):
        tell(f"New points in {count(worth, 'notebook')}: entered without a run.")
    with ExitStack() as stack:
        run: Run = partial(run_jobs, workers=workers)
        if total and arguments.scheduler is not None:
            from autograder.workers.dask import cluster

            run = stack.enter_context(cluster(arguments.scheduler, complain))
        elif total:
            protection = try_out(course.config).protection
            protection.demand(sandbox.require)
            told["protection"] = protection.as_json()
            tell(in_words(told["protection"]))
        if left:
            course.prepare()
        for number in _write(course, left, run, quiet=arguments.json):
            told["graded"] = number
    course.settle()
    submissions = [todo.submission for todo in todos]
    rows, asked = overview.overview(course, submissions)
    asked += sentences([*misfits(course), *course.told()])
    asked = with_news(course, [row.student for row in rows], asked)
    if not arguments.json:
        _print(course.assignment, rows, asked, list(overview.notes(course, rows)))
    return rows, asked


def _write(course: Course, left: list[Todo], run: Run, *, quiet: bool) -> Iterator[int]:
    """Enter everything, as it comes; yields how many notebooks are done."""
    from autograder.classroom import enter, regrade

    submissions = {todo.submission.student: todo.submission for todo in left}
    jobs: list[Job] = []
    unreadable: list[enter.ToEnter] = []
    for todo in left:
        with course.fault_of(todo.submission.student, "Nothing of it could be entered"):
            enter.begin(course, todo)
            for name in todo.points:
                regrade.enter_points(course, todo.submission.student, name)
            for name in todo.grade:
                job = enter.job_of(course, todo.submission, name)
                if job is None:
                    unreadable.append(enter.ToEnter(todo.submission, name, None))
                else:
                    jobs.append(job)
    done, total = 0, len(jobs) + len(unreadable)
    with progress(total, quiet=quiet) as step, closing(run(jobs)) as found:
        batches = (
            [enter.ToEnter(submissions[job.student], job.name, result) for job, result in some]
            for some in found
        )
        for batch in chain([[each] for each in unreadable], batches):
            enter.enter(course, batch)
            for each in batch:
                done += 1
                step(f"{as_name(each.submission.student)}: {each.name}", done)
            yield done


def _print(assignment: str, rows: list[Row], asked: list[Question], notes: Sequence[str]) -> None:
    table(
        f"Marks in {assignment}",
        ("learner", ">points", "needs a person"),
        [
            (
                row.student,
                f"{row.score:g} of {row.max_score:g}",
                f"yes ({len(row.for_a_person)})" if row.for_a_person else "no",
            )
            for row in rows
        ],
    )
    # What is new comes first: the rest was told before.
    for each in sorted(asked, key=lambda each: not each.new):
        say(f"For a person: {each.sentence()}")
        if each.look or each.settle:
            say(f"    {each.look or each.settle}")
    if any(each.look for each in asked):
        confirm = "autograder decide PART same --student ID --by NAME --reason TEXT"
        say(f"To confirm what counts: `{confirm}`, or points in formgrader.")
    for text in notes:
        say(f"Note: {text}")
