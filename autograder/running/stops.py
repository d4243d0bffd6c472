"""Marks the cells of a run that did not go to its end, so that a check that did not run earns 0.

nbgrader gives full marks to a check cell without outputs, as after a dead kernel. So each such
cell gets an error that names the cause, and every other cell keeps what it has.
"""

from collections.abc import Mapping
from dataclasses import asdict

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.utils import determine_grade, is_grade

from autograder.checks.table import PART_OF, PARTS
from autograder.checks.words.display import FAILURES, VERDICT, facts_of, heading, rich
from autograder.checks.words.verdict import Verdict, raised
from autograder.course.folders import cell_name
from autograder.kernels.limits import MIB, Limits


def output_of(grade_id: str, verdict: Verdict, other: str = "Stopped") -> NotebookNode:
    """A cell's output for a verdict; a cell that is none of our checks has another first line."""
    first = heading(grade_id, verdict) if grade_id in PART_OF else other
    if verdict.passed:
        metadata = {VERDICT: facts_of(verdict)}
        return new_output("display_data", data=rich(first, verdict), metadata=metadata)
    failure = FAILURES[verdict.outcome](verdict, first)
    return new_output(
        "error",
        ename=type(failure).__name__,
        evalue=str(failure),
        traceback=failure.shown.splitlines(),
    )


def mark(notebook: NotebookNode, stops: dict[int, str], end: int | None, limits: Limits) -> None:
    """Put an error into each cell that was stopped, and each check cell that cannot count.

    Args:
        notebook: has run; gets the errors.
        stops: places of cells that were stopped, and why, as keys of the message catalogue.
        end: the one of them in which the kernel ended, if it did; no cell after it has run.
        limits: for the words.
    """
    part_stops = {}
    verdicts = {index: _verdict(notebook, index, code, limits) for index, code in stops.items()}
    for index, verdict in verdicts.items():
        if index != end:
            cell = notebook.cells[index]
            _put(cell, verdict, instead=is_grade(cell))
            part_stops[cell_name(cell)] = verdict
    for index, cell in enumerate(notebook.cells):
        if end is not None and index >= end and cell.cell_type == "code":
            if index == end or is_grade(cell):
                _put(cell, verdicts[end], instead=is_grade(cell))
        elif is_grade(cell) and cell.cell_type == "code":
            part = PART_OF.get(cell.metadata.nbgrader.grade_id)
            failed = any(output.output_type == "error" for output in cell.outputs)
            if part is not None and part.id in part_stops and failed:
                # The check failed because its cell was stopped: say that, and not what it saw.
                _put(cell, part_stops[part.id], instead=True)
            try:
                determine_grade(cell)
            except ValueError:  # it says that it is worth more than it has: nbgrader would stop
                _put(cell, raised("too_many_points"), instead=True)


def _verdict(notebook: NotebookNode, index: int, code: str, limits: Limits) -> Verdict:
    cell = notebook.cells[index]
    name = cell_name(cell) or ""
    if name in PARTS:
        where = f"exercise {PARTS[name].label}"
    elif name in PART_OF:
        where = f"a check of exercise {PART_OF[name].label}"
    else:
        before = notebook.cells[: index + 1]
        where = f"code cell {sum(cell.cell_type == 'code' for cell in before)}"
    facts: Mapping[str, object] = {
        **asdict(limits),
        "where": where,
        "cell_seconds": f"{limits.cell_seconds:g}",
        "notebook_seconds": f"{limits.notebook_seconds:g}",
        "memory": f"{limits.memory / MIB / 1024:g}",
        "output": f"{limits.output / MIB:g}",
        "disk": f"{limits.disk / MIB:g}",
    }
    return raised(code, **facts)


def _put(cell: NotebookNode, verdict: Verdict, *, instead: bool) -> None:
    """Add an error as a failed check raises it, or put it in place of all outputs."""
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
    output = output_of(grade_id, verdict)
    cell.outputs = [output] if instead else [*cell.outputs, output]
