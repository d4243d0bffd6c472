"""Grades with nbgrader as it comes: none of this project's settings and plug-ins.

Learners' code runs as whoever runs this, without a sandbox.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.course.folders import ASSIGNMENT
from autograder.course.nbgrader_log import quiet

ROOT = Path(__file__).parents[2]
_SAID = re.compile(r"\[\w+ \| (?:WARNING|ERROR)\]")
#: What nbgrader says of every submission to this course, because hidden tests are put back.
_ALWAYS = re.compile(r"No nbgrader_config.py file found|Attribute 'checksum' for cell check_")
_ERROR = re.compile(r"\| ERROR\] (.*)")
#: The line of a traceback that is not indented; the log puts four spaces before each.
_RAISED = re.compile(
    r"Traceback \(most recent.*?^ {0,4}(?:[a-z_]\w*\.)*([A-Z]\w*(?::[^\n]*)?)$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Stock:
    """What became of one learner.

    Attributes:
        marks: points; None if the learner was not graded.
        why: what nbgrader's log has for a reason; "" if graded.
        told: the log has a warning or an error that an undamaged submission does not cause.
    """

    marks: float | None
    why: str = ""
    told: bool = False


def stock_course(folder, solutions):
    """A course with nbgrader's own settings, its assignment entered; no submission yet.

    Args:
        folder: to make it in.
        solutions: paths of the solved notebooks.

    Returns:
        The folder; hand in under `submitted/LEARNER/classification/`.
    """
    source = folder / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    for path in solutions:
        shutil.copy(path, source)
    code, log = run_nbgrader(folder, "generate_assignment", ASSIGNMENT, "--create", timeout=120)
    assert code == 0, log
    return folder


def stock_marks(course, learner, timeout):
    """Grade one learner, in a fresh copy of the gradebook.

    Args:
        course: from `stock_course`.
        learner: has handed in.
        timeout: seconds for all of it.
    """
    url = _fresh_gradebook(course)
    code, log = _autograde(course, url, "--student", learner, timeout=timeout)
    if code == 0 and learner in _graded(course):
        with quiet(), Gradebook(url) as gradebook:
            score = gradebook.find_submission(ASSIGNMENT, learner).score
        return Stock(float(score), told=_tells(log))
    return Stock(None, f"over {timeout} s" if code is None else _short(log), True)


def stock_batch(course, timeout):
    """Grade everybody with one command.

    Args:
        course: from `stock_course`.
        timeout: seconds for all of it.

    Returns:
        Who was graded, how many learners the command came to, and its last error; "" if none.
    """
    code, log = _autograde(course, _fresh_gradebook(course), timeout=timeout)
    errors = _ERROR.findall(log)
    why = f"over {timeout} s" if code is None else errors[-1].strip() if errors else ""
    return _graded(course), log.count("| INFO] Creating/updating student"), why


def _fresh_gradebook(course):
    """The address of a gradebook that knows the assignment and no learner."""
    book = course / "fresh.db"
    shutil.copy(course / "gradebook.db", book)
    shutil.rmtree(course / "autograded", ignore_errors=True)
    return f"sqlite:///{book.as_posix()}"


def _autograde(course, url, *arguments, timeout):
    database = f"--CourseDirectory.db_url={url}"
    return run_nbgrader(course, "autograde", ASSIGNMENT, database, *arguments, timeout=timeout)


def _graded(course):
    """Whose notebook has come through: nbgrader removes what failed."""
    return sorted({path.parts[-3] for path in (course / "autograded").glob("*/*/*.ipynb")})


def run_nbgrader(course, *arguments, timeout):
    """Run one of nbgrader's commands; returns exit code (None: too long) and log."""
    home = course / "home"  # nobody's own settings
    home.mkdir(exist_ok=True)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "HOME": str(home), "PATH": path, "PYTHONPATH": str(ROOT)}
    log = course / "nbgrader.txt"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=course, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file,
            start_new_session=True,
        )  # fmt: skip
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # its kernels too
            process.wait()
    return code, log.read_text("utf-8", "replace")


def _tells(log):
    """True if there is more in it than for an undamaged submission."""
    lines = [line for line in log.splitlines() if _SAID.match(line)]
    return not all(_ALWAYS.search(line) for line in lines)


def _short(log):
    """Why it failed, in one line: the error of the first traceback, or else the first error."""
    found = _RAISED.search(log) or _ERROR.search(log)
    return " ".join(found[1].split()) if found else "it ended without a word"
