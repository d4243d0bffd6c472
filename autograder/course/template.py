"""What a submission is put into: a released notebook as a list of slots.

The slots' order, text and given code are those of the revision that the learner got; check cells,
points and the set of exercises are those of `solutions/`.
"""

import copy
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.checks.table import BLANK, PARTS
from autograder.course.cell_text import bound_names, heading, label, tidy, words

#: Marks a given cell that grading need not run; see `running.illustrations`.
TAG = "illustration"


@dataclass(frozen=True)
class Slot:
    """One cell of the clean notebook.

    Attributes:
        key: its `grade_id`, or else its cell id.
        kind: `solution`, `check` (or another cell that learners cannot change), `given` (code) or
            `text`.
        part: the solution cell that it belongs to, for messages; or "".
        node: what stands there if the learner left nothing; None for a check that is no more.
        released: the source that learners got.
        known: all forms in which the course itself has written it.
        heading: the first line of a solution cell, such as `# Exercise 2: ...`.
        label: the exercise's number in it, such as `2`.
        names: what it alone is expected to bind, for a solution cell.
        words: those of the solved cell, for comparing.
    """

    key: str
    kind: str
    part: str
    node: NotebookNode | None
    released: str
    known: frozenset[str]
    heading: str = ""
    label: str = ""
    names: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Template:
    """One revision of one notebook of the course.

    Attributes:
        name: such as `01_moons`.
        revision: the hash of a release that has been replaced; "" for the current one.
        slots: in the released order.
        metadata: the notebook's own.
    """

    name: str
    revision: str
    slots: tuple[Slot, ...]
    metadata: NotebookNode


def cell_tags(cell: NotebookNode) -> list[str]:
    """A cell's tags; none where its metadata are no metadata."""
    tags = cell.metadata.get("tags", [])
    return tags if isinstance(tags, list) else []


def graded_key(cell: NotebookNode) -> str:
    """The `grade_id` of a cell that nbgrader manages; "" for any other."""
    found = cell.metadata.get("nbgrader", {})
    managed = any(found.get(each) for each in ("solution", "grade", "task", "locked"))
    return str(found.get("grade_id", "")) if managed else ""


def template_of(
    name: str,
    master: NotebookNode,
    released: NotebookNode,
    current: NotebookNode | None = None,
    revision: str = "",
) -> Template:
    """Lay a released notebook out in slots; `master` is the solved one.

    If it is not the current release, `current` is what learners get now, and `revision` its hash.
    """
    solved = {graded_key(cell): cell for cell in master.cells if graded_key(cell)}
    blanks = {
        graded_key(cell): cell.source
        for notebook in (current, released)
        for cell in (notebook.cells if notebook else [])
        if graded_key(cell)
    }
    own = _own_names(master)
    slots: list[Slot] = []
    part = ""
    for cell in _with_new_exercises(released, master):
        key = graded_key(cell)
        if key in solved:
            node = copy.deepcopy(solved[key])
            stub = blanks.get(key, f"{BLANK}\npass")
            forms = frozenset({tidy(stub), tidy(node.source)})
            if is_solution(node):
                part, said, names = key, words(node.source), own.get(key, frozenset())
                node.source = stub
                slot = Slot(
                    key, "solution", key, node, stub, forms, heading(stub), label(stub), names, said
                )
                slots.append(slot)
            else:
                about = part if node.metadata.nbgrader.get("grade") else ""
                slots.append(Slot(key, "check", about, node, stub, forms))
        elif key and not is_solution(cell):
            slots.append(Slot(key, "check", part, None, cell.source, frozenset()))
        else:
            node = copy.deepcopy(cell)
            node.metadata = NotebookNode(tags=[TAG]) if TAG in cell_tags(cell) else NotebookNode()
            kind = "given" if cell.cell_type == "code" else "text"
            forms = frozenset({tidy(cell.source)})
            slot = Slot(
                key or cell.id, kind, "", node, cell.source, forms, words=words(cell.source)
            )
            slots.append(slot)
    return Template(name, revision, tuple(slots), copy.deepcopy(released.metadata))


def is_solution(cell: NotebookNode) -> bool:
    """Whether a cell that nbgrader manages holds an answer."""
    return bool(cell.metadata.nbgrader.get("solution"))


def _own_names(master: NotebookNode) -> dict[str, frozenset[str]]:
    """By solution cell, the names that no earlier cell of the solved notebook leaves."""
    own: dict[str, frozenset[str]] = {}
    seen: set[str] = set()
    for cell in master.cells:
        key = graded_key(cell)
        if cell.cell_type != "code":
            continue
        bound = set(bound_names(cell.source))
        if key and is_solution(cell):
            leaves = set(PARTS[key].names) if key in PARTS else bound
            own[key] = frozenset(leaves - seen)
            bound |= leaves  # also where the notebook is not solved
        seen |= bound
    return own


def _with_new_exercises(released: NotebookNode, master: NotebookNode) -> list[NotebookNode]:
    """The released cells, and after each the graded ones that have been added to it since."""
    cells, keys, place = [*released.cells], [*map(graded_key, released.cells)], 0
    for cell in master.cells:
        key = graded_key(cell)
        if key and key not in keys:
            cells.insert(place, cell)
            keys.insert(place, key)
        if key:
            place = keys.index(key) + 1
    return cells
