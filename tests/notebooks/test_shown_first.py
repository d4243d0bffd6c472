"""Nothing is asked that was not shown: solution cells use only names that were taught before.

A name is taught by a *worked example*: a given code cell, earlier in this notebook or in an
earlier one, that computes on other data than the exercise's. What counts as a name: whatever is
reached through torch, nn, plt or scikit-learn, every helper, every method, and every keyword.
"""

import ast
import re
from pathlib import Path

import nbformat
import pytest

from autograder.checks.table import PARTS
from autograder.course.folders import cell_name

ROOT = Path(__file__).parents[2]
NAMES = ("01_moons", "02_tanh", "03_spirals")
#: What the exercises themselves make: a cell that reads one of these works on their data.
OWN = {name for part in PARTS.values() for name in part.names}
MODULES = {"torch", "nn", "plt", "np"}


def read(name):
    return nbformat.read(ROOT / "solutions" / "classification" / f"{name}.ipynb", as_version=4)


def dotted(node):
    """`torch.optim.Adam` for such a chain of attributes, `.step` for a method of anything else."""
    path = []
    while isinstance(node, ast.Attribute):
        path.insert(0, node.attr)
        node = node.value
    if isinstance(node, ast.Name) and node.id in MODULES:
        return ".".join([node.id, *path])
    return f".{path[-1]}"


def dotted_module(node):
    """True for `torch.optim`, which is only a step on the way to a name."""
    return isinstance(node, ast.Attribute) and not dotted(node).startswith(".")


def imports(tree):
    """Names that import statements bind, such as `accuracy` or `train_test_split`."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
    return found


def used(tree, imported):
    """Every library name, method and keyword argument that a piece of code uses."""
    found = set()
    chains = [node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    inner = {id(node) for node in chains if dotted_module(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            # What stands on `self` is the learner's own; `torch.optim` alone is only a step.
            if getattr(node.value, "id", "") != "self" and id(node) not in inner:
                found.add(dotted(node))
        elif isinstance(node, ast.Name) and node.id in imported - MODULES:
            found.add(node.id)
        elif isinstance(node, ast.Call):
            name = dotted(node.func) if isinstance(node.func, ast.Attribute) else ""
            name = name or getattr(node.func, "id", "")
            # Keywords of a method are shown by the method's name: `.squeeze(dim=)`.
            found |= {f"{name}({keyword.arg}=)" for keyword in node.keywords if keyword.arg}
    return found


def names_in(tree):
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def solution_cells():
    """Each blank with the names that it needs, those taught before it, and its own text."""
    imported, taught, text = set(), set(), ""
    for notebook in NAMES:
        for cell in read(notebook).cells:
            if cell.cell_type == "markdown":
                text = cell.source
                continue
            tree = ast.parse(cell.source)
            imported |= imports(tree)
            if "### BEGIN SOLUTION" in cell.source:
                yield cell, used(tree, imported), set(taught), text
            elif not names_in(tree) & OWN:
                taught |= used(tree, imported)


CELLS = list(solution_cells())


def test_every_blank_is_looked_at():
    parts = {cell_name(cell) for cell, *_ in CELLS} - {None}
    assert parts == set(PARTS)
    assert all(needed for cell, needed, *_ in CELLS if cell_name(cell) in PARTS)


@pytest.mark.parametrize(
    ("cell", "needed", "taught", "text"), CELLS, ids=[cell.id for cell, *_ in CELLS]
)
def test_what_a_blank_needs_was_shown(cell, needed, taught, text):
    missing = needed - taught
    if cell_name(cell) not in PARTS:
        # Stretch tasks go further than the lesson: their own text may name what is new.
        named = {
            name for code in re.findall(r"`([^`]+)`", text) for name in re.findall(r"\w+", code)
        }
        missing = {name for name in missing if not set(re.findall(r"\w+", name)) <= named | MODULES}
    assert not missing, f"{cell.id} needs what no worked example has shown: {sorted(missing)}"


def test_the_test_can_fail():
    tree = ast.parse(
        "import torch\nfrom helpers.x import accuracy\ny.squeeze(dim=1); torch.optim.SGD()"
    )
    assert used(tree, imports(tree)) == {".squeeze", ".squeeze(dim=)", "torch.optim.SGD"}
    assert used(ast.parse("accuracy(a)"), {"accuracy"}) == {"accuracy"}
    first = next(taught for cell, _, taught, _ in CELLS if cell.id == "moons_data")
    assert "train_test_split" in first
    assert "nn.ReLU" not in first


def test_the_loop_of_the_spirals_is_unaided():
    """In 03 no given cell before the exercise trains anything: the loop has to be remembered."""
    cells = read("03_spirals").cells
    end = next(number for number, cell in enumerate(cells) if cell.id == "spirals_train")
    for cell in cells[:end]:
        assert ".backward" not in cell.source, cell.id
