"""What saving in Google Colab does to a notebook file."""

from __future__ import annotations

import copy

from nbformat import NotebookNode


def saved_by_colab(notebook: NotebookNode) -> NotebookNode:
    """A copy of a notebook in the form in which Colab saves it.

    Cell ids move into the metadata and the format's minor version becomes 0. Foreign metadata,
    nbgrader's among it, stays. Cells with code get the marks of an output that Colab has shown.

    Args:
        notebook: in the newest format, with cell ids; untouched.
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
