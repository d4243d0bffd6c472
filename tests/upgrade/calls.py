"""Which names of ours a notebook imports and calls, and how: what must go on working.

Learners keep their notebooks for years, and each calls `autograder.checks` and `helpers`.
"""

from __future__ import annotations

import ast
import re
import sqlite3

import nbformat

OURS = ("autograder", "helpers")
#: What a text says to type.
_CALL = re.compile(r"autograder\.checks\.\w+\([^()]*(?:\(\))?[^()]*\)")


def of_course(course, *texts):
    """All calls in a course: notebooks, earlier releases, and checks that the gradebook keeps.

    Args:
        course: its folder.
        texts: of other pages; what they say to call counts too, as in notebooks' own text.

    Returns:
        By full name such as `helpers.data.draw_moons`: the forms of its calls, as `_form` writes
        them. One without a form is imported, and called by another name.
    """
    paths = [
        *sorted((course / "notebooks").rglob("*.ipynb")),
        *sorted((course / "grading/releases").rglob("*.ipynb")),
    ]
    every = [nbformat.read(path, as_version=4).cells for path in paths]
    spoken = [cell.source for cells in every for cell in cells if cell.cell_type == "markdown"]
    found = {}
    for each in (
        *([cell.source for cell in cells if cell.cell_type == "code"] for cells in every),
        _source_cells(course),
        [call for text in (*spoken, *texts) for call in _CALL.findall(text)],
    ):
        for name, forms in of_cells(each).items():
            found.setdefault(name, set()).update(forms)
    return {name: sorted(found[name]) for name in sorted(found)}


def of_cells(sources):
    """The same of one notebook's code cells, as sets."""
    trees = [ast.parse(source) for source in sources]
    names = {}  # what a name in the notebook stands for
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in OURS:
            for each in node.names:
                names[each.asname or each.name] = f"{node.module}.{each.name}"
    found = {name: set() for name in names.values()}
    for node in (node for tree in trees for node in ast.walk(tree)):
        if not isinstance(node, ast.Call):
            continue
        said = ast.unparse(node.func)
        full = names.get(said, said if said.startswith("autograder.checks.") else "")
        if full:
            found.setdefault(full, set()).add(_form(node, full))
    return found


def _form(call, full):
    """The call as text: `_` for what it is given, but for texts that name checks and parts."""
    named = full.startswith("autograder.checks.")
    told = [each if named and _is_text(each) else _unsaid(each) for each in call.args]
    words = [ast.keyword(each.arg, ast.Name("_")) for each in call.keywords]
    return ast.unparse(ast.Call(ast.Name(full), told, words))


def _unsaid(node):
    return ast.Starred(ast.Name("_")) if isinstance(node, ast.Starred) else ast.Name("_")


def _is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _source_cells(course):
    """Check cells with their hidden tests: nbgrader puts them into what is graded."""
    database = sqlite3.connect(course / "grading/gradebook.db")
    try:
        rows = database.execute("select source from source_cell where cell_type = 'code'")
        return [source for (source,) in rows]
    finally:
        database.close()
