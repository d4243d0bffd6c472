"""How long each solved notebook takes from top to bottom, and each cell's share of it.

`make bench-lessons` prints it. The bar is 30 seconds on 2 cores, kernel start included.
"""

from __future__ import annotations

import sys
import time
from itertools import pairwise
from pathlib import Path

import nbformat

from autograder.running.notebook import run_notebook

SOLUTIONS = Path(__file__).parents[2] / "solutions" / "classification"
BAR_SECONDS = 30


def seconds_by_cell(notebook: nbformat.NotebookNode) -> list[float]:
    """Run a notebook; how long each cell took, the first one with the kernel's start."""
    ends = [time.perf_counter()]
    run_notebook(notebook, on_progress=lambda done, total: ends.append(time.perf_counter()))
    return [after - before for before, after in pairwise(ends)]


def main() -> int:
    """Run every solved notebook once; the exit code is 1 if one is slower than the bar."""
    slow = False
    for path in sorted(SOLUTIONS.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        seconds = seconds_by_cell(notebook)
        total = sum(seconds)
        slow = slow or total > BAR_SECONDS
        print(f"{path.stem}: {total:.1f} s of {BAR_SECONDS}")
        for took, cell in zip(seconds, notebook.cells, strict=True):
            if cell.cell_type == "code":
                print(f"  {took / total:5.1%}  {took:5.2f} s  {cell.id}")
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
