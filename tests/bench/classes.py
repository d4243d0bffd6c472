"""An honest class of any size, and the ways in which it is graded."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.course.folders import ASSIGNMENT
from autograder.course.nbgrader_log import quiet
from autograder.demo.build import fill, released_notebooks
from autograder.demo.sample import sample_class
from tests.support.classes import hand_in, new_course
from tests.support.stock import run_nbgrader, stock_course

ROOT = Path(__file__).parents[2]
#: Learners of the sample class who hand in all three notebooks: full marks, and honest mistakes.
_ANSWERS = (
    *("perfect-sequential", "perfect-functional", "chatty-loop"),
    *("saved-by-colab", "seed-answers", "wrong-labels-dtype"),
)
Marks = dict[tuple[str, str, str], float]


def class_of(count: int) -> dict[str, dict[str, object]]:
    """Each learner's three notebooks, by name: the sample class's answers, in turn."""
    released = released_notebooks()
    people = {each.name: each for each in sample_class(_ANSWERS)}
    found: dict[str, dict[str, object]] = {}
    for n in range(count):
        person = people[_ANSWERS[n % len(_ANSWERS)]]
        found[f"learner-{n:03}"] = {
            name: fill(notebook, person) for name, notebook in released.items()
        }
    return found


def our_course(folder: Path, learners: dict[str, dict[str, object]]) -> Path:
    """A course with submissions and no gradebook."""
    course = new_course(folder, tuple(next(iter(learners.values()))))
    for learner, notebooks in learners.items():
        for name, notebook in notebooks.items():
            hand_in(course, learner, notebook, f"{name}.ipynb")
    return course


def grade_here(course: Path, workers: int) -> Callable[[], None]:
    """Grade a whole course anew with `autograder grade`."""
    for name in ("autograded", "evidence", "gradebook.db"):
        shutil.rmtree(course / "grading" / name, ignore_errors=True)
    (course / "grading/gradebook.db").unlink(missing_ok=True)
    command = [sys.executable, "-m", "autograder.cli", "grade", "--workers", str(workers)]
    return lambda: _run(command, course)


def stock_class(folder: Path) -> Path:
    """A course with nbgrader's own settings and no submission."""
    folder.mkdir()
    return stock_course(folder, sorted((ROOT / "solutions" / ASSIGNMENT).glob("*.ipynb")))


def grade_stock(
    course: Path, learners: dict[str, dict[str, object]], names: Iterable[str]
) -> Callable[[], None]:
    """Grade some learners with `nbgrader autograde` as it comes; earlier marks stay."""
    shutil.rmtree(course / "submitted", ignore_errors=True)
    for learner in names:
        folder = course / "submitted" / learner / ASSIGNMENT
        folder.mkdir(parents=True)
        for name, notebook in learners[learner].items():
            (folder / f"{name}.ipynb").write_text(json.dumps(notebook), "utf-8")

    def grade() -> None:
        code, log = run_nbgrader(course, "autograde", ASSIGNMENT, timeout=3600)
        assert code == 0, log[-2000:]

    return grade


def marks_in(database: Path) -> Marks:
    """Every check's points, by learner, notebook and check."""
    with quiet(), Gradebook(f"sqlite:///{database}") as book:
        return {
            (submission.student.id, notebook.name, grade.name): float(grade.score)
            for submission in book.assignment_submissions(ASSIGNMENT)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def floor_of(place: Path, *, bare: bool = False) -> dict[str, tuple[float, float, float]]:
    """What `floor` measures for the notebooks in a folder, or for one."""
    options = ["--bare"] if bare else []
    done = _run([sys.executable, "-m", "tests.bench.floor", *options, str(place)], ROOT)
    return json.loads(done.stdout.splitlines()[-1])


def check_file(path: Path) -> None:
    """`autograder check` of one notebook."""
    _run([sys.executable, "-m", "autograder.cli", "check", str(path)], path.parent)


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode in (0, 1), f"{done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done
