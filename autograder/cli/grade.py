"""`autograder grade` on the command line: progress, the table, and what needs a person."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.classroom import enter as grade
from autograder.classroom import plan
from autograder.classroom.course import Course, open_course
from autograder.classroom.decisions import misfits
from autograder.console import progress
from autograder.gradebook.errors import CannotGrade
from autograder.kernels.errors import CannotRun
from autograder.kernels.layers import in_words
from autograder.kernels.session import try_out
from autograder.kernels.settings import Sandbox
from autograder.workers.job import Job
from autograder.workers.pool import Results, begin, run_jobs


@dataclass
class _Told:
    """What there is to say at the end, beside the rows."""

    graded: int = 0
    before: int = 0
    protection: dict[str, Any] | None = None
    asks: list[str] = field(default_factory=list)


def run_grade(
    assignment: str,
    student: str | None = None,
    *,
    force: bool = False,
    workers: int = 1,
    scheduler: str | None = None,
    as_json: bool = False,
) -> int:
    """Grade what is left to do, and print the marks.

    Args:
        assignment: such as `classification`.
        student: one learner only; None for all.
        force: grade also what has been graded.
        workers: how many notebooks are run at a time on this machine.
        scheduler: the address of a Dask cluster that runs them instead; None for this machine.
        as_json: print one JSON object for programs, and nothing else.

    Returns:
        0 if all is graded, 1 if something needs a person, 2 if it could not be done.

    Raises:
        FileNotFoundError: there is no course here; the message says where to go. As JSON, this
            and the next are in the object, with 2.
        CannotRun: no kernel could be started, or protection is weaker than demanded.
    """
    console, told, started = Console(quiet=as_json), _Told(), time.monotonic()
    rows: list[grade.Row] = []
    error = None
    try:
        course = open_course(assignment)
        if scheduler is None:  # now, for it takes as long as looking at what is left to do
            begin(workers, forked=Sandbox(config=course.config).warm)
        jobs = plan.todos(course, student, force)
        _grade(console, course, jobs, workers, scheduler, told)
        course.book.settle()
        rows = grade.rows(course, [job.work for job in jobs])
        told.asks = misfits(course)
    except (CannotGrade, CannotRun, FileNotFoundError) as why:
        if not as_json and not isinstance(why, CannotGrade):
            raise
        print(why, file=sys.stderr)
        error = str(why)
    if as_json:
        print(json.dumps(_as_json(assignment, rows, told, time.monotonic() - started, error)))
    elif error is None:
        _print(console, assignment, rows, told.asks)
    asks = told.asks or any(row.asks for row in rows)
    return 2 if error is not None else 1 if asks else 0


def _as_json(
    assignment: str, rows: list[grade.Row], told: _Told, seconds: float, error: str | None
) -> dict[str, Any]:
    return {
        "assignment": assignment,
        "graded": told.graded,
        "graded_before": told.before,
        "seconds": round(seconds, 1),
        "protection": told.protection,
        "learners": [
            {
                "student": row.student,
                "score": row.score,
                "max_score": row.max_score,
                "for_a_person": row.asks,
                "notes": row.notes,
            }
            for row in rows
        ],
        "for_a_person": told.asks,
        "error": error,
    }


def _grade(
    console: Console,
    course: Course,
    jobs: list[plan.Todo],
    workers: int,
    scheduler: str | None,
    told: _Told,
) -> None:
    total = sum(len(job.grade) for job in jobs)
    told.before = sum(len(job.work.notebooks) for job in jobs) - total
    _line(
        console,
        f"{course.assignment}: {len(jobs)} learners, {total} notebooks to grade, "
        f"{told.before} graded before.",
    )
    left = [job for job in jobs if job.grade or job.missing]
    if not left:
        return
    with _hands(scheduler if total else None, workers) as examine:
        if total and scheduler is None:
            protection = try_out(course.config).protection
            protection.demand(Sandbox(config=course.config).require)
            told.protection = protection.as_json()
            _line(console, in_words(told.protection))
        course.prepare()
        for done in _write(console, course, left, examine):
            told.graded = done


@contextmanager
def _hands(scheduler: str | None, workers: int) -> Iterator[Callable[[Sequence[Job]], Results]]:
    """What examines all tasks: a cluster, or workers here."""
    if scheduler is None:
        yield lambda tasks: run_jobs(tasks, workers)
        return
    from autograder.workers.dask import cluster

    with cluster(scheduler, lambda text: print(text, file=sys.stderr)) as examine:
        yield examine


def _write(
    console: Console,
    course: Course,
    left: list[plan.Todo],
    examine: Callable[[Sequence[Job]], Results],
) -> Iterator[int]:
    """Enter everything, as it comes; yields how many notebooks are done."""
    works = {job.work.student: job.work for job in left}
    tasks: list[Job] = []
    unreadable: list[grade.Handled] = []
    for job in left:
        grade.begin(course, job)
        for name in job.grade:
            task = grade.task_of(course, job.work, name)
            if task is None:
                unreadable.append(grade.Handled(job.work, name, None))
            else:
                tasks.append(task)
    done = 0
    with progress(console, len(tasks) + len(unreadable)) as step, closing(examine(tasks)) as found:
        batches = ([grade.Handled(works[t.student], t.name, f) for t, f in some] for some in found)
        for batch in chain([[each] for each in unreadable], batches):
            grade.enter(course, batch)
            for each in batch:
                done += 1
                step(f"{each.work.student}: {each.name}", done)
            yield done


def _print(console: Console, assignment: str, rows: list[grade.Row], asks: list[str]) -> None:
    table = Table(title=f"Marks in {assignment}", box=box.SIMPLE_HEAD, show_edge=False)
    table.add_column("learner", overflow="fold")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("needs a person", no_wrap=True)
    for row in rows:
        points = f"{row.score:g} of {row.max_score:g}"
        table.add_row(Text(row.student), points, f"yes ({len(row.asks)})" if row.asks else "no")
    console.print(table)
    for row in rows:
        for text in row.notes:
            _line(console, f"Note: {row.student}: {text}")
    for row in rows:
        for text in row.asks:
            _line(console, f"For a person: {row.student}: {text}")
    for text in asks:
        _line(console, f"For a person: {text}")


def _line(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
