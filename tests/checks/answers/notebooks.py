"""Puts rows of the table into notebooks, as few as hold them all, and runs these in two ways.

A notebook holds one answer to each of its exercises. A cell above each makes all that it builds
upon anew, so that no answer suffers from an earlier one.
"""

from __future__ import annotations

import atexit
import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
import numpy
from IPython.utils.capture import capture_output
from traitlets.config import Config

from autograder.checks.table import BLANK, CHECKS, PARTS
from autograder.checks.words.display import VERDICT, CheckFailed
from autograder.checks.words.verdict import HEADINGS
from autograder.running.marks import read_marks
from autograder.running.notebook import run_notebook
from autograder.running.one_file import check_file
from tests.attacks.attack import QUICK, notebook_of
from tests.checks.answers import TABLE
from tests.checks.answers.answer import Answer
from tests.support import damage
from tests.support.lesson import Lesson

#: Given cells that setup, answers and checks rely on; the others are left out.
NEEDED = ("setup", "imports", "clouds-data", "arms", "log")
#: What an exercise builds upon, in this order.
UPON = {
    "model": ("data",),
    "loss_optimizer": ("data", "model"),
    "outputs": ("data", "model"),
    "train": ("data", "model", "loss_optimizer"),
    "plot": ("data", "model", "loss_optimizer"),
}
#: Seeds of draws on which losses, which are asked in a moment, have to earn the same.
DRAWS = range(2**90, 2**90 + 30)
#: Of the grader's draws, so that a failure can be had again.
SECRET = 0x6D61726B
#: Enough for a boundary that bends; not seen as the training exercise, which is another cell.
SOME_TRAINING = """
for _ in range(60):
    answers = {name}(X_train)
    some_loss = loss_fn(answers.squeeze(1) if answers.shape[1] == 1 else answers, y_train)
    optimizer.zero_grad()
    some_loss.backward()
    optimizer.step()
"""


@dataclass(frozen=True)
class Said:
    """What was said in a check's place: whether it passed, and all of its words.

    `by_chance` tells that other draws would have given another mark.
    """

    passed: bool
    words: str
    by_chance: bool = False


@cache
def packs() -> dict[str, tuple[Answer, ...]]:
    """Rows by notebook, whose name begins with the released one's, such as `01_moons 3`.

    In a mixed order, so that a few notebooks hold answers of each kind.
    """
    here = [row for row in TABLE.values() if not row.elsewhere]
    random.Random(0).shuffle(here)
    return {
        **_packed(here, ""),
        **_packed([row for row in TABLE.values() if row.elsewhere], "elsewhere "),
    }


def _packed(rows: list[Answer], word: str) -> dict[str, tuple[Answer, ...]]:
    found = {}
    for notebook in damage.NAMES:
        queues = [
            [row for row in rows if row.part == part]
            for part in PARTS
            if notebook_of(part) == notebook
        ]
        for number, together in enumerate(zip_longest(*queues)):
            found[f"{notebook} {word}{number}"] = tuple(filter(None, together))
    return found


@cache
def pack_of(name: str) -> str:
    """The notebook of a row."""
    return next(pack for pack, rows in packs().items() if any(row.name == name for row in rows))


def written(pack: str) -> dict[str, Any]:
    """A notebook's JSON.

    One from elsewhere is as a learner hands it in, the other exercises done as far as there is an
    answer that takes no time, because it has to be mended. In others a cell of ours stands above
    each answer.
    """
    rows = {row.part: row for row in packs()[pack]}
    notebook, whole = damage.released(pack.split()[0]), "elsewhere" in pack
    changed = [change for row in rows.values() for change in row.given.items()]
    given = dict(changed)
    assert len(given) == len(changed), f"two rows of {pack} change the same cell"
    cells = []
    for cell in notebook["cells"]:
        name, text = cell["id"], damage.text(cell)
        if damage.is_given(cell):
            cell["source"] = given.get(name, text if name in NEEDED else "pass")
        elif name in PARTS and (name in rows or (whole and name in QUICK)):
            assert BLANK in text
            row = rows.get(name) or Answer("honest", "", QUICK[name], part=name)
            if not whole:
                cells.append({**damage.code(_upon(row)), "id": f"upon-{name}"})
            first = [] if row.headless else [text.splitlines()[0]]
            cell["source"] = "\n".join([*first, row.code])
        cells.append(cell)
        if name in rows and rows[name].rest:
            cells.append({**damage.code(rows[name].rest), "id": f"rest-{name}"})
    return {**notebook, "cells": cells}


def _upon(row: Answer) -> str:
    dataset, _, task = row.part.partition("_")
    parts = [f"{dataset}_{each}" for each in UPON.get(task, ())]
    lines = [row.before.get(part, QUICK[part]) for part in parts]
    if lines:
        lines[:0] = [
            "from helpers.accuracy import accuracy, logits_to_labels",
            "from helpers.plotting import plot_decision_boundary",
        ]
    if task == "train":
        lines.append("log = ProgressLog(every=10)")
    if task == "plot":
        lines.append(SOME_TRAINING.format(name=PARTS[row.part].model))
    return "\n".join(lines) or "pass"


@cache
def session(pack: str) -> dict[str, Said]:
    """What the check cells say to the learner, in one session, by check."""
    lesson = Lesson(pack.split()[0], until=None)
    atexit.unregister(lesson.shell.atexit_operations)
    lesson.run("import autograder.checks")
    numpy.random.seed(0)  # some rows split without a seed
    said = {}
    for cell in written(pack)["cells"]:
        if cell["cell_type"] != "code" or (damage.is_given(cell) and cell["id"] in NEEDED[:-1]):
            continue
        run = lesson.shell.run_cell
        if cell["id"] not in CHECKS:
            run(damage.text(cell), cell_id=cell["id"])
            continue
        with capture_output() as shown:
            failed = run(damage.text(cell), cell_id=cell["id"]).error_in_exec
        if isinstance(failed, CheckFailed):
            passed, words = False, failed.shown
        else:
            passed, words = True, shown.outputs[-1].metadata[VERDICT]["message"]
        draws = DRAWS if CHECKS[cell["id"]].kind == "loss" else ()
        by_chance = any(lesson.verdict(cell["id"], seed).passed != passed for seed in draws)
        said[cell["id"]] = Said(passed, words, by_chance)
    return said


@cache
def graded(pack: str) -> dict[str, Said]:
    """The same from the grader."""
    notebook = nbformat.reads(json.dumps(written(pack)), as_version=4)
    if "elsewhere" in pack:
        with TemporaryDirectory() as folder:
            path = Path(folder, f"{pack.split()[0]}.ipynb")
            nbformat.write(notebook, path)
            marks = check_file(path, config=Config({"Sandbox": {"warm": True}}))
    else:
        run_notebook(notebook, config=Config(), secret=SECRET)
        marks = read_marks(notebook, pack.split()[0])
    return {
        cell.grade_id: Said(cell.score > 0, f"{HEADINGS[cell.outcome]}\n{cell.message}")
        for cell in marks.cells
    }


def problems(row: Answer, run: Callable[[str], Mapping[str, Said]]) -> list[str]:
    """In what a run and a row differ."""
    found = []
    said = run(pack_of(row.name))
    for aspect, check in row.checks.items():
        got, pattern = said[check], row.lost.get(aspect, row.told.get(aspect, ""))
        if got.passed != (aspect not in row.lost):
            fair, is_so = ("earned", "lost") if aspect not in row.lost else ("lost", "earned")
            found.append(f"{aspect} should be {fair}, and is {is_so}: {got.words}")
        elif got.by_chance:
            found.append(f"{aspect} is earned with some draws, and lost with others: {got.words}")
        elif not re.search(pattern, got.words):
            found.append(f"{aspect} does not say {pattern!r}: {got.words}")
        elif row.never and re.search(row.never, got.words):
            found.append(f"{aspect} says {row.never!r}, which is not so: {got.words}")
    return found
