"""The notebooks of one assignment, as grading needs them: what to mend into, what marks rest on.

This project's own come with it (`own_lessons`). Those of any other nbgrader course are made here,
from what the gradebook and the course's folders hold.
"""

import copy
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, SupportsIndex

from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.utils import is_grade, is_solution

from autograder.checks.table import is_ours
from autograder.course.cell_text import check_called
from autograder.course.folders import masters
from autograder.course.releases import current
from autograder.course.template import Template, graded_key, template_of
from autograder.errors import Refused


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
    """One notebook.

    Attributes:
        kernelspec: JSON, or None where the notebook names no kernel.
        graded: the cells that earn points.
    """

    kernelspec: str | None
    graded: frozenset[str] = frozenset()
    cells: dict[str, SourceCell] = field(default_factory=dict)


def read_sources(gradebook: Gradebook, assignment: str) -> dict[str, Source]:
    """An assignment's notebooks, by name; empty if the gradebook has no such assignment."""
    try:
        notebooks = gradebook.find_assignment(assignment).notebooks
    except MissingEntry:
        return {}
    found = {}
    for each in notebooks:
        points = {cell.name: cell.max_score for cell in (*each.grade_cells, *each.task_cells)}
        cells = {
            cell.name: SourceCell(
                cell.cell_type,
                cell.source or "",
                cell.locked,
                cell.checksum,
                float(points[cell.name]) if cell.name in points else None,
            )
            for cell in each.source_cells
        }
        found[each.name] = Source(each.kernelspec, frozenset(points), cells)
    return found


def are_entered(templates: Mapping[str, Template], sources: Mapping[str, Source]) -> bool:
    """Whether a gradebook has just the notebooks, cells, texts and points of an assignment."""
    return {name: _entered(template) for name, template in templates.items()} == {
        name: ({key: (cell.source, cell.points) for key, cell in each.cells.items()}, each.graded)
        for name, each in sources.items()
    }


def _entered(template: Template) -> tuple[dict[str, tuple[str, float | None]], frozenset[str]]:
    """What nbgrader enters: blanks, checks with their hidden tests; and which cells are graded."""
    cells = {
        slot.key: (
            slot.released if slot.kind == "solution" else slot.node.source,
            float(slot.node.metadata.nbgrader["points"])
            if slot.node.metadata.nbgrader.get("grade")
            else None,
        )
        for slot in template.slots
        if slot.kind in ("solution", "check") and slot.node is not None
    }
    return cells, frozenset(key for key, (_, points) in cells.items() if points is not None)


class NotOfThisCourse(Refused):
    """A notebook that cannot be graded here; the message says why and what to do."""


class NotPython(NotOfThisCourse):
    """A notebook that the sandbox cannot run."""


@dataclass(frozen=True)
class Lessons:
    """An assignment's notebooks; plain enough to be sent to a worker.

    Attributes:
        templates: what submissions are mended into, by notebook.
        checks: `checks_hash` of what each notebook's marks rest on.
        own: they are this project's: known beyond their cells, in earlier releases too.
        left: notebooks that are not graded here, and why, in a sentence.
        unsandboxed: those among them that are not for Python: nbgrader itself runs them.
        beside: the course's files that lie beside a running notebook, by path in its folder.
        earlier: what learners got before, by notebook; this project's own are looked for.
    """

    templates: Mapping[str, Template]
    checks: Mapping[str, str]
    own: bool = False
    left: Mapping[str, str] = field(default_factory=dict)
    unsandboxed: frozenset[str] = frozenset()
    beside: Mapping[str, Path] = field(default_factory=dict)
    earlier: Mapping[str, tuple[Template, ...]] = field(default_factory=dict)

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        # A worker has this project's own too: what travels is their name alone.
        return (own_lessons, ()) if self.own else super().__reduce_ex__(protocol)


def checks_hash(solved: NotebookNode, points: Mapping[str, float] | None = None) -> str:
    """A hash of what a notebook's marks depend on: the text and points of its check cells.

    An answer that a person marks is only named: its text is the learner's. Other `points` than the
    cells' can be given, by cell.
    """
    cells = []
    for cell in filter(is_grade, solved.cells):
        key = cell.metadata.nbgrader.grade_id
        if is_solution(cell):
            cells.append((key, 0.0, ""))
        else:
            worth = (points or {}).get(key, cell.metadata.nbgrader.points)
            cells.append((key, float(worth), cell.source))
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def only_points_differ(
    template: Template, now: str, then: str, points: Mapping[str, float]
) -> bool:
    """Whether two hashes of what a notebook's marks rest on differ in the checks' points alone.

    The template is the notebook as it is `now`; `then` its checks had these points.
    """
    nodes = [slot.node for slot in template.slots if slot.node is not None]
    whole = NotebookNode(cells=nodes)
    checks = checks_hash(whole)
    return now.startswith(checks) and then == checks_hash(whole, points) + now[len(checks) :]


@lru_cache(maxsize=1)
def own_lessons() -> Lessons:
    """This project's own."""
    checks = {name: checks_hash(master) for name, master in masters().items()}
    return Lessons(current(), checks, own=True)


def lesson(
    name: str, released: NotebookNode, solved: NotebookNode | None, source: Source
) -> tuple[Template, str]:
    """A notebook of any nbgrader course, to mend into; and the hash of what its marks rest on.

    Check cells, tasks and read-only cells are those of the gradebook, with hidden tests, because
    nbgrader itself puts those into a submission before it runs. Solutions, as far as the course
    still has them, help to recognise an answer that has lost its marks.

    Raises:
        NotPython: the sandbox cannot run it.
        NotOfThisCourse: the gradebook has other cells.
    """
    language = language_of(released, source)
    if language != "python":
        raise NotPython(
            f"{name} is written in {language}; the sandbox runs Python alone. "
            "`nbgrader autograde` grades it, without mending and without the sandbox."
        )
    given = _with_ids(released)
    master = copy.deepcopy(given)
    answers = {graded_key(cell): cell.source for cell in solved.cells} if solved else {}
    for cell in filter(graded_key, master.cells):
        key = graded_key(cell)
        if key not in source.cells:
            raise NotOfThisCourse(
                f"The gradebook has no cell {key!r} for {name}. "
                "Run `nbgrader generate_assignment` again."
            )
        if is_ours(key) and check_called(cell.source) != key:
            raise NotOfThisCourse(
                f"The cell {key!r} of {name} has the name of a check that comes with the "
                "autograder, and is another. Give it another name."
            )
        kept = source.cells[key]
        cell.cell_type = kept.cell_type
        cell.metadata.nbgrader.checksum = kept.checksum
        if kept.points is not None:
            cell.metadata.nbgrader.points = kept.points
        cell.source = kept.source if kept.locked else answers.get(key, cell.source)
    # Empty cells say nothing about where they belong; what a learner wrote there is an extra cell.
    given.cells = [cell for cell in given.cells if graded_key(cell) or cell.source.strip()]
    return template_of(name, master, given), checks_hash(master)


def language_of(notebook: NotebookNode, source: Source) -> str:
    """The language that nbgrader runs a notebook in: the gradebook's kernel, or the notebook's."""
    kernel = json.loads(source.kernelspec or "null") or notebook.metadata.get("kernelspec", {})
    told: Any = kernel.get("language") or notebook.metadata.get("language_info", {}).get("name")
    name = str(kernel.get("name", "python"))
    language = str(told or ("python" if name.startswith("python") else name))
    return "python" if language.lower() in ("python", "ipython") else language


def _with_ids(notebook: NotebookNode) -> NotebookNode:
    """A copy in which each cell has an id of its own; old notebook formats had none."""
    notebook = copy.deepcopy(notebook)
    seen: set[str] = set()
    for number, cell in enumerate(notebook.cells):
        if not cell.get("id") or cell.id in seen:
            cell.id = f"released-{number}"
        seen.add(cell.id)
    return notebook
