"""Where `autograder grade` spends its time, step by step, with one worker and a warm server."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, chdir, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from autograder.classroom import enter as grade
from autograder.classroom import plan
from autograder.classroom.course import open_course
from autograder.course.folders import ASSIGNMENT
from autograder.kernels.session import Kernel
from autograder.running import notebook as execute
from autograder.workers import job as work

#: What is timed: its name in the table, and where it is called.
_STEPS = (
    ("mending", work, "mended_file"),
    ("kernel: start", Kernel, "__enter__"),
    ("kernel: learner's cells", Kernel, "run"),
    ("kernel: evidence", Kernel, "ask"),
    ("kernel: end", Kernel, "__exit__"),
    ("judging", execute, "verdict_on"),
)


def profile(course: Path) -> dict[str, float]:
    """Wall seconds for each submission of a course, by step; "rest" is what no step counts.

    Args:
        course: with submissions, of which the first is graded once before, to warm up.
    """
    with chdir(course):
        opened = open_course(ASSIGNMENT)
    todos = plan.todos(opened, None, True)
    opened.prepare()
    seconds: defaultdict[str, float] = defaultdict(float)
    with _timed(seconds):
        _grade(opened, todos[0], {})
        seconds.clear()
        started = time.perf_counter()
        writing: dict[str, float] = defaultdict(float)
        for todo in todos:
            _grade(opened, todo, writing)
        whole = time.perf_counter() - started
    opened.book.close()
    found = {**seconds, "gradebook": writing["gradebook"]}
    found["rest"] = whole - sum(found.values())
    return {step: value / len(todos) for step, value in found.items()}


def _grade(course: Any, todo: Any, writing: dict[str, float]) -> None:
    started = time.perf_counter()
    grade.begin(course, todo)
    spent = time.perf_counter() - started
    for name in todo.grade:
        job = grade.job_of(course, todo.submission, name)
        found = work.run_job(job) if job else None
        started = time.perf_counter()
        grade.enter(course, [grade.ToEnter(todo.submission, name, found)])
        spent += time.perf_counter() - started
    writing["gradebook"] = writing.get("gradebook", 0.0) + spent


@contextmanager
def _timed(seconds: dict[str, float]) -> Iterator[None]:
    with ExitStack() as stack:
        for name, place, attribute in _STEPS:
            stack.enter_context(
                patch.object(place, attribute, _clock(getattr(place, attribute), name, seconds))
            )
        yield


def _clock(function: Any, name: str, seconds: dict[str, float]) -> Any:
    def timed(*arguments: Any, **options: Any) -> Any:
        started = time.perf_counter()
        try:
            return function(*arguments, **options)
        finally:
            seconds[name] += time.perf_counter() - started

    return timed
