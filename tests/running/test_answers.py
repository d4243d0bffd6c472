"""The grader, held to the same table; and to what the learner's own check cells say."""

import pytest

from tests.checks.answers import TABLE
from tests.checks.answers.notebooks import graded, problems


@pytest.mark.parametrize("name", TABLE)
def test_the_grader_is_fair_and_names_the_true_cause(name):
    assert problems(TABLE[name], graded) == []
