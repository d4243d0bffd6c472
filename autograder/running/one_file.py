"""`autograder check`: one notebook from file to marks, for people who study alone."""

import copy
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from traitlets.config import Config

from autograder.bounds import TookTooLong, bounded
from autograder.course.clone import clone_lessons
from autograder.course.folders import ASSIGNMENT, around, assignments_in, hidden_folders
from autograder.course.lessons import Lessons, own_lessons
from autograder.course.setup_cell import START, as_released
from autograder.course.template import Template
from autograder.kernels.errors import CannotRun, ProtectionTooWeak
from autograder.kernels.settings import Sandbox, load_config
from autograder.mending.mend import Mended, mend
from autograder.running.marks import Marks, read_marks
from autograder.running.retry import run_for_evidence
from autograder.running.review_flags import (
    as_solved,
    claimed,
    code_to_review,
    differences,
    files_to_review,
)
from autograder.submissions.cells import SubmittedCells
from autograder.submissions.companions import Companions, read_companions
from autograder.submissions.identify import fitting_template
from autograder.submissions.read import NotGradable, read_cells, too_much
from helpers.text import as_name

#: One kernel alone is ready sooner than the process that warm ones are forked from.
WARM = False


def check_file(path: Path, *, config: Config | None = None, **options: Any) -> Marks:
    """Grade one notebook file; the file is not changed.

    Args:
        path: a released, filled or solved notebook of the course, under any name.
        config: the settings; None for those of the working folder.
        options: further ones of `run_notebook`.

    Raises:
        NotGradable: it could not be graded; the message says why and what to do.
    """
    lessons = _lessons_of(path)
    template, mended = mended_file(path, None, lessons)
    config = copy.deepcopy(load_config(Path.cwd()) if config is None else config)
    config.Sandbox.setdefault("warm", WARM)
    beside = _around(path, mended, config)
    mended.mended += beside.notes
    if lessons.own:
        mended.flags += files_to_review(beside.files)
    try:
        run_for_evidence(
            mended.notebook,
            template,
            mended,
            config=config,
            beside=beside.files,
            **options,
        )
    except ProtectionTooWeak as error:
        raise NotGradable("protection", str(error)) from error
    except CannotRun as error:
        raise NotGradable(
            "kernel", f"{as_name(path.name)} could not be run: {error}. Try `autograder doctor`."
        ) from error
    return marks_of(mended.notebook, template.name, mended)


def _lessons_of(path: Path) -> Lessons:
    """This project's own, unless the file lies in another assignment's folder of a clone."""
    folder = path.resolve().parent
    course = around(folder)
    if course is None or folder.name == ASSIGNMENT or folder.name not in assignments_in(course):
        return own_lessons()
    return clone_lessons(course, folder.name)


def _around(path: Path, mended: Mended, config: Config) -> Companions:
    """The files beside a notebook that its code names: the folder may be anybody's downloads."""
    settings = Sandbox(config=config)
    settings.hide = [*settings.hide, *hidden_folders(Path.cwd(), path.parent)]
    cells = (cell for cell in mended.notebook.cells if cell.cell_type == "code")
    return read_companions(path.parent, settings, "\n".join(cell.source for cell in cells))


def mended_file(path: Path, course: Path | None, lessons: Lessons) -> tuple[Template, Mended]:
    """Read a submitted file, and mend it into the notebook to run; the file is not changed.

    The earlier releases of a course count, by default of the clone around this folder.

    Returns:
        The notebook of the course that it is, in the learner's release, and the mended one.

    Raises:
        NotGradable: the message says why and what to do.
    """
    try:
        with bounded():
            submitted = read_cells(path)
            template, revision = fitting_template(submitted, path.name, course, lessons)
            submitted = _with_setup_cell(submitted, template)
            mended = mend(submitted, template)
            mended.mended[:0] = revision
            mended.claims = claimed(submitted.cells)
            if lessons.own and course is not None:  # a class, and not a teacher's own try
                mended.flags += as_solved(submitted.cells, template)
            if lessons.own:  # what no answer needs is known of our exercises alone
                mended.flags += code_to_review(submitted.cells, template)
    except (TookTooLong, MemoryError) as error:
        raise too_much(path, error) from None
    return template, mended


def _with_setup_cell(submitted: SubmittedCells, template: Template) -> SubmittedCells:
    """A standalone notebook with the setup cell that others have."""
    setup = next((slot.released for slot in template.slots if START in slot.released), None)
    if setup is None:
        return submitted
    cells = [replace(cell, source=as_released(cell.source, setup)) for cell in submitted.cells]
    return replace(submitted, cells=cells)


def marks_of(executed: NotebookNode, name: str, mended: Mended) -> Marks:
    """The marks of a notebook that has run, with what was mended in it."""
    marks = read_marks(executed, name)
    marks.mended += [asdict(note) for note in mended.mended]
    differing = differences(mended.claims, marks.cells)
    marks.flags += [asdict(note) for note in (*mended.flags, *differing)]
    return marks
