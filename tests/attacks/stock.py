"""The same class under nbgrader alone: no plug-in of ours, learners' code beside the gradebook.

Every learner is graded in a fresh copy of the course and of its gradebook, so that each attack
has marks of its own; in a class, one that damages the gradebook costs everybody theirs.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.course.nbgrader_log import quiet
from autograder.release.generate import generate
from tests.attacks import contained
from tests.attacks.attack import Attack, checks_of
from tests.attacks.classroom import (
    NOTEBOOKS,
    VARIABLE,
    Classroom,
    enter_secret,
    new_classroom,
)
from tests.attacks.results import Findings, Result
from tests.support.classes import ROOT, new_course

#: Where things lie, as in the course; every other setting is nbgrader's default.
CONFIG = """c = get_config()
c.CourseDirectory.course_id = "moons-and-spirals"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.autograded_directory = "grading/autograded"
c.CourseDirectory.feedback_directory = "grading/feedback"
import os
os.makedirs("grading", exist_ok=True)
c.CourseDirectory.db_url = "sqlite:///" + os.path.abspath("grading/gradebook.db")
"""
#: nbgrader's own limit is 30 seconds a cell; this is for a whole notebook.
SECONDS = 120


class Stock:
    """Grades a class in processes beside this one.

    Args:
        folder: an empty one.
        learners: names of those in `everybody`.
        workers: how many at a time.

    Raises:
        CannotContain: attacks would not be contained on this machine; the message says why.
    """

    def __init__(self, folder: Path, learners: Sequence[str], workers: int = 1) -> None:
        if why := contained.why_not():
            raise CannotContain(f"stock nbgrader would run attacks uncontained: it {why}")
        self._started = time.monotonic()
        gradebook = _gradebook(folder / "empty")
        # Not forked: this process has threads.
        self._pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
        self._futures = {
            name: self._pool.submit(grade_one, folder, gradebook, name) for name in learners
        }

    @property
    def done(self) -> int:
        """Learners graded so far."""
        return sum(future.done() for future in self._futures.values())

    def findings(self) -> Findings:
        """Everybody's results, when all are there."""
        found = Findings({})
        for name, future in self._futures.items():
            found.results[name], visits = future.result()
            found.visits += visits
        self._pool.shutdown()
        found.seconds = time.monotonic() - self._started
        return found

    def stop(self) -> None:
        """Let those that have not begun be."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class CannotContain(RuntimeError):  # noqa: N818 - a finding about the machine
    """This machine cannot run attacks outside our sandbox."""


def grade_one(folder: Path, gradebook: Path, name: str) -> tuple[Result, list[str]]:
    """Grade one learner; also tells who came to the server."""
    from tests.attacks.everybody import EVERYBODY

    learner = next(each for each in EVERYBODY if each.name == name)
    place = folder / name
    place.mkdir()
    try:
        with new_classroom(place, [learner], CONFIG) as room:
            (room.folder / "grading").mkdir(exist_ok=True)
            shutil.copy(gradebook, room.gradebook)
            enter_secret(room)
            return _grade(room, place, learner), room.server.visits
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _gradebook(folder: Path) -> Path:
    """A gradebook that has the assignment and no learner, as `generate_assignment` makes it."""
    folder.mkdir()
    course = new_course(folder / "course", NOTEBOOKS)
    generate(course, f"sqlite:///{folder / 'gradebook.db'}")
    return folder / "gradebook.db"


def _grade(room: Classroom, place: Path, learner: Attack) -> Result:
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "LANG": "C.UTF-8",
        "HOME": str(room.home),
        "TMPDIR": str(room.temp),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        VARIABLE: room.tokens["environment"],
    }
    command = [sys.executable, "-m", "nbgrader", "autograde", "classification"]
    code, said = contained.run([*command, "--student", learner.name], place, environment, SECONDS)
    scores, lost = _scores(room, learner)
    if code != 0 and not lost and not any(scores.values()):
        lost = "took too long" if code is None else f"exit code {code}"
    if lost and said.strip():
        lost += f": {said.strip().splitlines()[-1][:200]}"
    name = f"grading/autograded/{learner.name}/classification/{learner.notebook}.ipynb"
    path = room.folder / name
    text = path.read_text("utf-8", "replace") if path.is_file() else ""
    return Result(scores, lost, seen=room.seen_in(text))


def _scores(room: Classroom, learner: Attack) -> tuple[dict[str, float], str]:
    """What the gradebook says, or why it says nothing."""
    try:
        with quiet(), Gradebook(f"sqlite:///{room.gradebook}") as gradebook:
            found = gradebook.find_submission_notebook(
                learner.notebook, "classification", learner.name
            )
            own = checks_of(learner.notebook)
            scores = {grade.name: float(grade.score) for grade in found.grades}
            return {check: scores.get(check, 0.0) for check in sorted(own)}, ""
    except Exception as error:  # whatever an attack left of the database
        return {}, f"no marks ({type(error).__name__})"
