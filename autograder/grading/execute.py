"""Runs a notebook in a kernel of its own, with nbgrader's own `Execute`."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import Execute
from traitlets.config import Config

from autograder.grading.course import course_folder

#: Seconds that one cell may take.
CELL_SECONDS = 120


class _Watched(Execute):
    """Tells after each cell how far it is."""

    on_progress: Callable[[int, int], None] | None = None

    def preprocess_cell(self, cell: NotebookNode, resources: Any, index: int) -> Any:
        result = super().preprocess_cell(cell, resources, index)
        if self.on_progress is not None:
            self.on_progress(index + 1, len(self.nb.cells))
        return result


def run_notebook(
    notebook: NotebookNode,
    *,
    cell_seconds: int = CELL_SECONDS,
    folder: Path | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> NotebookNode:
    """Run every cell of a notebook, errors and all.

    Args:
        notebook: is filled with its outputs.
        cell_seconds: how long one cell may take before it is interrupted.
        folder: where the kernel stands; None for an empty scratch folder.
        on_progress: is called with the cells done and the cells in all.

    Returns:
        The same notebook.

    Raises:
        RuntimeError: the kernel could not be started or died; the message says which.
    """
    config = Config()
    config.KernelManager.transport_encryption = "required"
    runner = _Watched(config=config, timeout=cell_seconds, kernel_name="python3")
    runner.on_progress = on_progress
    with tempfile.TemporaryDirectory(prefix="moons-") as scratch:
        before = dict(os.environ)
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        # The kernel finds the helpers that this process has, also where none are installed.
        root = str(Path(__file__).resolve().parents[2])
        if course_folder() == Path(root):
            os.environ["PYTHONPATH"] = os.pathsep.join(
                filter(None, [root, os.environ.get("PYTHONPATH")])
            )
        try:
            runner.preprocess(notebook, {"metadata": {"path": str(folder or scratch)}})
        except Exception as error:
            raise RuntimeError(f"{type(error).__name__}: {error}") from error
        finally:
            os.environ.clear()
            os.environ.update(before)
            sys.stdout.flush()
    return notebook
