"""`autograder grade` on the command line: progress, the table, and what needs a person."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.grading import grade, plan
from autograder.grading.gradebook import CannotGrade
from autograder.grading.pool import Results, begin, examine_all
from autograder.grading.work import Task
from autograder.kernels.layers import in_words
from autograder.kernels.session import try_out
from autograder.kernels.settings import Sandbox
from autograder.progress import progress


def run_grade(
    assignment: str, student: str | None, force: bool, workers: int, scheduler: str | None = None
) -> int:
    """Grade what is left to do, and print the marks.

    Args:
        assignment: such as `classification`.
        student: one learner only; None for all.
        force: grade also what has been graded.
        workers: how many notebooks are run at a time on this machine.
        scheduler: the address of a Dask cluster that runs them instead; None for this machine.

    Returns:
        0 if all is graded, 1 if something needs a person, 2 if it could not be done.

    Raises:
        FileNotFoundError: there is no course here; the message says where to go.
        CannotRun: no kernel could be started, or protection is weaker than demanded.
    """
    console = Console()
    try:
        course = plan.open_course(assignment)
        if scheduler is None:  # now, for it takes as long as looking at what is left to do
            begin(workers, warm=Sandbox(config=course.config).warm)
        jobs = plan.jobs(course, student, force)
        _grade(console, course, jobs, workers, scheduler)
        rows = grade.rows(course, [job.work for job in jobs])
    except CannotGrade as error:
        print(error, file=sys.stderr)
        return 2
    _print(console, assignment, rows)
    return 1 if any(row.asks for row in rows) else 0


def _grade(
    console: Console,
    course: plan.Course,
    jobs: list[plan.Job],
    workers: int,
    scheduler: str | None,
) -> None:
    total = sum(len(job.grade) for job in jobs)
    whole = sum(len(job.work.notebooks) for job in jobs)
    _line(
        console,
        f"{course.assignment}: {len(jobs)} learners, {total} notebooks to grade, "
        f"{whole - total} graded before.",
    )
    left = [job for job in jobs if job.grade or job.missing]
    if not left:
        return
    with _hands(scheduler if total else None, workers) as examine:
        if total and scheduler is None:
            protection = try_out(course.config)
            protection.demand(Sandbox(config=course.config).require)
            _line(console, in_words(protection.as_json()))
        course.book.prepare()
        _write(console, course, left, examine)


@contextmanager
def _hands(scheduler: str | None, workers: int) -> Iterator[Callable[[Sequence[Task]], Results]]:
    """What examines all tasks: a cluster, or workers here."""
    if scheduler is None:
        yield lambda tasks: examine_all(tasks, workers)
        return
    from autograder.grading.cluster import cluster

    with cluster(scheduler, lambda text: print(text, file=sys.stderr)) as examine:
        yield examine


def _write(
    console: Console,
    course: plan.Course,
    left: list[plan.Job],
    examine: Callable[[Sequence[Task]], Results],
) -> None:
    works = {job.work.student: job.work for job in left}
    tasks = []
    with progress(console, sum(len(job.grade) for job in left)) as step:
        done = 0
        for job in left:
            grade.begin(course, job)
            for name in job.grade:
                task = grade.task_of(course, job.work, name)
                if task is not None:
                    tasks.append(task)
                    continue
                grade.enter(course, job.work, name, None)
                done += 1
                step(f"{job.work.student}: {name}", done)
        with closing(examine(tasks)) as results:
            for task, found in results:
                grade.enter(course, works[task.student], task.name, found)
                done += 1
                step(f"{task.student}: {task.name}", done)


def _print(console: Console, assignment: str, rows: list[grade.Row]) -> None:
    table = Table(title=f"Marks in {assignment}", box=box.SIMPLE_HEAD, show_edge=False)
    table.add_column("learner", overflow="fold")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("needs a person", no_wrap=True)
    for row in rows:
        points = f"{row.score:g} of {row.max_score:g}"
        table.add_row(Text(row.student), points, f"yes ({len(row.asks)})" if row.asks else "no")
    console.print(table)
    for row in rows:
        for text in row.told:
            _line(console, f"Note: {row.student}: {text}")
    for row in rows:
        for text in row.asks:
            _line(console, f"For a person: {row.student}: {text}")


def _line(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
