"""What happens to notebooks between a learner and a grader, as functions on the file's JSON.

Each takes a notebook (a dict in the newest format, filled with right answers) and changes it in
place. `DAMAGE` says what mending should tell, for all notebooks of the course.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import nbformat

from autograder.checks.table import PARTS
from autograder.course.folders import cell_name, masters
from autograder.demo.build import fill, released_notebooks
from autograder.demo.sample import sample_class

Notebook = dict[str, Any]
NAMES = ("01_moons", "02_tanh", "03_spirals")
HELPER = "def own_helper(x):\n    return x + 1"


def perfect():
    """The sample learner who has all right; what the sample lacks is taken from the solutions."""
    learner = sample_class(["perfect-sequential"])[0]
    for cell in (cell for notebook in masters().values() for cell in notebook.cells):
        if cell.cell_type == "code" and cell_name(cell) in PARTS:
            lines = (line for line in cell.source.splitlines()[1:] if "### " not in line)
            learner.cells.setdefault(cell_name(cell), "\n".join(lines))
    return learner


def filled(name: str) -> Notebook:
    """A released notebook with right answers in it, as JSON."""
    return json.loads(_filled(name))


def released(name: str) -> Notebook:
    """A notebook as learners get it, as JSON."""
    return json.loads(_released(name))


@lru_cache
def _filled(name: str) -> str:
    learner = perfect()
    return nbformat.writes(fill(released_notebooks()[name], learner))


@lru_cache
def _released(name: str) -> str:
    return nbformat.writes(released_notebooks()[name])


def marks(cell: dict[str, Any]) -> dict[str, Any]:
    """nbgrader's metadata of a cell."""
    return cell.get("metadata", {}).get("nbgrader", {})


def is_solution(cell: dict[str, Any]) -> bool:
    return bool(marks(cell).get("solution"))


def is_check(cell: dict[str, Any]) -> bool:
    return bool(marks(cell).get("grade"))


def is_given(cell: dict[str, Any]) -> bool:
    return cell["cell_type"] == "code" and not marks(cell)


def text(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def code(source: str, **metadata: Any) -> dict[str, Any]:
    """A code cell such as an editor adds."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"new-{abs(hash(source)) % 10**8}",
        "metadata": metadata,
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }


def find(notebook: Notebook, key: str) -> int:
    """Where the cell with that `grade_id` stands."""
    return next(n for n, c in enumerate(notebook["cells"]) if marks(c).get("grade_id") == key)


def solutions(notebook: Notebook) -> list[int]:
    return [n for n, cell in enumerate(notebook["cells"]) if is_solution(cell)]


# --- marks and ids -----------------------------------------------------------------------------


def strip_metadata(notebook: Notebook) -> None:
    notebook["metadata"] = {}
    for cell in notebook["cells"]:
        cell["metadata"] = {}


def drop_ids(notebook: Notebook) -> None:
    notebook["nbformat_minor"] = 4
    for cell in notebook["cells"]:
        cell.pop("id", None)


def strip_all(notebook: Notebook) -> None:
    strip_metadata(notebook)
    drop_ids(notebook)


def repeat_ids(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["id"] = "cell"


def repeat_a_solutions_id(notebook: Notebook) -> None:
    own = next(cell["id"] for cell in notebook["cells"] if is_solution(cell))
    strip_metadata(notebook)
    for cell in notebook["cells"]:
        cell["id"] = own


def repeat_grade_ids(notebook: Notebook) -> None:
    """Every cell bears the names of the first check."""
    own = next((marks(cell) for cell in notebook["cells"] if is_check(cell)), {})
    for cell in notebook["cells"]:
        cell["metadata"] = {"nbgrader": dict(own)}


def odd_types(notebook: Notebook) -> None:
    """Metadata and ids of the wrong types, text as one string, cells that are none."""
    drop = [True, None, 7, "metadata", [1, 2]]
    for n, cell in enumerate(notebook["cells"]):
        cell["id"] = drop[n % 5]
        if not marks(cell):
            cell["metadata"] = drop[n % 5]
        cell["source"] = text(cell)
        cell["execution_count"] = drop[n % 5]
        cell["outputs"] = "none"
    notebook["metadata"] = {"kernelspec": [], "widgets": 3}
    notebook["cells"][3:3] = [None, 5, "cell", [], {}]


# --- copies, deletions, order ------------------------------------------------------------------


def copy_each_cell(notebook: Notebook) -> None:
    notebook["cells"] = [each for c in notebook["cells"] for each in (c, copy.deepcopy(c))]


def copy_everything(notebook: Notebook) -> None:
    notebook["cells"] += copy.deepcopy(notebook["cells"])


def blank_copies_above(notebook: Notebook) -> None:
    _blank_copies(notebook, 0)


def blank_copies_below(notebook: Notebook) -> None:
    _blank_copies(notebook, 1)


def _blank_copies(notebook: Notebook, offset: int) -> None:
    blanks = {
        marks(cell)["grade_id"]: cell
        for name in NAMES
        for cell in released(name)["cells"]
        if is_solution(cell)
    }
    for n in reversed(solutions(notebook)):
        blank = copy.deepcopy(blanks[marks(notebook["cells"][n])["grade_id"]])
        notebook["cells"].insert(n + offset, blank)


def delete_checks(notebook: Notebook) -> None:
    notebook["cells"] = [cell for cell in notebook["cells"] if not is_check(cell)]


def delete_given_cells(notebook: Notebook) -> None:
    notebook["cells"] = [cell for cell in notebook["cells"] if not is_given(cell)]


def delete_text(notebook: Notebook) -> None:
    notebook["cells"] = [c for c in notebook["cells"] if c["cell_type"] == "code" or is_solution(c)]


def delete_setup(notebook: Notebook) -> None:
    notebook["cells"] = [cell for cell in notebook["cells"] if "checks.start()" not in text(cell)]


def keep_answers_only(notebook: Notebook) -> None:
    notebook["cells"] = [cell for cell in notebook["cells"] if is_solution(cell)]


def only_text_of_answers(notebook: Notebook) -> None:
    """A new notebook into which the answers were pasted."""
    notebook["cells"] = [code(text(cell)) for cell in notebook["cells"] if is_solution(cell)]
    notebook["metadata"] = {}


def reverse(notebook: Notebook) -> None:
    notebook["cells"].reverse()


def checks_last(notebook: Notebook) -> None:
    notebook["cells"].sort(key=is_check)


def answers_last(notebook: Notebook) -> None:
    notebook["cells"].sort(key=is_solution)


# --- cells changed -----------------------------------------------------------------------------


def edit_checks(notebook: Notebook) -> None:
    for cell in filter(is_check, notebook["cells"]):
        cell["source"] = ["print('Correct')"]
        cell["metadata"]["nbgrader"]["points"] = 100


def forge_checks(notebook: Notebook) -> None:
    """Checks called with other names, in cells that have lost their marks."""
    for cell in filter(is_check, notebook["cells"]):
        cell["source"] = [text(cell).replace("globals()", "{}")]
        cell["metadata"] = {}
        cell["id"] = "x" + cell["id"]


def add_tags(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception"]


def answers_to_markdown(notebook: Notebook) -> None:
    _retype(notebook, is_solution, "markdown")


def answers_to_fenced_markdown(notebook: Notebook) -> None:
    for cell in filter(is_solution, notebook["cells"]):
        cell["source"] = [f"My answer:\n\n```python\n{text(cell)}\n```\n"]
    _retype(notebook, is_solution, "markdown")


def answers_to_raw(notebook: Notebook) -> None:
    _retype(notebook, is_solution, "raw")


def given_to_markdown(notebook: Notebook) -> None:
    _retype(notebook, is_given, "markdown")


def everything_to_markdown(notebook: Notebook) -> None:
    _retype(notebook, lambda cell: True, "markdown")
    drop_ids(notebook)


def _retype(notebook: Notebook, which: Callable[[dict[str, Any]], bool], kind: str) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and which(cell):
            cell["cell_type"] = kind
            cell.pop("outputs"), cell.pop("execution_count")


def windows_lines(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["source"] = text(cell).replace("\n", "\r\n")


# --- other programs ----------------------------------------------------------------------------


def colab(notebook: Notebook) -> None:
    """Colab's round trip, with what it shows of widgets and without their state."""
    notebook["nbformat_minor"] = 0
    notebook["metadata"]["colab"] = {"provenance": [], "toc_visible": True}
    notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}
    for n, cell in enumerate(notebook["cells"]):
        cell["metadata"]["id"] = cell.pop("id", "")
        if cell["cell_type"] == "code":
            cell["metadata"] |= {"colab": {"base_uri": "https://localhost:8080/"}, "outputId": "0a"}
            cell["execution_count"] = n + 1
            view = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}}
            cell["outputs"] = [{"output_type": "display_data", "data": view, "metadata": {}}]


def colab_without_marks(notebook: Notebook) -> None:
    """What is left when cells are pasted from one Colab notebook into another."""
    colab(notebook)
    for n, cell in enumerate(notebook["cells"]):
        cell["metadata"] = {"id": f"Zq{n}"}


def unknown_kernel(notebook: Notebook) -> None:
    notebook["metadata"]["kernelspec"] = {"name": "julia-1.9", "display_name": "Julia"}


def wrong_outputs(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream"}, 3, {"data": {"image/png": ["x"] * 50}}]
    notebook["nbformat_minor"] = 99


# --- extra cells -------------------------------------------------------------------------------


def helpers_above(notebook: Notebook) -> None:
    for n in reversed(solutions(notebook)):
        notebook["cells"].insert(n, code(f"{HELPER}\n\nplace = {n}"))


def helpers_below(notebook: Notebook) -> None:
    for n in reversed(solutions(notebook)):
        notebook["cells"].insert(n + 1, code(f"{HELPER}\n\nplace = {n}"))


def notes_and_empty_cells(notebook: Notebook) -> None:
    note = {"cell_type": "markdown", "id": "note", "metadata": {}, "source": ["My own note."]}
    notebook["cells"] = [
        each for cell in notebook["cells"] for each in (cell, copy.deepcopy(note), code(" \n"))
    ]


# --- split and merged --------------------------------------------------------------------------


def split_at_statements(notebook: Notebook) -> None:
    _split(notebook, keep_marks=True)


def split_without_marks(notebook: Notebook) -> None:
    _split(notebook, keep_marks=False)


def _split(notebook: Notebook, *, keep_marks: bool) -> None:
    """Cut each answer at its last line that begins a statement."""
    for n in reversed(solutions(notebook)):
        cell = notebook["cells"][n]
        lines = text(cell).splitlines(keepends=True)
        starts = [m for m, line in enumerate(lines) if line[:1].isalpha() and m > 1]
        if not starts or "# YOUR CODE HERE" in text(cell):  # nobody cuts a blank in two
            continue
        rest = code("".join(lines[starts[-1] :]), **(cell["metadata"] if keep_marks else {}))
        cell["source"] = lines[: starts[-1]]
        notebook["cells"].insert(n + 1, rest)


def split_in_statements(notebook: Notebook) -> None:
    """Cut each answer at its last indented line."""
    for n in reversed(solutions(notebook)):
        cell = notebook["cells"][n]
        lines = text(cell).splitlines(keepends=True)
        inside = [m for m in range(3, len(lines)) if lines[m][:1] == lines[m - 1][:1] == " "]
        if inside:
            rest = code("".join(lines[inside[-1] :]), **cell["metadata"])
            cell["source"] = lines[: inside[-1]]
            notebook["cells"].insert(n + 1, rest)


def merge(notebook: Notebook, first: int, last: int) -> None:
    """Merge cells as Jupyter does: the first one's names stay, an empty line between."""
    group = [cell for cell in notebook["cells"][first : last + 1] if cell["cell_type"] == "code"]
    merged = "\n\n".join(map(text, group))
    group[0]["source"] = merged.splitlines(keepends=True)
    notebook["cells"][first : last + 1] = [group[0]]


def merge_answers_with_checks(notebook: Notebook) -> None:
    for n in reversed(solutions(notebook)):
        last = n
        if notebook["cells"][n]["cell_type"] != "code":
            continue
        while is_check(notebook["cells"][last + 1]):
            last += 1
        merge(notebook, n, last)


def merge_checks(notebook: Notebook) -> None:
    for n in reversed(range(1, len(notebook["cells"]))):
        if is_check(notebook["cells"][n]) and is_check(notebook["cells"][n - 1]):
            merge(notebook, n - 1, n)


def merge_all_code(notebook: Notebook) -> None:
    merge(notebook, 0, len(notebook["cells"]) - 1)


def merge_first_two_answers(notebook: Notebook) -> None:
    """The second exercise's answer stands in the first one's cell, and its own is gone."""
    first, *others = solutions(notebook)
    if others:
        cells = notebook["cells"]
        cells[first]["source"] = [f"{text(cells[first])}\n\n{text(cells[others[0]])}"]
        del cells[others[0]]


@dataclass(frozen=True)
class Case:
    """What mending should make of one kind of damage.

    Attributes:
        damage: the function.
        mended: codes that must be told, and no others.
        flags: codes that a person must see, and no others.
        same: the code that runs is exactly that of the undamaged notebook.
    """

    damage: Callable[[Notebook], None]
    mended: frozenset[str] = field(default_factory=frozenset)
    flags: frozenset[str] = field(default_factory=frozenset)
    same: bool = True


def _case(
    damage: Callable[[Notebook], None], mended: str = "", flags: str = "", *, same: bool = True
) -> Case:
    return Case(damage, frozenset(mended.split()), frozenset(flags.split()), same)


DAMAGE = [
    _case(strip_metadata, "marks_missing"),
    _case(drop_ids),
    _case(strip_all, "marks_missing"),
    _case(repeat_ids),
    _case(repeat_a_solutions_id, "marks_missing"),
    _case(repeat_grade_ids, "marks_missing"),
    _case(odd_types, "broken_cells"),
    _case(copy_each_cell, "copies"),
    _case(copy_everything, "copies"),
    _case(blank_copies_above),
    _case(blank_copies_below),
    _case(delete_checks, "check_missing"),
    _case(delete_given_cells, "given_missing"),
    _case(delete_text, "text_missing"),
    _case(delete_setup, "given_missing"),
    _case(keep_answers_only, "given_missing text_missing check_missing"),
    _case(only_text_of_answers, "given_missing text_missing check_missing marks_missing"),
    _case(reverse, "", "moved_code"),
    _case(checks_last),
    _case(answers_last, "", "moved_code"),
    _case(edit_checks, "check_changed", same=False),
    _case(forge_checks, "check_changed"),
    _case(add_tags, "tags"),
    _case(answers_to_markdown, "answer_changed_type", "answer_changed_type"),
    _case(answers_to_fenced_markdown, "answer_changed_type", "answer_changed_type"),
    _case(answers_to_raw, "answer_changed_type", "answer_changed_type"),
    _case(given_to_markdown, "given_changed_type"),
    _case(everything_to_markdown, "given_changed_type answer_changed_type", "answer_changed_type"),
    _case(windows_lines),
    _case(colab),
    _case(colab_without_marks, "marks_missing"),
    _case(unknown_kernel, "kernel"),
    _case(wrong_outputs),
    _case(helpers_above, same=False),
    _case(helpers_below, same=False),
    _case(notes_and_empty_cells),
    _case(split_at_statements, same=False),
    _case(split_without_marks, same=False),
    _case(split_in_statements, "joined", "joined"),
    _case(merge_answers_with_checks, "cut_apart"),
    _case(merge_checks, "cut_apart"),
]


#: These leave nothing by which the other functions know the cells, so they come last.
_LAST = (
    strip_metadata,
    strip_all,
    drop_ids,
    repeat_ids,
    repeat_a_solutions_id,
    repeat_grade_ids,
    only_text_of_answers,
    forge_checks,
    colab,
    colab_without_marks,
    everything_to_markdown,
    odd_types,
)
_SPLITS = {split_at_statements, split_without_marks, split_in_statements}
_NO_HALVES = {
    keep_answers_only,
    only_text_of_answers,
    answers_to_markdown,
    answers_to_fenced_markdown,
    answers_to_raw,
    everything_to_markdown,
}


def combined(notebook: Notebook, seed: int) -> list[str]:
    """Do several kinds of damage, one after the other; returns their names."""
    rng = random.Random(seed)
    chosen = rng.sample([case.damage for case in DAMAGE if case.damage not in _LAST], 2)
    chosen.append(rng.choice(_LAST))
    if not _SPLITS.isdisjoint(chosen) and not _NO_HALVES.isdisjoint(chosen):
        chosen = chosen[-1:]  # these lose the half that bears no marks, or turn it into a note
    for damage in chosen:
        damage(notebook)
    return [damage.__name__ for damage in chosen]
