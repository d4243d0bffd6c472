"""Honest answers in every form that we know are graded with full marks, and nobody has to look.

A few of each notebook in every run; `make slow` grades all of them.
"""

from __future__ import annotations

import json
from itertools import islice

import nbformat
import pytest
from traitlets.config import Config

from autograder.running.marks import read_marks
from autograder.running.notebook import run_notebook
from tests.support import damage
from tests.support.honest_forms import (
    BCE,
    CROSS,
    MOON_MODELS,
    MOON_TRAININGS,
    SHORT,
    SPIRALS,
    SPIRALS_SHORT,
    TANH,
)
from tests.support.playing import solution

MOONS_BEGUN = {
    "moons_model": solution("moons_model"),
    "moons_loss_optimizer": BCE,
    "moons_train": SHORT,
}
SPIRALS_BEGUN = {"spirals_loss_optimizer": CROSS, "spirals_train": SPIRALS_SHORT}
#: By notebook and form: what is not answered as in the solution.
FORMS = {
    "01_moons": {
        name: {**MOONS_BEGUN, **MOON_MODELS.get(name, {}), **MOON_TRAININGS.get(name, {})}
        for name in (*MOON_MODELS, *MOON_TRAININGS)
    },
    "02_tanh": {name: {"tanh": code} for name, (code, _) in TANH.items()},
    "03_spirals": {name: {**SPIRALS_BEGUN, **answers} for name, answers in SPIRALS.items()},
}
#: Forms of tanh that do not hold far from zero, and so have 4 of 5.
PLAIN = {name for name, (_, stable) in TANH.items() if not stable}
FEW = 2


def cases():
    for notebook, forms in FORMS.items():
        usual = set(islice(forms, 0, None, max(1, len(forms) // FEW)))
        for name in forms:
            marks = [] if name in usual else [pytest.mark.slow]
            lost = ["tanh_overflow"] if notebook == "02_tanh" and name in PLAIN else []
            case = (notebook, forms[name], lost)
            yield pytest.param(*case, id=f"{notebook}-{name}", marks=marks)


@pytest.mark.parametrize(("notebook", "answers", "lost"), cases())
def test_an_honest_notebook_has_full_marks_and_no_flag(notebook, answers, lost):
    written = damage.filled(notebook)
    for cell in written["cells"]:
        if (code := answers.get(cell["id"])) is not None:
            cell["source"] = f"{damage.text(cell).splitlines()[0]}\n{code}"
    graded = nbformat.reads(json.dumps(written), as_version=4)
    run_notebook(graded, config=Config())
    marks = read_marks(graded, notebook)
    assert [cell.code for cell in marks.cells if not cell.score] == lost
    assert marks.flags == []


def test_there_are_at_least_sixty():
    assert sum(map(len, FORMS.values())) >= 60
