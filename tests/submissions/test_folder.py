"""Which of several files counts, whatever lies in the folder."""

import os

import pytest

from autograder.course.lessons import own_lessons
from autograder.submissions.folder import submission_of
from tests.support.classes import NAME

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
