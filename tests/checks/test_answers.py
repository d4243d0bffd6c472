"""The learner's own check cells, held to what is fair to each answer of the table."""

from collections import Counter

import pytest

from autograder.checks.table import CHECKS
from tests.checks.answers import TABLE
from tests.checks.answers.answer import aspect_of
from tests.checks.answers.notebooks import problems, session


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if not row.elsewhere])
def test_a_check_cell_is_fair_and_names_the_true_cause(name):
    assert problems(TABLE[name], session) == []


def test_each_check_has_two_honest_answers_and_two_wrong_ones_and_one_that_is_not_earned():
    honest, wrong, unearned = Counter(), Counter(), Counter()
    for row in TABLE.values():
        for aspect, check in row.checks.items():
            honest[check] += row.kind == "honest" and aspect not in row.lost
            wrong[check] += row.kind == "wrong" and aspect in row.lost
            unearned[check] += row.kind == "unearned" and aspect in row.lost
    assert {check for check in CHECKS if min(honest[check], wrong[check]) < 2} == set()
    assert {check for check in CHECKS if not unearned[check]} == set()
    assert all(aspect_of(check) for check in CHECKS)
