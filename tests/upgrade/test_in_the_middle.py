"""Who has begun with the notebooks of an earlier release is graded as when they were new."""

from __future__ import annotations

import json

from tests.upgrade.in_the_middle import WORTH, course_with, worth


def test_solved_and_half_solved_notebooks_are_worth_what_they_were(tmp_path):
    assert worth(course_with(tmp_path)) == json.loads(WORTH.read_text("utf-8"))
