"""`autograder grade`: progress, the table, and what needs a person."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from autograder.console import complain, progress, say, table
from autograder.errors import Refused

if TYPE_CHECKING:
    from autograder.classroom.course import Course
    from autograder.classroom.enter import Row
    from autograder.classroom.plan import Todo
    from autograder.workers.job import Job
    from autograder.workers.pool import Results

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


@dataclass
class _Done:
    """What there is to say at the end."""

    graded: int = 0
    before: int = 0
    protection: dict[str, Any] | None = None
    rows: list[Row] = field(default_factory=list)
    misfits: list[str] = field(default_factory=list)


def run(arguments: argparse.Namespace) -> int:
    """Grade what is left to do; 1 if something needs a person. JSON also says what went wrong."""
    done, started, error = _Done(), time.monotonic(), None
    try:
        _grade(arguments, done)
    except (Refused, FileNotFoundError) as why:
        if not arguments.json:
            raise
        error = str(why)
        complain(error)
    if arguments.json:
        say(json.dumps(_as_json(arguments.assignment, done, time.monotonic() - started, error)))
    else:
        _print(arguments.assignment, done)
    asks = done.misfits or any(row.asks for row in done.rows)
    return 2 if error is not None else 1 if asks else 0


def _as_json(assignment: str, done: _Done, seconds: float, error: str | None) -> dict[str, Any]:
    return {
        "assignment": assignment,
        "graded": done.graded,
        "graded_before": done.before,
        "seconds": round(seconds, 1),
        "protection": done.protection,
        "learners": [
            {
                "student": row.student,
                "score": row.score,
                "max_score": row.max_score,
                "for_a_person": row.asks,
                "notes": row.notes,
            }
            for row in done.rows
        ],
        "for_a_person": done.misfits,
        "error": error,
    }


def _grade(arguments: argparse.Namespace, done: _Done) -> None:
    from autograder.classroom import enter, plan
    from autograder.classroom.course import open_course
    from autograder.classroom.decisions import misfits
    from autograder.kernels.layers import in_words
    from autograder.kernels.session import try_out
    from autograder.kernels.settings import Sandbox
    from autograder.workers.pool import begin, cores

    course = open_course(arguments.assignment)
    workers, scheduler = arguments.workers or cores(), arguments.scheduler
    if scheduler is None:  # now, for it takes as long as looking at what is left to do
        begin(workers, forked=Sandbox(config=course.config).warm)
    todos = plan.todos(course, arguments.student, arguments.force)
    total = sum(len(todo.grade) for todo in todos)
    done.before = sum(len(todo.work.notebooks) for todo in todos) - total
    tell: Callable[[str], None] = (lambda _: None) if arguments.json else say
    tell(
        f"{course.assignment}: {len(todos)} learners, {total} notebooks to grade, "
        f"{done.before} graded before."
    )
    if left := [todo for todo in todos if todo.grade or todo.missing]:
        with _hands(scheduler if total else None, workers) as run_jobs:
            if total and scheduler is None:
                protection = try_out(course.config).protection
                protection.demand(Sandbox(config=course.config).require)
                done.protection = protection.as_json()
                tell(in_words(done.protection))
            course.prepare()
            for number in _write(course, left, run_jobs, quiet=arguments.json):
                done.graded = number
    course.book.settle()
    done.rows = enter.rows(course, [todo.work for todo in todos])
    done.misfits = misfits(course)


@contextmanager
def _hands(scheduler: str | None, workers: int) -> Iterator[Callable[[Sequence[Job]], Results]]:
    """What does all jobs: a cluster, or workers here."""
    if scheduler is None:
        from autograder.workers.pool import run_jobs

        yield lambda jobs: run_jobs(jobs, workers)
        return
    from autograder.workers.dask import cluster

    with cluster(scheduler, complain) as on_cluster:
        yield on_cluster


def _write(
    course: Course, left: list[Todo], run_jobs: Callable[[Sequence[Job]], Results], *, quiet: bool
) -> Iterator[int]:
    """Enter everything, as it comes; yields how many notebooks are done."""
    from autograder.classroom import enter

    works = {todo.work.student: todo.work for todo in left}
    jobs: list[Job] = []
    unreadable: list[enter.Handled] = []
    for todo in left:
        enter.begin(course, todo)
        for name in todo.grade:
            job = enter.job_of(course, todo.work, name)
            if job is None:
                unreadable.append(enter.Handled(todo.work, name, None))
            else:
                jobs.append(job)
    done, total = 0, len(jobs) + len(unreadable)
    with progress(total, quiet=quiet) as step, closing(run_jobs(jobs)) as found:
        batches = (
            [enter.Handled(works[job.student], job.name, r) for job, r in some] for some in found
        )
        for batch in chain([[each] for each in unreadable], batches):
            enter.enter(course, batch)
            for each in batch:
                done += 1
                step(f"{each.work.student}: {each.name}", done)
            yield done


def _print(assignment: str, done: _Done) -> None:
    table(
        f"Marks in {assignment}",
        ("learner", ">points", "needs a person"),
        [
            (
                row.student,
                f"{row.score:g} of {row.max_score:g}",
                f"yes ({len(row.asks)})" if row.asks else "no",
            )
            for row in done.rows
        ],
    )
    for row in done.rows:
        for text in row.notes:
            say(f"Note: {row.student}: {text}")
    for row in done.rows:
        for text in row.asks:
            say(f"For a person: {row.student}: {text}")
    for text in done.misfits:
        say(f"For a person: {text}")
