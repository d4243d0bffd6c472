"""`autograder check`: one notebook from file to marks, for people who study alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from traitlets.config import Config

from autograder.grading.assemble import assemble
from autograder.grading.course import NotGradable, identify, masters, read_notebook
from autograder.grading.execute import run_notebook
from autograder.grading.marks import Marks, read_marks
from autograder.kernels.errors import CannotRun, ProtectionTooWeak
from autograder.kernels.layers import Protection


def check_file(
    path: Path,
    *,
    config: Config | None = None,
    on_start: Callable[[Protection], None] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Marks:
    """Grade one notebook file; the file is not changed.

    Args:
        path: a released, filled or solved notebook of the course, under any name.
        config: the settings; None for those of the working folder.
        on_start: is told what protects the run, before the first cell.
        on_progress: is called with the cells done and the cells in all.

    Returns:
        Its marks.

    Raises:
        NotGradable: it could not be graded; the message says why and what to do.
    """
    submission = read_notebook(path)
    name = identify(submission, path.name)
    notebook, mended = assemble(submission, masters()[name])
    try:
        run_notebook(notebook, config=config, on_start=on_start, on_progress=on_progress)
    except ProtectionTooWeak as error:
        raise NotGradable("protection", str(error)) from error
    except CannotRun as error:
        raise NotGradable(
            "kernel", f"{path.name} could not be run: {error}. Try `autograder doctor`."
        ) from error
    return read_marks(notebook, name, mended)
