"""The grader, held to the same table, and so to what the learner's own check cells say.

A few notebooks of each kind hold more than half of the rows; `make slow` grades the others.
"""

import pytest

from tests.checks.answers import TABLE
from tests.checks.answers.notebooks import graded, pack_of, problems

FEW = {"01_moons": 12, "02_tanh": 9, "03_spirals": 5}


def row(name):
    """A parameter; slow where its notebook is not one of the few."""
    notebook, *word, number = pack_of(name).split()
    many = not word and int(number) >= FEW[notebook]
    return pytest.param(name, marks=[pytest.mark.slow] if many else [])


@pytest.mark.parametrize("name", map(row, TABLE))
def test_the_grader_is_fair_and_names_the_true_cause(name):
    assert problems(TABLE[name], graded) == []
