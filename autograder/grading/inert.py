"""Makes a graded notebook inert, before it is shown as a page: feedback, or in formgrader.

A page may only contain what is listed here, whatever a learner's code has left in the notebook.
The notebook's file is not changed. HTML in what is kept is cleaned later, by `clean_html`.
"""

from __future__ import annotations

import re
from typing import Any

from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor

#: What an output may be shown as. SVG becomes a picture of its own, in which no script runs.
_TEXTS = ("text/plain", "text/html", "text/markdown", "text/latex", "image/svg+xml")
_PICTURES = ("image/png", "image/jpeg")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
#: nbgrader's templates write a cell's name into the page as it is.
_NAME = re.compile(r"[\w.-]+", re.ASCII)


class Inert(NbGraderPreprocessor):
    """Leaves of a notebook what its page needs, and nothing that acts."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Take the notebook's own metadata away, as title and widgets; then look at each cell."""
        nb.metadata = from_dict({"language_info": {"name": "python"}})
        for cell in nb.cells:
            _make_inert(cell)
        return nb, resources


def _make_inert(cell: NotebookNode) -> None:
    marks = cell.metadata.get("nbgrader")
    named = isinstance(marks, dict) and _NAME.fullmatch(str(marks.get("grade_id", "")))
    cell.metadata = from_dict({"nbgrader": marks} if named else {})
    if not _NAME.fullmatch(str(cell.get("id", ""))):
        cell.pop("id", None)
    if cell.cell_type == "code":
        cell.outputs = [_inert_output(output) for output in cell.outputs]


def _inert_output(output: NotebookNode) -> NotebookNode:
    """An output of the same kind that shows the same, as far as it may be shown."""
    kind = output.output_type
    if kind == "stream":
        name = output.name if output.name in ("stdout", "stderr") else "stdout"
        return new_output(kind, name=name, text=output.text)
    if kind == "error":
        return new_output(
            kind, ename=output.ename, evalue=output.evalue, traceback=output.traceback
        )
    data = {mime: value for mime, value in output.data.items() if _may_be_shown(mime, value)}
    if not data:
        data = {"text/plain": f"(not shown here: {', '.join(output.data) or 'an empty output'})"}
    metadata = {
        mime: facts
        for mime in _PICTURES
        if mime in data and (facts := _picture_facts(output.metadata.get(mime)))
    }
    count = {"execution_count": output.execution_count} if kind == "execute_result" else {}
    return new_output(kind, data=data, metadata=metadata, **count)


def _may_be_shown(mime: str, value: Any) -> bool:
    if not isinstance(value, str):
        return False
    return mime in _TEXTS or (mime in _PICTURES and bool(_BASE64.fullmatch(value)))


def _picture_facts(facts: Any) -> dict[str, Any]:
    """A picture's words and size. The template writes a size without quotes: only whole numbers."""
    known = facts if isinstance(facts, dict) else {}
    alt = known.get("alt")
    sizes = {name: known.get(name) for name in ("width", "height")}
    return {
        **({"alt": alt} if isinstance(alt, str) else {}),
        **{name: size for name, size in sizes.items() if type(size) is int and size > 0},
    }
