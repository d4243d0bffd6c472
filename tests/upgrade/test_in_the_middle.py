"""Who has begun with the notebooks of an earlier release is graded as when they were new."""

from __future__ import annotations

import json
import tarfile

import nbformat
import pytest

from autograder.running.notebook import run_notebook
from tests.upgrade.in_the_middle import KEPT, WORTH, course_with, worth


def test_solved_and_half_solved_notebooks_are_worth_what_they_were(tmp_path):
    assert worth(course_with(tmp_path)) == json.loads(WORTH.read_text("utf-8"))


@pytest.mark.parametrize("name", ["01_moons", "02_tanh", "03_spirals"])
def test_whoever_goes_on_meets_no_error(name, tmp_path):
    """Every cell, pictures too, with today's helpers and checks."""
    with tarfile.open(KEPT) as packed:
        packed.extractall(tmp_path, filter="data")
    old = nbformat.read(tmp_path / f"submitted/ada/classification/{name}.ipynb", as_version=4)
    cells = run_notebook(old, whole=True).cells
    outputs = [each for cell in cells for each in cell.get("outputs", [])]
    assert [each.ename for each in outputs if each.output_type == "error"] == []
