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
    from autograder.classroom.enter import Row
    from autograder.classroom.plan import Course, Job
    from autograder.workers.job import Task
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
        _print(arguments.assignment, done.rows)
    return 2 if error is not None else 1 if any(row.asks for row in done.rows) else 0


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
                "notes": row.told,
            }
            for row in done.rows
        ],
        "error": error,
    }


def _grade(arguments: argparse.Namespace, done: _Done) -> None:
    from autograder.classroom import enter, plan
    from autograder.kernels.layers import in_words
    from autograder.kernels.session import try_out
    from autograder.kernels.settings import Sandbox
    from autograder.workers.pool import begin, cores

    course = plan.open_course(arguments.assignment)
    workers, scheduler = arguments.workers or cores(), arguments.scheduler
    if scheduler is None:  # now, for it takes as long as looking at what is left to do
        begin(workers, forked=Sandbox(config=course.config).warm)
    jobs = plan.jobs(course, arguments.student, arguments.force)
    total = sum(len(job.grade) for job in jobs)
    done.before = sum(len(job.work.notebooks) for job in jobs) - total
    tell: Callable[[str], None] = (lambda _: None) if arguments.json else say
    tell(
        f"{course.assignment}: {len(jobs)} learners, {total} notebooks to grade, "
        f"{done.before} graded before."
    )
    if left := [job for job in jobs if job.grade or job.missing]:
        with _hands(scheduler if total else None, workers) as examine:
            if total and scheduler is None:
                protection = try_out(course.config)
                protection.demand(Sandbox(config=course.config).require)
                done.protection = protection.as_json()
                tell(in_words(done.protection))
            course.book.prepare()
            for number in _write(course, left, examine, quiet=arguments.json):
                done.graded = number
    done.rows = enter.rows(course, [job.work for job in jobs])


@contextmanager
def _hands(scheduler: str | None, workers: int) -> Iterator[Callable[[Sequence[Task]], Results]]:
    """What examines all tasks: a cluster, or workers here."""
    if scheduler is None:
        from autograder.workers.pool import examine_all

        yield lambda tasks: examine_all(tasks, workers)
        return
    from autograder.workers.dask import cluster

    with cluster(scheduler, complain) as examine:
        yield examine


def _write(
    course: Course, left: list[Job], examine: Callable[[Sequence[Task]], Results], *, quiet: bool
) -> Iterator[int]:
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
