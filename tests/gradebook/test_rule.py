"""The same files, settings and ordered decisions give the same marks, whatever command ran when.

Random orders of all that can happen to a class, beside the model of `tests/support/histories.py`.
"""

from __future__ import annotations

import random
import shutil

import pytest

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
