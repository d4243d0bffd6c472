"""A class in which each learner's right answers met with one kind of damage, graded twice."""

import copy
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field

from nbgrader.api import Gradebook

from autograder.course.folders import ASSIGNMENT
from autograder.course.nbgrader_log import quiet
from tests.support.classes import ROOT, hand_in, new_course
from tests.support.damage import DAMAGE, filled
from tests.support.kept import records
from tests.support.stock import Stock, stock_batch, stock_course, stock_marks
from tests.support.unreadable import unreadable

#: The learner whose notebook nothing has happened to; no total counts it.
UNDAMAGED = "undamaged"
#: Seconds for one learner, and for each in a batch, under nbgrader as it comes.
_ONE, _EACH = 180, 60


@dataclass
class Row:
    """One kind of damage, and what became of it.

    Attributes:
        learner: the damage's name, and the learner's id in both gradebooks.
        content: the file that was handed in.
        reason: the code of the reason why it cannot be read; "" if it can.
        here, told, asks: marks by `autograder grade`, codes of what it said, and whether a person
            is asked to confirm.
        stock: the same file under nbgrader as it comes; None if that was not tried.
    """

    learner: str
    content: bytes
    reason: str = ""
    here: float | None = None
    told: list[str] = field(default_factory=list)
    asks: bool = False
    stock: Stock | None = None


def damaged_class(name, only=()):
    """A row for an undamaged notebook, each kind of damage and each unreadable file.

    Args:
        name: of the notebook, such as `02_tanh`.
        only: learners to take; empty for all.

    Raises:
        ValueError: there is no such damage; the message says what there is.
    """
    rows = [Row(UNDAMAGED, json.dumps(filled(name)).encode())]
    for case in DAMAGE:
        notebook = copy.deepcopy(filled(name))
        case.damage(notebook)
        learner = case.damage.__name__.replace("_", "-")
        rows.append(Row(learner, json.dumps(notebook).encode()))
    rows += [Row(each.label, each.content, each.code) for each in unreadable(name)]
    if unknown := set(only) - {row.learner for row in rows}:
        known = ", ".join(row.learner for row in rows)
        raise ValueError(f"no damage is called {', '.join(sorted(unknown))}; there are {known}")
    return [row for row in rows if not only or row.learner in only]


def grade_here(folder, name, rows):
    """Grade all with one run of `autograder grade`; fills the rows, returns the full marks.

    Args:
        folder: an empty one, for the course.
        name: of the notebook.
        rows: from `damaged_class`.
    """
    course = new_course(folder, (name,))
    for row in rows:
        hand_in(course, row.learner, row.content, f"{name}.ipynb")
    command = [sys.executable, "-m", "autograder.cli", "grade"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=course, env=environment, check=False)
    assert done.returncode in (0, 1), f"autograder grade ended with {done.returncode}"
    found = records(course)
    url = f"sqlite:///{(course / 'grading/gradebook.db').as_posix()}"
    with quiet(), Gradebook(url) as gradebook:
        most = float(gradebook.find_assignment(ASSIGNMENT).max_score)
        for row in rows:
            submission = gradebook.find_submission(ASSIGNMENT, row.learner)
            marks = found[row.learner][name]["marks"]
            notes = marks["mended"] + marks["flags"] + ([marks["error"]] if marks["error"] else [])
            row.here = float(submission.score)
            row.told = list(dict.fromkeys(note["code"] for note in notes))
            row.asks = bool(submission.needs_manual_grade)
    return most


def grade_stock(folder, name, rows, say):
    """Grade under nbgrader as it comes: each alone, and then all with one command.

    Args:
        folder: an empty one, for the course.
        name: of the notebook.
        rows: from `damaged_class`; they are filled.
        say: is told what begins, and how much is done.

    Returns:
        Of the one command: how many learners it graded, how many it came to, its last error.
    """
    say("generate_assignment", 0)
    course = stock_course(folder, [ROOT / "solutions" / ASSIGNMENT / f"{name}.ipynb"])
    for row in rows:
        path = course / "submitted" / row.learner / ASSIGNMENT / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(row.content)
    for done, row in enumerate(rows):
        say(f"nbgrader autograde --student {row.learner}", done)
        row.stock = stock_marks(course, row.learner, _ONE)
    say("nbgrader autograde, the whole class", len(rows))
    graded, reached, why = stock_batch(course, _EACH * len(rows))
    return len(graded), reached, why
