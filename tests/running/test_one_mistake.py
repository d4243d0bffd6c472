"""Whole notebooks through the grader: what one mistake costs, and what pictures are worth."""

from __future__ import annotations

import json

import nbformat
import pytest

from autograder.checks.table import PART_OF
from autograder.running.marks import read_marks
from autograder.running.notebook import run_notebook
from tests.attacks.attack import QUICK, Attack

DRAW = "plot_decision_boundary({0}, X_{1}, y_{1})\n"
BESIDE = (
    "plt.figure(figsize=(12, 6))\nplt.subplot(1, 2, 1)\nplt.title('Train')\n"
    + DRAW.format("{0}", "train")
    + "plt.subplot(1, 2, 2)\nplt.title('Test')\n"
    + DRAW.format("{0}", "test")
)
RESET = "import matplotlib\nmatplotlib.rcdefaults()\n"
ARRAYS_FIRST = (
    "X_train, X_test, y_train, y_test = "
    "train_test_split(spiral_points, spiral_classes, test_size=0.2, random_state=42)\n"
    "X_train, X_test = torch.tensor(X_train).float(), torch.tensor(X_test).float()\n"
    "y_train, y_test = torch.tensor(y_train), torch.tensor(y_test)"
)
ROWS = {
    "settings-taken-back": ("01_moons", {"moons_plot": RESET + BESIDE.format("moon_model")}, ()),
    "and-shown": ("03_spirals", {
        "spirals_plot": RESET + BESIDE.format("spiral_model") + "plt.show()"}, ()),
    "a-fifth-to-train": ("01_moons", {
        "moons_data": QUICK["moons_data"].replace("test_size", "train_size"),
        "moons_plot": BESIDE.format("moon_model")}, ("moons_data_split",)),
    "arrays-first": ("03_spirals", {"spirals_data": ARRAYS_FIRST}, ("spirals_data_tensors",)),
    "regions-of-nobody": ("01_moons", {"moons_plot": "for X_ in (X_train, X_test):\n"
        "    plt.figure()\n    plt.imshow([[0, 1], [1, 0]], extent=(-2, 3, -2, 2))\n"
        "    plt.scatter(*X_.T)"}, ("moons_plot",)),
    "both-in-one": ("03_spirals", {"spirals_plot": (DRAW.format("spiral_model", "train")
        + DRAW.format("spiral_model", "test")).replace(")", ", ax=plt.gca())")}, ("spirals_plot",)),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_what_it_costs(name: str) -> None:
    notebook, answers, lost = ROWS[name]
    learner = Attack(name, "honest", "", notebook, answers, lost=lost)
    run = run_notebook(nbformat.reads(json.dumps(learner.handed_in({})), as_version=4))
    marks = read_marks(run, notebook).cells
    failed = {mark.grade_id: mark.message for mark in marks if mark.score < mark.max_score}
    assert set(failed) == {f"check_{each}" for each in lost} <= set(PART_OF), failed
    assert len(marks) == len([check for check in PART_OF if check.split("_")[1] in notebook])
