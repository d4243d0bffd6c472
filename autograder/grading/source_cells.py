"""Reads out of nbgrader's gradebook what `generate_assignment` has written about notebooks."""

from __future__ import annotations

from dataclasses import dataclass, field

from nbgrader.api import Gradebook, MissingEntry


@dataclass(frozen=True)
class SourceCell:
    """A cell that nbgrader manages.

    Attributes:
        source: with hidden tests and marking schemes; solutions are cleared.
        locked: nbgrader puts `source` into every submission.
        points: None for a cell that earns none.
    """

    cell_type: str
    source: str
    locked: bool
    checksum: str | None
    points: float | None


@dataclass(frozen=True)
class Source:
    """One notebook; `kernelspec` is JSON, or None where the notebook names no kernel."""

    kernelspec: str | None
    cells: dict[str, SourceCell] = field(default_factory=dict)


def read_sources(gradebook: Gradebook, assignment: str) -> dict[str, Source]:
    """An assignment's notebooks, by name; empty if the gradebook has no such assignment."""
    try:
        notebooks = gradebook.find_assignment(assignment).notebooks
    except MissingEntry:
        return {}
    return {each.name: Source(each.kernelspec, _cells(each)) for each in notebooks}


def _cells(notebook: object) -> dict[str, SourceCell]:
    cells = [*notebook.grade_cells, *notebook.task_cells]  # type: ignore[attr-defined]
    points = {cell.name: float(cell.max_score) for cell in cells}
    return {
        each.name: SourceCell(
            each.cell_type, each.source or "", each.locked, each.checksum, points.get(each.name)
        )
        for each in notebook.source_cells  # type: ignore[attr-defined]
    }
