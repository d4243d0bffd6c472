"""Builds the sample class's submissions: released notebooks with each learner's answers in them."""

import copy
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.checks.table import PARTS
from autograder.course.folders import ASSIGNMENT, cell_name
from autograder.course.releases import released_notebooks
from autograder.demo.sample import Learner


def fill(released: NotebookNode, learner: Learner) -> NotebookNode:
    """The notebook that a learner hands in, without outputs: a released one with the answers."""
    notebook = copy.deepcopy(released)
    blanks, notebook.cells = notebook.cells, []
    for cell in blanks:
        notebook.cells.append(cell)
        name = cell_name(cell)
        if name is None or name not in PARTS:
            continue
        if name in learner.cells:
            cell.source = f"{cell.source.splitlines()[0]}\n{learner.cells[name]}"
        for number, source in enumerate(learner.extras.get(name, []), start=1):
            notebook.cells.append(new_code_cell(source, id=f"extra-{name}-{number}"))
    return saved_by_colab(notebook) if learner.saved_by == "colab" else notebook


def saved_by_colab(notebook: NotebookNode) -> NotebookNode:
    """A copy of a notebook in the form in which Colab saves it.

    Cell ids move into the metadata and the format's minor version becomes 0. Foreign metadata,
    nbgrader's among it, stays. Cells with code get the marks of an output that Colab has shown.
    """
    saved = copy.deepcopy(notebook)
    saved.nbformat_minor = 0
    saved.metadata["colab"] = NotebookNode(provenance=[], toc_visible=True)
    saved.metadata["kernelspec"] = NotebookNode(name="python3", display_name="Python 3")
    for number, cell in enumerate(saved.cells):
        cell.metadata["id"] = cell.pop("id")
        if cell.cell_type == "code":
            cell.metadata["colab"] = NotebookNode(base_uri="https://localhost:8080/", height=35)
            cell.metadata["outputId"] = f"2f8b6e0c-5a31-4d0f-8c55-{number:012x}"
            cell.execution_count = number + 1
    return saved


def write_submissions(submitted: Path, learners: Iterable[Learner]) -> None:
    """Write every learner's notebooks where nbgrader collects them."""
    released = released_notebooks()
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S %Z")
    for learner in learners:
        folder = submitted / learner.name / ASSIGNMENT
        folder.mkdir(parents=True)
        (folder / "timestamp.txt").write_text(f"{now}\n", "utf-8")
        for name in learner.notebooks or released:
            nbformat.write(fill(released[name], learner), folder / f"{name}.ipynb")
