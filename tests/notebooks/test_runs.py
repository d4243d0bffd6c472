"""The notebooks in real kernels: untouched, solved, and with every cell run twice."""

import json

import nbformat
import pytest

from autograder.kernels.limits import Limits
from autograder.running.marks import read_marks
from autograder.running.notebook import run_notebook
from tests.support.released import read

NAMES = ("01_moons", "02_tanh", "03_spirals")


def stderr(notebook):
    return [
        (cell.id, output.text)
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stderr"
    ]


def errors(notebook):
    return [
        (cell.id, output.ename, output.evalue)
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]


@pytest.mark.parametrize("name", NAMES)
def test_an_untouched_notebook_runs_to_its_end_and_earns_nothing(name):
    notebook = run_notebook(read("notebooks", name))
    marks = read_marks(notebook, name)
    assert {cell.outcome for cell in marks.cells} == {"not_started"}
    assert {cell.code for cell in marks.cells} == {"blank"}
    assert marks.score == 0
    assert {ename for _, ename, _ in errors(notebook)} == {"NotStarted"}
    assert not stderr(notebook)


@pytest.mark.parametrize("name", NAMES)
def test_a_solution_earns_full_marks_without_a_warning(name):
    notebook = run_notebook(read("solutions", name))
    marks = read_marks(notebook, name)
    assert marks.score == marks.max_score
    assert not errors(notebook)
    assert not stderr(notebook)
    table = next(c for c in notebook.cells if "autograder.checks.summary(" in c.source)
    points = f"{marks.max_score:g} of {marks.max_score:g} points"
    assert f"Together: {points}" in table.outputs[0].text
    # A learner draws and prints more than the solution does; a grader stops what floods.
    shown = sum(len(json.dumps(cell.get("outputs", []))) for cell in notebook.cells)
    assert shown < Limits().output / 2


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_can_be_run_twice(name):
    notebook = read("solutions", name)
    twice = []
    for cell in notebook.cells:
        twice.append(cell)
        if cell.cell_type == "code":
            again = nbformat.from_dict(cell)
            again.id = f"again-{cell.id}"[:64]
            twice.append(again)
    notebook.cells = twice
    run_notebook(notebook)
    marks = read_marks(notebook, name)
    assert not errors(notebook)
    assert not stderr(notebook)
    assert marks.score == marks.max_score
