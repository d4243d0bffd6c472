"""Runs a notebook in a sandboxed kernel of its own, whatever its code does.

Check cells of ours are not run there: the kernel is asked for evidence, which is judged here.
"""

import copy
import secrets
import time
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
from autograder.kernels.settings import Sandbox, load_config
from autograder.mending.mend import MERGED, RELEASED
from autograder.running.ask import SECRET_BITS, ask, prepare, tell, verdict_on
from autograder.running.cells import Cells
from autograder.running.crosscheck import Shown
from autograder.running.illustrations import pass_over, passed_over
from autograder.running.lacking import lacks_device
from autograder.running.newer_python import with_version
from autograder.running.stops import mark, output_of
from autograder.running.untouched import Untouched
from autograder.submissions.cells import Note

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
    secret = secrets.randbits(SECRET_BITS) if secret is None else secret
    config = copy.deepcopy(load_config(Path.cwd()) if config is None else config)
    settings = Sandbox(config=config)
    over = frozenset() if whole else passed_over(notebook.cells)
    most, begun = settings.notebook_seconds, time.monotonic()
    for on_cpu in (False, True):
        with Kernel(config, hide, beside) as kernel:
            if not on_cpu:
                on_start(kernel.protection)
            run = _Run(notebook, kernel, over, secret, attempt, on_cpu)
            for index in range(len(notebook.cells)):
                run.go_on(index)
                left = most - (time.monotonic() - begun)
                if run.cells.lacks_device and not on_cpu and left >= most / 2:
                    break  # from the start again: a cell that ran half must not run twice
                on_progress(index + 1, len(notebook.cells))
            else:
                break
        config.Sandbox.notebook_seconds = left  # both runs together may take what one may
    mark(notebook, run.stops, run.end, settings.limits())
    notebook.metadata[RUN] = {
        "protection": kernel.protection.as_json(),
        "stopped": list(run.stops.values()),
        "flags": [asdict(flag) for flag in run.flags()],
        "mended": [asdict(note) for note in run.notes()],
        "passed_over": sorted(over),
    }
    for cell in notebook.cells:
        cell.metadata.pop(RELEASED, None)
        cell.metadata.pop(MERGED, None)
    on_evidence(run.evidence)
    return notebook


class _Run:
    """One run of a notebook's cells in one kernel.

    Args:
        notebook: is filled with its outputs.
        over: places of illustrations that are passed over.
        on_cpu: torch takes the CPU where the notebook asks for a GPU.

    Attributes:
        stops: places of cells that were stopped, and why.
        end: the one in which the kernel ended, if it did.
        evidence: by check, as text.
    """

    def __init__(
        self,
        notebook: NotebookNode,
        kernel: Kernel,
        over: frozenset[int],
        secret: int,
        attempt: int,
        on_cpu: bool,
    ) -> None:
        self.stops: dict[int, str] = {}
        self.end: int | None = None
        self.evidence: dict[str, str] = {}
        self.cells = Cells(kernel)
        self._all, self._kernel, self._over, self._secret = notebook.cells, kernel, over, secret
        self._on_cpu = on_cpu
        self._shown = Shown()
        self._failed: dict[str, None] = {}  # parts with a check that was not passed, in order
        self._untouched = prepare(kernel, notebook, secret, attempt, on_cpu)

    def go_on(self, index: int) -> None:
        """Run the next cell; of checks that stand together, all."""
        cell = self._all[index]
        if cell.cell_type != "code" or _check_of(cell) in self.evidence:
            return
        cell.outputs, cell.execution_count = [], None
        if self.end is None and self._untouched is not None and _check_of(cell):
            self._check(index, self._untouched)
        elif index in self._over:
            pass_over(cell)
        elif self.end is None and cell.source.strip():
            for run in self.cells.run(cell):
                self._shown.add(run)
                cell.outputs += run.outputs
                cell.execution_count = run.count
                if run.stopped:
                    self.stops[index] = run.stopped
            if self._kernel.dead:
                self.stops[index], self.end = self._kernel.dead, index

    def _check(self, index: int, untouched: Untouched) -> None:
        places = _together(self._all, index, self._over)
        checks = {check: self._all[n] for check, n in places.items()}
        found = self._ask_and_judge(checks, untouched)
        self.evidence.update(found)
        if self._kernel.dead:
            self.stops[index], self.end = self._kernel.dead, index
        elif self._kernel.stopped:
            unanswered = (n for check, n in places.items() if not found[check])
            self.stops |= dict.fromkeys(unanswered, self._kernel.stopped)

    def _ask_and_judge(
        self, checks: dict[str, NotebookNode], untouched: Untouched
    ) -> dict[str, str]:
        """Fill check cells with the verdicts on what the kernel says; returns the evidence."""
        evidence = {}
        passed = {}
        for check, text in ask(self._kernel, list(checks), self._secret, untouched).items():
            part = PART_OF[check].id
            text = self._shown.confirm(check, part, text)
            if part in self.cells.newer:
                text = with_version(text, self.cells.newer[part])
            self.cells.lacks_device |= lacks_device(text)
            evidence[check] = text
            verdict = verdict_on(check, text, self._secret)
            checks[check].outputs = [output_of(check, verdict)]
            checks[check].execution_count = None
            passed[check] = verdict.passed
            if not verdict.passed:
                self._failed[part] = None
        if not self._kernel.stopped:
            tell(self._kernel, passed)
        return evidence

    def flags(self) -> list[Note]:
        """What a person should look at."""
        libraries = self._untouched.flags if self._untouched is not None else ()
        return [*self._shown.flags, *libraries, *self.cells.doubts(list(self._failed))]

    def notes(self) -> list[Note]:
        """What else there is to tell."""
        words = "The code asks for a GPU, which this machine does not have; it ran on the CPU."
        mapped = [Note("devices_mapped", "", words)] if self._on_cpu else []
        return [*mapped, *self.cells.mended]


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
