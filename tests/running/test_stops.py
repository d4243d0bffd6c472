"""Notebooks whose code dies, hangs or floods: what ran keeps its marks, the rest earns 0."""

from __future__ import annotations

import copy

import pytest
from nbgrader.utils import determine_grade
from traitlets.config import Config

from autograder.checks.table import PARTS
from autograder.course.folders import cell_name, masters
from autograder.kernels.limits import MIB, Limits
from autograder.running.marks import read_marks
from autograder.running.notebook import RUN, run_notebook
from autograder.running.stops import mark


def marks_of(*, name="03_spirals", limits=None, **answers):
    """The marks of the solved notebook with some of its cells exchanged."""
    notebook = copy.deepcopy(masters()[name])
    for cell in notebook.cells:
        if cell_name(cell) in answers:
            cell.source = answers[cell_name(cell)]
    config = Config()
    for limit, value in (limits or {}).items():
        setattr(config.Sandbox, limit, value)
    run_notebook(notebook, config=config)
    for cell in notebook.cells:
        assert all(len(output.get("text", "")) <= MIB for output in cell.get("outputs", []))
    return notebook, read_marks(notebook, name)


def codes(marks, part):
    return {(cell.code, cell.outcome, cell.score) for cell in marks.cells if cell.part == part}


def full(marks, *parts):
    return all(c.score == c.max_score for c in marks.cells if c.part in parts)


def test_parts_before_a_death_keep_their_points():
    notebook, marks = marks_of(spirals_loss_optimizer="# Exercise 7c\nimport os; os._exit(1)")
    assert full(marks, "spirals_data", "spirals_model")
    assert marks.score == sum(
        sum(PARTS[part].checks.values()) for part in ("spirals_data", "spirals_model")
    )
    for part in ("spirals_loss_optimizer", "spirals_train", "spirals_plot"):
        assert codes(marks, part) == {("kernel_died", "raised", 0.0)}
    assert notebook.metadata[RUN]["stopped"] == ["kernel_died"]
    label = PARTS["spirals_loss_optimizer"].label
    assert f"Python itself ended in exercise {label}" in marks.cells[-1].message
    # nbgrader, which gives full marks to silence, reads the same.
    scores = [
        determine_grade(c) for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")
    ]
    assert sum(score for score, _ in scores) == marks.score


def test_an_endless_loop_costs_its_part_alone():
    _, marks = marks_of(
        name="02_tanh",
        limits={"cell_seconds": 8},
        tanh="# Exercise 6\nwhile True:\n    pass",
    )
    assert codes(marks, "tanh") == {("cell_timeout", "raised", 0.0)}
    assert "took longer than 8 seconds" in marks.cells[0].message


def test_an_answer_that_hangs_when_it_is_asked_costs_its_own_points():
    notebook, marks = marks_of(
        name="02_tanh",
        limits={"cell_seconds": 4},
        tanh="# Exercise 6\ndef tanh(x):\n    while True:\n        pass",
    )
    assert [cell.score for cell in marks.cells] == [0, 0, 0, 0]
    assert codes(marks, "tanh") == {("cell_timeout", "raised", 0.0)}
    assert "The cell of a check of exercise 6 took longer" in marks.cells[-1].message
    last = next(cell for cell in notebook.cells if cell.id == "check-stable-bce")
    assert "Correct" in str(last.outputs), "the cells after it still run"


def test_a_flood_costs_its_part_alone():
    _, marks = marks_of(
        limits={"output": MIB},
        spirals_data="# Exercise 7a\nwhile True: print('x' * 500)",
    )
    assert codes(marks, "spirals_data") == {("too_much_output", "raised", 0.0)}
    assert full(marks, "spirals_model"), "the checks after it still run"


def test_memory_over_the_limit_is_named():
    _, marks = marks_of(
        name="02_tanh",
        limits={"memory": 1024 * MIB},
        tanh="# Exercise 6\nimport os, time\nfor _ in range(3):\n    if os.fork() == 0:\n"
        "        x = b'x' * 500_000_000; time.sleep(30); os._exit(0)\ntime.sleep(30)",
    )
    assert codes(marks, "tanh") == {("too_much_memory", "raised", 0.0)}
    assert "more than 1 GiB" in marks.cells[0].message


#: Every cause that a kernel can give.
CAUSES = (
    "kernel_died",
    "cell_timeout",
    "notebook_timeout",
    "too_much_output",
    "too_much_memory",
    "too_many_processes",
    "too_much_disk",
)


@pytest.mark.parametrize("code", CAUSES)
def test_every_cause_is_said_with_its_limits_filled_in(code):
    notebook = copy.deepcopy(masters()["02_tanh"])
    place = next(n for n, cell in enumerate(notebook.cells) if cell_name(cell) == "tanh")
    mark(notebook, {place: code}, place, Limits())
    said = next(c for c in notebook.cells if c.id == "check_tanh_values").outputs[0].evalue
    assert said.startswith(f"{code}: Your code raised an error - exercise 6")
    assert "exercise 6" in said.splitlines()[1]
    assert "Next: " in said
    assert "{" not in said
