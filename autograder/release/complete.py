"""Names what an exercise lacks before it is released, each time with the file and the mend."""

import ast
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from nbformat import NotebookNode

from autograder.checks.registry import KINDS
from autograder.checks.rules import rule_of
from autograder.checks.table import MARKER, PARTS, Check, Part
from autograder.checks.words.messages import catalogue, rules
from autograder.course.clone import names_of_ours
from autograder.course.folders import ASSIGNMENT, cell_name, read_notebook
from autograder.release.agrees import disagreements
from autograder.release.generate import ReleaseRefused

#: Functions that make a verdict, and which of their arguments is its code.
_MAKERS = {"correct": 0, "not_yet": 0, "not_started": 0, "raised": 0, "with_remark": 1}
_WORDS = "autograder/checks/words"


def refuse_incomplete(course: Path, names: Mapping[str, Iterable[str]]) -> None:
    """Refuse a release with an exercise that lacks something; in a clone, a test too.

    The names are those of all notebooks, by assignment.

    Raises:
        ReleaseRefused: the message names each file, and what to write there.
    """
    found: list[str] = []
    for assignment, those in names.items():
        folder = course / "solutions" / assignment
        files = (folder / f"{name}.ipynb" for name in sorted(those))
        notebooks = {path.name: read_notebook(path) for path in files}
        if assignment != ASSIGNMENT:
            found += [
                f"{assignment}/{name}: {why}"
                for name, notebook in notebooks.items()
                for why in names_of_ours(notebook)
            ]
            continue
        for name, notebook in notebooks.items():
            found += _in_notebook(course, name, notebook.cells)
        found = found or list(disagreements(course, notebooks))
    if missing := dict.fromkeys(found):
        raise ReleaseRefused("an exercise is not complete:\n  " + "\n  ".join(missing))


def _in_notebook(course: Path, file: str, cells: list[NotebookNode]) -> Iterator[str]:
    for place, cell in enumerate(cells):
        name = cell_name(cell) or cell.id
        solution = cell.metadata.get("nbgrader", {}).get("solution")
        if not solution or not (MARKER.search(cell.source) or name in PARTS):
            continue
        if name in PARTS:
            yield from _lacks(PARTS[name], course, file, cells, place)
        else:
            yield (
                f"autograder/checks/table.py has no entry {name!r}, as {file} has: "
                "add its label, title, names and checks."
            )


def _lacks(
    part: Part, course: Path, notebook: str, cells: list[NotebookNode], place: int
) -> Iterator[str]:
    if not part.reteach:
        yield (
            f"autograder/checks/table.py has no `reteach` in the entry {part.id!r}: "
            "say in one sentence what to teach again where many fail it."
        )
    below = next((c.source for c in cells[place:] if c.cell_type == "markdown"), "")
    if below.count("<details>") < 2:
        yield (
            f"{notebook} has no two hints below the cell {part.id!r}: "
            "add a cell with a folded hint and a folded bigger hint (<details>)."
        )
    tests = course / "tests" / "checks"
    sources = [path.read_text("utf-8") for path in sorted(tests.glob("*.py"))]
    for check in part.graded:
        if check.id not in map(cell_name, cells):
            yield f"{notebook} has no cell {check.id!r}: add one, worth {check.points:g}."
        yield from _lacks_of_check(part, check)
        if tests.is_dir() and not any(f'"{check.id}"' in source for source in sources):
            yield (
                f"tests/checks/ has no test of {check.id!r}: give it a right answer, another form "
                "of it, a near miss, a constant and the untouched blank."
            )


def _lacks_of_check(part: Part, check: Check) -> Iterator[str]:
    if check.kind not in rules():
        yield (
            f"{_WORDS}/rules.toml has no [{check.kind}], the kind of {check.id!r}: "
            "say in one sentence what it asks for."
        )
    else:
        try:
            rule_of(part, check)
        except KeyError as unknown:
            yield (
                f"{_WORDS}/rules.toml has {unknown} in [{check.kind}], which is not known of "
                f"{check.id!r}: autograder/checks/rules.py lists what is."
            )
    if check.kind not in KINDS:
        yield (
            f"autograder/checks/registry.py has no {check.kind!r}, the kind of {check.id!r}: "
            "enter its collector and its judge."
        )
        return
    judges = KINDS[check.kind].judge.__module__
    source = inspect.getsource(sys.modules[judges])
    for code in sorted(codes_in(ast.parse(source)) - catalogue().keys()):
        yield (
            f"{_WORDS}/messages.toml has no [{code}], which a judge in {judges} gives: "
            "say what was expected, what came, and one next step."
        )


def codes_in(tree: ast.Module) -> set[str]:
    """The codes that a module makes verdicts of, as far as they stand in the calls themselves."""
    found = set()
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        place = _MAKERS.get(getattr(call.func, "id", ""))
        if place is None or len(call.args) <= place:
            continue
        code = call.args[place]
        choices = (code.body, code.orelse) if isinstance(code, ast.IfExp) else (code,)
        found |= {c.value for c in choices if isinstance(c, ast.Constant)}
    return {code for code in found if isinstance(code, str)}
