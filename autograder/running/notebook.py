"""Runs a notebook in a sandboxed kernel of its own, whatever its code does.

Check cells of ours are not run there: the kernel is asked for evidence, which is judged here.
"""

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.utils import is_grade
from traitlets.config import Config

from autograder.checks.table import PART_OF, is_ours
from autograder.course.folders import hidden_folders
from autograder.kernels.layers import Protection
from autograder.kernels.session import Kernel
from autograder.kernels.settings import load_config
from autograder.running.ask import SECRET_BITS, ask, prepare, tell, verdict_on
from autograder.running.crosscheck import Shown
from autograder.running.illustrations import pass_over, passed_over
from autograder.running.stops import mark, output_of
from autograder.running.untouched import Untouched

#: Where an executed notebook's metadata says what protected the run, and what stopped it.
RUN = "moons_and_spirals_run"


def run_notebook(
    notebook: NotebookNode,
    *,
    config: Config | None = None,
    on_start: Callable[[Protection], None] = lambda protection: None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    secret: int | None = None,
    attempt: int = 1,
    on_evidence: Callable[[dict[str, str]], None] = lambda evidence: None,
    beside: Mapping[str, bytes] | None = None,
    whole: bool = False,
) -> NotebookNode:
    """Run the cells of a notebook, errors and all, and return it; illustrations only where needed.

    A cell that is stopped, for time or output, and the end of the kernel itself are errors in the
    notebook: what ran before keeps its outputs, and a check that could not run says why.

    Args:
        notebook: is filled with its outputs; metadata under `RUN` says how it went.
        config: with a `Sandbox` section; None for the `nbgrader_config.py` of the working folder.
        on_start: is told what protects the run, before the first cell.
        on_progress: is called with the cells done and the cells in all.
        secret: what all seeds of the run come from; None for a new one.
        attempt: from the second on, other random numbers are drawn, also where the notebook
            itself sets torch's seed.
        on_evidence: is given each check's evidence as text, to keep.
        beside: the content of files that lie beside the notebook, by path.
        whole: run also illustrations that nothing seems to need.

    Raises:
        CannotRun: the kernel could not be started; the message says why.
        ProtectionTooWeak: a layer is missing that the settings demand.
    """
    hide = tuple(hidden_folders(Path.cwd()))
    stops: dict[int, str] = {}
    end: int | None = None
    evidence: dict[str, str] = {}
    shown = Shown()
    secret = secrets.randbits(SECRET_BITS) if secret is None else secret
    config = load_config(Path.cwd()) if config is None else config
    over = frozenset() if whole else passed_over(notebook.cells)
    with Kernel(config, hide, beside) as kernel:
        on_start(kernel.protection)
        untouched = prepare(kernel, notebook, secret, attempt)
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type == "code" and _check_of(cell) not in evidence:
                cell.outputs, cell.execution_count = [], None
                if end is None and untouched is not None and _check_of(cell):
                    places = _together(notebook.cells, index, over)
                    checks = {check: notebook.cells[n] for check, n in places.items()}
                    found = _ask_and_judge(kernel, checks, secret, shown, untouched)
                    evidence.update(found)
                    if kernel.dead:
                        stops[index], end = kernel.dead, index
                    elif kernel.stopped:
                        unanswered = (n for check, n in places.items() if not found[check])
                        stops |= dict.fromkeys(unanswered, kernel.stopped)
                elif index in over:
                    pass_over(cell)
                elif end is None and cell.source.strip():
                    run = kernel.run(cell.source)
                    shown.add(run)
                    cell.outputs, cell.execution_count = run.outputs, run.count
                    if run.stopped:
                        stops[index] = run.stopped
                    if kernel.dead:
                        stops[index], end = kernel.dead, index
            on_progress(index + 1, len(notebook.cells))
    mark(notebook, stops, end, kernel.limits)
    notebook.metadata[RUN] = {
        "protection": kernel.protection.as_json(),
        "stopped": list(stops.values()),
        "flags": [asdict(flag) for flag in (*shown.flags, *(untouched.flags if untouched else ()))],
        "passed_over": sorted(over),
    }
    on_evidence(evidence)
    return notebook


def _check_of(cell: NotebookNode) -> str:
    """The check that a cell holds, if it is one of ours; else ""."""
    check = cell.metadata.get("nbgrader", {}).get("grade_id", "") if is_grade(cell) else ""
    return check if is_ours(check) else ""


def _together(cells: list[NotebookNode], first: int, over: Collection[int]) -> dict[str, int]:
    """The checks from one on that no other code comes between, with their cells' places.

    The learner's objects are the same for all of them, so they are asked in one go.
    """
    places = {}
    for place in range(first, len(cells)):
        cell = cells[place]
        if cell.cell_type != "code":
            continue
        if check := _check_of(cell):
            places[check] = place
        elif cell.source.strip() and place not in over:
            break
    return places


def _ask_and_judge(
    kernel: Kernel,
    checks: dict[str, NotebookNode],
    secret: int,
    shown: Shown,
    untouched: Untouched,
) -> dict[str, str]:
    """Fill check cells with the verdicts on what the kernel says; returns the evidence."""
    evidence = {}
    passed = {}
    for check, text in ask(kernel, list(checks), secret, untouched).items():
        evidence[check] = shown.confirm(check, PART_OF[check].id, text)
        verdict = verdict_on(check, evidence[check], secret)
        checks[check].outputs = [output_of(check, verdict)]
        checks[check].execution_count = None
        passed[check] = verdict.passed
    if not kernel.stopped:
        tell(kernel, passed)
    return evidence
