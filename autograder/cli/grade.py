"""`autograder grade`: progress, the table, and what needs a person."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from autograder.console import complain, progress, say, table
from autograder.errors import Refused

if TYPE_CHECKING:
    from autograder.classroom.enter import Row
    from autograder.classroom.plan import Course, Job
    from autograder.workers.job import Task
    from autograder.workers.pool import Results

    Examine = Callable[[Sequence[Task]], Results]

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


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 up")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Grade what is left to do; 1 if something needs a person. JSON also says what went wrong."""
    started, rows = time.monotonic(), []
    # What `--json` prints, filled in as far as grading comes.
    told: dict[str, Any] = {"assignment": arguments.assignment, "graded": 0, "graded_before": 0}
    told |= {"seconds": 0.0, "protection": None, "learners": [], "error": None}
    try:
        rows = _grade(arguments, told)
    except (Refused, FileNotFoundError) as why:
        if not arguments.json:
            raise
        told["error"] = str(why)
        complain(told["error"])
    if arguments.json:
        told["seconds"] = round(time.monotonic() - started, 1)
        told["learners"] = [
            {
                "student": row.student,
                "score": row.score,
                "max_score": row.max_score,
                "for_a_person": row.asks,
                "notes": row.told,
            }
            for row in rows
        ]
        say(json.dumps(told))
    else:
        _print(arguments.assignment, rows)
    return 2 if told["error"] is not None else 1 if any(row.asks for row in rows) else 0


def _grade(arguments: argparse.Namespace, told: dict[str, Any]) -> list[Row]:
    from autograder.classroom import enter, plan
    from autograder.kernels.layers import in_words
    from autograder.kernels.session import try_out
    from autograder.kernels.settings import Sandbox
    from autograder.workers.pool import begin, cores, examine_all

    course = plan.open_course(arguments.assignment)
    workers, sandbox = arguments.workers or cores(), Sandbox(config=course.config)
    if arguments.scheduler is None:  # now, for it takes as long as looking at what is left to do
        begin(workers, forked=sandbox.warm)
    jobs = plan.jobs(course, arguments.student, arguments.force)
    total = sum(len(job.grade) for job in jobs)
    told["graded_before"] = before = sum(len(job.work.notebooks) for job in jobs) - total
    tell: Callable[[str], None] = (lambda _: None) if arguments.json else say
    tell(
        f"{course.assignment}: {len(jobs)} learners, {total} notebooks to grade, "
        f"{before} graded before."
    )
    left = [job for job in jobs if job.grade or job.missing]
    with ExitStack() as stack:
        examine: Examine = partial(examine_all, workers=workers)
        if total and arguments.scheduler is not None:
            from autograder.workers.dask import cluster

            examine = stack.enter_context(cluster(arguments.scheduler, complain))
        elif total:
            protection = try_out(course.config)
            protection.demand(sandbox.require)
            told["protection"] = protection.as_json()
            tell(in_words(told["protection"]))
        if left:
            course.book.prepare()
        for number in _write(course, left, examine, quiet=arguments.json):
            told["graded"] = number
    return enter.rows(course, [job.work for job in jobs])


def _write(course: Course, left: list[Job], examine: Examine, *, quiet: bool) -> Iterator[int]:
    """Enter everything, as it comes; yields how many notebooks are done."""
    from autograder.classroom import enter

    works = {job.work.student: job.work for job in left}
    tasks: list[Task] = []
    unreadable: list[enter.Handled] = []
    for job in left:
        enter.begin(course, job)
        for name in job.grade:
            task = enter.task_of(course, job.work, name)
            if task is None:
                unreadable.append(enter.Handled(job.work, name, None))
            else:
                tasks.append(task)
    done, total = 0, len(tasks) + len(unreadable)
    with progress(total, quiet=quiet) as step, closing(examine(tasks)) as found:
        batches = ([enter.Handled(works[t.student], t.name, f) for t, f in some] for some in found)
        for batch in chain([[each] for each in unreadable], batches):
            enter.enter(course, batch)
            for each in batch:
                done += 1
                step(f"{each.work.student}: {each.name}", done)
            yield done


def _print(assignment: str, rows: list[Row]) -> None:
    table(
        f"Marks in {assignment}",
        ("learner", ">points", "needs a person"),
        [
            (
                row.student,
                f"{row.score:g} of {row.max_score:g}",
                f"yes ({len(row.asks)})" if row.asks else "no",
            )
            for row in rows
        ],
    )
    for row in rows:
        for text in row.told:
            say(f"Note: {row.student}: {text}")
    for row in rows:
        for text in row.asks:
            say(f"For a person: {row.student}: {text}")
