"""Which submitted cell answers which released one, and how that was found."""

from __future__ import annotations

import copy

import pytest
from nbformat.v4 import new_code_cell

from autograder.checks.table import PARTS
from autograder.course.cell_text import bound_names, is_blank, likeness, words
from autograder.course.folders import masters
from autograder.course.releases import current, released_notebooks
from autograder.course.template import Template, template_of
from autograder.mending.match import match
from autograder.submissions.cells import Cell
from tests.support import damage
from tests.support.damage import NAMES

TANH = "# Exercise 6: complete the function.\ndef tanh(x):\n    return 2 * torch.sigmoid(2 * x) - 1"
PLAIN = TANH.split("\n", 1)[1]


def cells_of(name) -> list[Cell]:
    return [
        Cell(
            cell["cell_type"],
            damage.text(cell),
            damage.marks(cell).get("grade_id", ""),
            cell["id"],
        )
        for cell in damage.filled(name)["cells"]
    ]


def found(cells, template) -> list[tuple[str, str]]:
    """Key and way of each cell, in order; ("", "") for an extra cell."""
    matches = match(cells, template)
    return [
        (template.slots[matches[n].slot].key, matches[n].how) if n in matches else ("", "")
        for n in range(len(cells))
    ]


def keys(template) -> list[str]:
    return [slot.key for slot in template.slots]


@pytest.mark.parametrize("name", NAMES)
def test_each_of_the_four_ways_finds_every_cell(name):
    template = current()[name]
    cells = cells_of(name)
    solutions = {slot.key for slot in template.slots if slot.kind == "solution"}

    ways = dict(found(cells, template))
    assert list(ways) == keys(template)
    assert {ways[key] for key in solutions} == {"grade_id"}

    for cell in cells:
        cell.grade_id = ""
    assert [key for key, _ in found(cells, template)] == keys(template)
    assert {way for _, way in found(cells, template)} == {"id"}

    for cell in cells:
        cell.id = ""
    assert [key for key, _ in found(cells, template)] == keys(template)
    assert {way for _, way in found(cells, template)} == {"content"}

    for cell, slot in zip(cells, template.slots, strict=True):
        if slot.key in PARTS:  # ungraded tasks have no other mark than their first line
            cell.source = cell.source.split("\n", 1)[1]
        elif slot.kind in ("given", "text"):
            cell.source = f"{cell.source}\nthis = was_changed"
    ways = dict(found(cells, template))
    assert [key for key, _ in found(cells, template)] == keys(template)
    assert {way for key, way in ways.items() if key not in solutions} <= {"likeness", "content"}


@pytest.mark.parametrize(
    ("cell", "way"),
    [
        (Cell("code", "anything", grade_id="tanh"), "grade_id"),
        (Cell("code", "anything", id="tanh"), "id"),
        (Cell("code", TANH), "content"),
        (Cell("code", "# Exercise 6, my own words\nx = 1"), "content"),
        (Cell("code", PLAIN), "content"),
        (Cell("code", "tanh = lambda x: 1 - 2 / (torch.exp(2 * x) + 1)"), "content"),
        (Cell("markdown", TANH), "content"),
        (Cell("raw", f"My answer\n```python\n{TANH}\n```"), "content"),
        (Cell("code", "print(tanh)"), ""),
        (Cell("code", "tanh(x) == 1"), ""),
        (Cell("code", "def tangent(x):\n    return x"), ""),
        (Cell("code", ""), ""),
        (Cell("markdown", "About tanh: tanh = sinh / cosh"), ""),
    ],
)
def test_an_answer_alone_is_found(cell, way):
    template = current()["02_tanh"]
    matches = match([cell], template)
    assert [(template.slots[m.slot].key, m.how) for m in matches.values()] == (
        [("tanh", way)] if way else []
    )


def test_what_a_cell_holds_is_believed_rather_than_a_repeated_name():
    cells = [
        Cell("code", TANH, id="x"),
        Cell("code", "helper = 1", id="x"),
        Cell("code", "autograder.checks.check('check_tanh_pure', globals())", id="tanh"),
        Cell("code", "helper = 2", id="tanh"),
    ]
    assert found(cells, current()["02_tanh"]) == [
        ("tanh", "content"),
        ("", ""),
        ("check_tanh_pure", "content"),
        ("", ""),
    ]


def test_an_experiment_is_not_taken_for_an_answer():
    """A learner's own copy of the clouds' loop resembles the training exercise."""
    template = current()["01_moons"]
    cells = [cell for cell in cells_of("01_moons") if cell.grade_id != "moons_train"]
    loop = next(cell.source for cell in cells if "cloud_optimizer.step()" in cell.source)
    cells.append(Cell("code", loop.replace("cloud", "my_cloud").replace("lr=0.5", "lr=0.05")))
    assert found(cells, template)[-1] == ("", "")


def test_an_extra_cell_between_a_blank_and_its_check_stays_there():
    template = current()["02_tanh"]
    stub = next(slot.released for slot in template.slots if slot.key == "tanh")
    check = next(slot.released for slot in template.slots if slot.key == "check_tanh_values")
    cells = [Cell("code", stub), Cell("code", PLAIN), Cell("code", check)]
    assert found(cells, template) == [
        ("tanh", "content"),
        ("", ""),
        ("check_tanh_values", "content"),
    ]


def with_practice() -> Template:
    """02_tanh with an ungraded exercise that the table of parts does not know."""
    marks = {"grade": False, "solution": True, "locked": False, "schema_version": 3, "task": False}
    master = copy.deepcopy(masters()["02_tanh"])
    solved = new_code_cell("# Practice: square it.\nsquares = x**2\nprint(squares)", id="practice")
    solved.metadata["nbgrader"] = {**marks, "grade_id": "practice"}
    blank = copy.deepcopy(solved)
    blank.source = "# Practice: square it.\n# YOUR CODE HERE\npass"
    released = read_notebook_of("02_tanh")
    for notebook, cell in ((master, solved), (released, blank)):
        notebook.cells.insert(12, cell)
    return template_of("02_tanh", master, released)


def read_notebook_of(name):
    return copy.deepcopy(released_notebooks()[name])


@pytest.mark.parametrize(
    ("cell", "way"),
    [
        (Cell("code", "squares = x * x", grade_id="practice"), "grade_id"),
        (Cell("code", "squares = x * x", id="practice"), "id"),
        (Cell("code", "# Practice: square it.\nprint(x * x)"), "content"),
        (Cell("code", "squares = x * x"), "content"),
    ],
)
def test_ungraded_exercises_are_answers_too(cell, way):
    template = with_practice()
    slot = next(slot for slot in template.slots if slot.key == "practice")
    assert (slot.kind, slot.part, slot.names) == ("solution", "practice", {"squares"})
    (found,) = match([cell], template).values()
    assert (template.slots[found.slot].key, found.how) == ("practice", way)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("x = 1", "x"),
        ("a, b = 1, 2", "a b"),
        ("(X, y), rest = f(z=1)", "X y rest"),
        ("a = b = f(c=2)", "a b"),
        ("moon_model: nn.Module = make(layers=3)", "moon_model"),
        ("with torch.no_grad():\n    y_logits = model(X)", "y_logits"),
        ("async def f(a=1):\n    b = a\nclass C(D):\n    pass", "f b C"),
        ("from m import a, b as c\nimport numpy as np, os", "a c np os"),
        ("x == 1\nx += 1\nx <= y\nf(x=1)\nd['k'] = 1\no.a = 1", ""),
        ("# x = 1\n'''\n'''", ""),
        ("if x: y = 1\nfor k in z: pass\nreturn x", ""),
        ("!pip install x=1\n%time y = f()\n?x", ""),
        ("=\n= =\n((((=\n:=", ""),
    ],
)
def test_bound_names(source, names):
    assert bound_names(source) == frozenset(names.split())


STUB = "# Exercise 2: build `moon_model`.\ntorch.manual_seed(RANDOM_SEED)\n# YOUR CODE HERE\npass"


@pytest.mark.parametrize(
    ("source", "blank"),
    [
        (STUB, True),
        ("", True),
        ("# nothing yet", True),
        ("pass", True),
        ("torch.manual_seed(RANDOM_SEED)\npass", True),
        (f"{STUB}\nmoon_model = 1", False),
        ("torch.manual_seed(RANDOM_SEED)", False),  # the first half of an answer
        ("torch.manual_seed(7)\npass", False),
    ],
)
def test_what_is_blank(source, blank):
    assert is_blank(source, STUB) is blank


def test_likeness_is_that_of_words():
    assert likeness(words("a = b + 1"), words("a=b+1  # the same")) > 0.7
    assert likeness(words("a"), words("b")) == 0
    assert likeness(words(""), words("")) == 0
    assert likeness(words("x = 1"), words("x   =   1")) == 1
