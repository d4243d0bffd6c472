"""`autograder check`: one notebook from file to marks, for people who study alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from traitlets.config import Config

from autograder.grading.execute import run_notebook
from autograder.grading.marks import Marks, read_marks
from autograder.grading.mending import mend
from autograder.grading.reading import NotGradable, read_submission
from autograder.grading.revisions import fitting_template
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
    submission = read_submission(path)
    template, revision = fitting_template(submission, path.name)
    mended = mend(submission, template)
    try:
        run_notebook(mended.notebook, config=config, on_start=on_start, on_progress=on_progress)
    except ProtectionTooWeak as error:
        raise NotGradable("protection", str(error)) from error
    except CannotRun as error:
        raise NotGradable(
            "kernel", f"{path.name} could not be run: {error}. Try `autograder doctor`."
        ) from error
    marks = read_marks(mended.notebook, template.name)
    marks.mended += [asdict(note) for note in (*revision, *mended.mended)]
    marks.flags += [asdict(note) for note in mended.flags]
    return marks
