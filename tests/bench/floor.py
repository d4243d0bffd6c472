"""The floor: what learners' own cells cost, in one process that has paid its imports.

`python tests/bench/floor.py FOLDER` runs every notebook under FOLDER, in IPython and with its
pictures drawn, as a notebook does; check cells and all else that grading is are left out. It
prints JSON: seconds of wall and CPU time, by file.
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

from autograder.grading.course import cell_name
from autograder.kernels.forkserver import STACK


class Shell(InteractiveShell):
    """IPython without a window system, as in a kernel."""

    def enable_gui(self, gui: str | None = None) -> None:
        """Nothing to do for pictures in a notebook."""


def own_cells(path: Path) -> list[str]:
    """The source of all code cells that are no checks."""
    notebook = nbformat.read(path, as_version=4)
    return [
        cell.source
        for cell in notebook.cells
        if cell.cell_type == "code" and not (cell_name(cell) or "").startswith("check_")
    ]


def run(shell: InteractiveShell, cells: list[str]) -> tuple[float, float]:
    """Run one notebook's cells in an empty namespace; returns wall and CPU seconds."""
    shell.reset(new_session=False)
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    for source in cells:
        with capture_output():
            shell.run_cell(source, store_history=True)
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> int:
    """Run all notebooks; the first one twice, because a first step and picture import more."""
    for name in STACK:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    shell = Shell.instance()
    shell.enable_matplotlib("inline")
    paths = sorted(Path(sys.argv[1]).rglob("*.ipynb"))
    cells = {path: own_cells(path) for path in paths}
    run(shell, cells[paths[0]])
    found = {str(path): run(shell, cells[path]) for path in paths}
    json.dump(found, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
