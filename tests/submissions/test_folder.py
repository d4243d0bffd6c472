"""Which of several files counts, whatever lies in the folder."""

import os

import pytest

from autograder.course.lessons import own_lessons
from autograder.submissions.folder import students, submission_of
from tests.support.classes import NAME, ROOT

ODD = {
    "cells are a number": '{"cells": 5}',
    "cells are numbers": '{"cells": [1, 2]}',
    "no such date": '{"cells": [{"metadata": {"execution": {"at": "yesterday"}}}]}',
    "far too many values": '{"cells": [' + "[]," * 2_000_001 + "[]]}",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_of_files_that_cannot_be_graded_the_newest_by_date_is_named(text, tmp_path):
    for age, name in enumerate((f"{NAME}.ipynb", f"{NAME} (1).ipynb")):
        path = tmp_path / name
        path.write_text(text)
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    found = submission_of("eve", tmp_path, [NAME], {}, tmp_path, own_lessons())
    handed = found.notebooks[NAME]
    assert handed.path.name == f"{NAME}.ipynb"
    assert handed.error is not None
    assert len(handed.files) == 2
    assert [flag.code for flag in handed.flags] == ["file_left_out"]


def test_a_folder_is_no_learner_whose_name_formgrader_would_run(tmp_path):
    """Its pages on students write an id into HTML and into a script, as it is."""
    ours = ["O'Neil-Åström", "-5", "=)", "[x](y)", "a;b", "ada@example.org", "王伟"]
    others = ['"-alert(1)-"', "<img src=x onerror=alert(1)>", "a\\", "two\nlines", "a\u202eb"]
    for name in (*ours, *others):
        (tmp_path / name / "classification").mkdir(parents=True)
    assert students(tmp_path, "classification") == (sorted(ours), sorted(others))


@pytest.mark.parametrize(
    "name", ["02_tanh.ipynb.txt", "02_tanh.ipynb.json", "02_tanh.IPYNB", "x", "02_tanh (1).ipynb"]
)
def test_a_notebook_is_one_whatever_it_is_called(tmp_path, name):
    (tmp_path / name).write_bytes((ROOT / f"notebooks/classification/{NAME}.ipynb").read_bytes())
    (tmp_path / "data.json").write_text('{"cells": [1]}')
    (tmp_path / "page.html").write_text("<html>")
    found = submission_of("eve", tmp_path, [NAME], {}, tmp_path, own_lessons())
    assert found.notebooks[NAME].path.name == name
    assert found.notebooks[NAME].error is None
    assert found.notebooks[NAME].flags == []
