"""The floor: what learners' own cells cost, in one process that has paid its imports.

`python -m tests.bench.floor FOLDER_OR_FILE` runs every notebook there, in IPython and with its
pictures drawn, as a notebook does; check cells and all else that grading is are left out. It
prints JSON: for each file seconds of wall and CPU time, and the CPU time of those cells alone that
`autograder grade` runs (it passes over illustrations). `--bare` runs each once, without a first
round that warms up.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import sys
import time
from pathlib import Path

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from autograder.checks.table import PART_OF
from autograder.course.folders import cell_name
from autograder.course.template import TAG, cell_tags
from autograder.kernels.forkserver import STACK


class Shell(InteractiveShell):
    """IPython without a window system, as in a kernel."""

    def enable_gui(self, gui: str | None = None) -> None:
        """Nothing to do for pictures in a notebook."""


def own_cells(path: Path) -> list[tuple[str, bool]]:
    """The source of all code cells that are no checks, and whether each is an illustration."""
    return [
        (cell.source, TAG in cell_tags(cell))
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code" and cell_name(cell) not in PART_OF
    ]


def run(shell: InteractiveShell, cells: list[tuple[str, bool]]) -> tuple[float, float, float]:
    """Run one notebook's cells in an empty namespace; returns the seconds."""
    shell.reset(new_session=False)
    gc.collect()
    wall, cpu, passed_over = time.perf_counter(), time.process_time(), 0.0
    for source, illustrates in cells:
        before = time.process_time()
        with capture_output():
            shell.run_cell(source, store_history=True)
        passed_over += illustrates * (time.process_time() - before)
    cpu = time.process_time() - cpu
    return time.perf_counter() - wall, cpu, cpu - passed_over


def main() -> int:
    """Run all notebooks; the first one twice, because a first step and picture import more."""
    place = Path(sys.argv[-1])
    paths = sorted(place.rglob("*.ipynb")) if place.is_dir() else [place]
    for name in STACK:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    shell = Shell.instance()
    shell.enable_matplotlib("inline")
    if "--bare" not in sys.argv:
        run(shell, own_cells(paths[0]))
    json.dump({str(path): run(shell, own_cells(path)) for path in paths}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
