"""The same files, settings and ordered decisions give the same marks, whatever command ran when.

Random orders of all that can happen to a class, beside the model of `tests/support/histories.py`.
"""

from __future__ import annotations

import random
import shutil

import pytest

from autograder.gradebook.decisions import POINTS, SAME, Decision, Decisions
from tests.support.histories import LEARNERS, Class, graded, happen  # noqa: F401 - a fixture


@pytest.mark.parametrize("seed", range(6))
def test_marks_are_what_all_that_was_done_says(graded, tmp_path, monkeypatch, seed):  # noqa: F811
    folder, found = graded
    shutil.copytree(folder, tmp_path / "course")
    monkeypatch.chdir(tmp_path / "course")
    chance = random.Random(seed)
    a_class = Class(tmp_path / "course", found)
    for student in LEARNERS:
        a_class.resubmit(student, student)
    a_class.grade()
    done = []
    for _ in range(25):
        done.append(happen(a_class, chance, wider=True))
        a_class.show()
        assert a_class.actual() == a_class.expected(), done
    again = [a_class.show, a_class.regrade, lambda: a_class.grade(force=True)]
    a_class.grade()  # what was handed in and not yet graded
    expected = a_class.expected()
    for command in chance.sample(again, 3):
        command()
        assert a_class.actual() == expected, (done, command)


@pytest.mark.parametrize(("file", "number"), [("one", 1), ("two", 3), ("three", 1), ("", 1)])
def test_what_was_confirmed_for_one_file_hides_no_points_for_another(file, number):
    """Two ids that become one learner's have decided about a file each."""
    made = [
        Decision("ada", "check_x", POINTS, "N. N.", "", "", points=2.0, submission="one", number=1),
        Decision("ada", "check_y", POINTS, "N. N.", "", "", points=1.0, submission="one", number=2),
        Decision("ada", "check_x", SAME, "N. N.", "", "", points=3.0, submission="two", number=3),
    ]
    found = Decisions(made).about("ada", "02_tanh", "check_x", file)
    assert found is not None
    assert found.number == number
