"""Every learner of the sample class passes the checks that the work deserves, and no others."""

import pytest

from autograder.demo.sample import sample_class
from tests.demo.classroom import play


@pytest.mark.parametrize("learner", sample_class(), ids=lambda learner: learner.name)
def test_marks_are_deserved_and_stated_in_the_file(learner):
    verdicts = play(learner)
    messages = {check: v.text() for check, v in verdicts.items() if not v.passed}
    assert {check for check, v in verdicts.items() if v.passed} == learner.passes, messages
