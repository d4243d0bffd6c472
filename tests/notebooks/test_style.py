"""Lessons are written as learners write: the linter asks for no form that none has taught."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).parents[2]
PLAIN = """\
for number, letter in zip([1, 2], ["a", "b"]):
    if number > 1:
        print(letter)
rows = [1, 2] + list(range(3))
squares = dict([(row, row**2) for row in rows])
with open("notes.txt") as file:
    print(file.read(), squares)
"""


def found(source):
    notebook = nbformat.writes(new_notebook(cells=[new_code_cell(source, id="a")]))
    place = ROOT / "solutions/classification/09_new.ipynb"
    command = [sys.executable, "-m", "ruff", "check", "--output-format=concise", "--quiet"]
    done = subprocess.run(
        [*command, "--stdin-filename", str(place), "-"],
        input=notebook, capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    assert not done.stderr
    return done.stdout


def test_plain_loops_and_lists_are_no_faults():
    assert found(PLAIN) == ""


def test_what_is_a_fault_everywhere_is_one_here():
    assert "F821" in found("print(unknown)")
