"""Which notebook, and which released revision of it, a submission was made from."""

from __future__ import annotations

import copy
import json

import nbformat
import pytest

from autograder.checks.table import PART_OF
from autograder.course.folders import masters
from autograder.course.lessons import own_lessons
from autograder.course.releases import keep
from autograder.mending.mend import mend
from autograder.submissions.cells import cells_of, listed_cells
from autograder.submissions.identify import fitting_template
from autograder.submissions.read import NotGradable
from tests.support import damage
from tests.support.damage import NAMES


def submitted(notebook):
    return cells_of(notebook, listed_cells(notebook))


@pytest.fixture
def course(tmp_path):
    """A clone without notebooks of its own, which keeps releases."""
    (tmp_path / "classification").mkdir()
    return tmp_path


def older(course, change) -> dict:
    """Keep a changed 02_tanh as an earlier release; returns it as a learner filled it."""
    notebook = damage.released("02_tanh")
    change(notebook["cells"])
    path = course / "classification/02_tanh.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    keep(course, path)
    answer = next(c for c in damage.filled("02_tanh")["cells"] if c["id"] == "tanh")
    for cell in notebook["cells"]:
        if cell["id"] == "tanh":
            cell["source"] = answer["source"]
    return notebook


def sources(notebook) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "strip", [lambda notebook: None, damage.strip_all, damage.only_text_of_answers]
)
def test_a_notebook_is_known_by_its_cells(strip, name, course):
    notebook = damage.filled(name)
    strip(notebook)
    template, notes = fitting_template(submitted(notebook), "a file", course, own_lessons())
    assert (template.name, template.revision, notes) == (name, "", [])


@pytest.mark.parametrize(
    "source",
    ["1 + 1", "", "# Exercise 1: something else\nX = 1\ny = 2", "import torch\nloss_fn = None"],
)
def test_another_notebook_is_not_ours(source, course):
    notebook = {"nbformat": 4, "cells": [damage.code(source)]}
    with pytest.raises(NotGradable) as raised:
        fitting_template(submitted(notebook), "mine.ipynb", course, own_lessons())
    assert raised.value.code == "not_ours"
    assert "mine.ipynb" in str(raised.value)


def test_given_cells_of_an_older_release_are_not_taken_for_the_learners(course):
    def change(cells):
        for cell in cells:
            if cell["id"] == "sigmoid":
                cell["source"] = ["older_example = 1\n", "print('as it was')"]
            if cell["id"] == "answer-3":
                cell["id"] = "given-old"
                cell["source"] = ["entirely_other = 'code'"]

    notebook = older(course, change)
    template, notes = fitting_template(submitted(notebook), "a file", course, own_lessons())
    assert [note.code for note in notes] == ["older_release"]
    assert template.revision in notes[0].message
    result = mend(submitted(notebook), template)
    assert (result.mended, result.flags) == ([], [])
    own = [damage.text(c) for c in notebook["cells"] if damage.is_given(c)]
    assert [s for s in sources(result.notebook) if s in own] == own
    assert "entirely_other = 'code'" in sources(result.notebook)


def test_the_current_release_is_preferred_among_equals(course):
    notebook = older(course, lambda cells: cells[4].update(source=["Other text."]))
    notebook["cells"] = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    template, notes = fitting_template(submitted(notebook), "a file", course, own_lessons())
    assert (template.revision, notes) == ("", [])


def test_points_are_those_of_today_whatever_was_released(course):
    """The older release lacks one check, has one that is no more, and other points."""

    def change(cells):
        cells[:] = [cell for cell in cells if cell["id"] != "check_tanh_pure"]
        place = next(n for n, cell in enumerate(cells) if cell["id"] == "check_tanh_values")
        cells[place]["metadata"]["nbgrader"]["points"] = 50
        old = copy.deepcopy(cells[place])
        old["id"] = old["metadata"]["nbgrader"]["grade_id"] = "check_tanh_old"
        old["source"] = ['autograder.checks.check("check_tanh_old", globals())']
        cells.insert(place, old)
        cells.insert(place, damage.code("older = 'given cell'"))

    notebook = older(course, change)
    template, notes = fitting_template(submitted(notebook), "a file", course, own_lessons())
    assert [note.code for note in notes] == ["older_release"]
    result = mend(submitted(notebook), template).notebook
    nbformat.validate(result)
    points = {
        cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points
        for cell in result.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    assert points == {c: p for c in PART_OF for p in [PART_OF[c].checks[c]] if "tanh" in c}
    assert not any("check_tanh_old" in source for source in sources(result))
    assert "older = 'given cell'" in sources(result)


def test_an_exercise_that_came_later_is_blank(course):
    def change(cells):
        cells[:] = [cell for cell in cells if "tanh" not in cell["id"]]
        cells.append(damage.code("tail = 1"))

    notebook = older(course, change)
    template, _ = fitting_template(submitted(notebook), "a file", course, own_lessons())
    assert template.revision
    keys = [slot.key for slot in template.slots]
    marked = (c.id for c in masters()["02_tanh"].cells if "nbgrader" in c.metadata)
    own = [key for key in marked if "tanh" in key]
    assert [key for key in keys if "tanh" in key] == own
    result = mend(submitted(notebook), template)
    (cell,) = (c for c in result.notebook.cells if c.id == "tanh")
    assert "# YOUR CODE HERE" in cell.source
    assert "sigmoid" not in cell.source


def test_an_exercise_that_is_no_more_still_runs(course):
    def change(cells):
        place = next(n for n, cell in enumerate(cells) if cell["id"] == "tanh")
        old = copy.deepcopy(cells[place])
        old["id"] = old["metadata"]["nbgrader"]["grade_id"] = "warm_up"
        old["source"] = ["# Warm up.\n# YOUR CODE HERE\npass"]
        cells.insert(place, old)

    notebook = older(course, change)
    for cell in notebook["cells"]:
        if cell["id"] == "warm_up":
            cell["source"] = ["# Warm up.\nwarm = 1"]
    template, _ = fitting_template(submitted(notebook), "a file", course, own_lessons())
    result = mend(submitted(notebook), template)
    place = sources(result.notebook).index("# Warm up.\nwarm = 1")
    assert sources(result.notebook)[place + 1].startswith("# Exercise 6")
    nbformat.validate(result.notebook)
