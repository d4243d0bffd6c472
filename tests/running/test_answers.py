"""The grader, held to the same table, and so to what the learner's own check cells say.

A few notebooks of each kind hold a third of the rows, and for each check one that is earned and one
that is lost; `make slow` grades the others.
"""

from collections import defaultdict

import pytest

from autograder.checks.table import CHECKS
from tests.checks.answers import TABLE
from tests.checks.answers.notebooks import graded, pack_of, problems

FEW = {"01_moons": 9, "02_tanh": 4, "03_spirals": 6}


def is_usual(name):
    """Whether a row is graded in each run of the tests."""
    notebook, *word, number = pack_of(name).split()
    return bool(word) or int(number) < FEW[notebook]


def row(name):
    return pytest.param(name, marks=[] if is_usual(name) else [pytest.mark.slow])


@pytest.mark.parametrize("name", map(row, TABLE))
def test_the_grader_is_fair_and_names_the_true_cause(name):
    assert problems(TABLE[name], graded) == []


def test_the_few_hold_for_each_check_one_that_is_earned_and_one_that_is_lost():
    found = defaultdict(set)
    for name in filter(is_usual, TABLE):
        for aspect, check in TABLE[name].checks.items():
            found[check].add(aspect in TABLE[name].lost)
    assert {check for check in CHECKS if found[check] != {True, False}} == set()
