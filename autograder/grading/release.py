"""`autograder release`: solutions/ to notebooks/, proved before it is written.

The work is nbgrader's own `generate_assignment`, done in a scratch course. A release is written
only if every solution earns full marks and every untouched notebook earns none.
"""

from __future__ import annotations

import copy
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.grading.address import Address
from autograder.grading.course import ASSIGNMENT
from autograder.grading.execute import run_notebook
from autograder.grading.marks import Marks, read_marks
from autograder.grading.nbgrader_log import quiet, reason
from autograder.grading.revisions import keep
from autograder.grading.stamping import Stamp


class ReleaseRefused(Exception):  # noqa: N818 - a finding about the course, not a fault of ours
    """A solution misses marks, or an untouched notebook earns some; the message says which."""


def load_config(course: Path) -> Config:
    """The settings in a course's `nbgrader_config.py`."""
    return PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()


def settings_address(course: Path) -> Address:
    """The repository's address, as a course's settings say; the package's own if they say nothing.

    Raises:
        BadAddress: the settings hold something else.
    """
    return Stamp(config=load_config(course)).address()


def generate(
    course: Path, db_url: str = "", *, address: Address | None = None, standalone: bool = False
) -> dict[str, bytes]:
    """What nbgrader makes of `solutions/`: released notebooks by file name, byte for byte.

    Args:
        course: the folder with `solutions/` and `nbgrader_config.py`; nothing in it is changed.
        db_url: the gradebook that gets the notebooks' cells and points; "" for none.
        address: what learners install from, and links lead to; None for the settings'.
        standalone: let the notebooks carry what they need, and install nothing.

    Raises:
        ReleaseRefused: there are none, or nbgrader cannot make a release of them; the message is
            nbgrader's.
    """
    with tempfile.TemporaryDirectory(prefix="release-") as scratch:
        root = Path(scratch)
        source = course / "solutions" / ASSIGNMENT
        # Notebooks alone: nbgrader would copy any other file into the release.
        (root / "solutions" / ASSIGNMENT).mkdir(parents=True)
        paths = sorted(source.glob("*.ipynb"))
        if not paths:
            raise ReleaseRefused(f"there are no notebooks in {source}")
        for path in paths:
            shutil.copy(path, root / "solutions" / ASSIGNMENT)
        config = copy.deepcopy(load_config(course))
        config.Stamp.standalone = standalone
        if address is not None:
            config.Stamp.repository, config.Stamp.revision = address.repository, address.revision
        config.CourseDirectory.root = scratch
        scratch_url = f"sqlite:///{(root / 'gradebook.db').as_posix()}"
        config.CourseDirectory.db_url = db_url or scratch_url
        config.CourseDirectory.assignment_id = ASSIGNMENT
        converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
        before = Path.cwd()
        with quiet() as log:
            try:
                converter.start()
            except (Exception, SystemExit) as error:  # nbgrader has often logged the reason
                why = reason(log.getvalue()) if log.getvalue() else str(error)
                raise ReleaseRefused(f"nbgrader could not make the release: {why}") from error
            finally:
                os.chdir(before)
        made = sorted((root / "notebooks" / ASSIGNMENT).glob("*.ipynb"))
        return {path.name: path.read_bytes() for path in made}


def prove(
    course: Path, released: dict[str, bytes], say: Callable[[str], None] = lambda line: None
) -> None:
    """Run every solution and every untouched notebook, and refuse a release that is not sound.

    Raises:
        ReleaseRefused: the message lists every check that failed its proof.
    """
    wrong: list[str] = []
    for name, content in released.items():
        stem = Path(name).stem
        say(f"{stem}: running the solution")
        solution = nbformat.read(course / "solutions" / ASSIGNMENT / name, as_version=4)
        wrong += _faults(read_marks(run_notebook(solution), stem), full=True)
        say(f"{stem}: running the untouched notebook")
        untouched = nbformat.reads(content.decode(), as_version=4)
        wrong += _faults(read_marks(run_notebook(untouched), stem), full=False)
    if wrong:
        raise ReleaseRefused("the release is not sound:\n" + "\n".join(wrong))


def _faults(marks: Marks, *, full: bool) -> list[str]:
    kind = "the solution" if full else "the untouched notebook"
    return [
        f"  {marks.notebook}: {kind} earns {cell.score:g} of {cell.max_score:g} in "
        f"{cell.grade_id}: {cell.message}"
        for cell in marks.cells
        if cell.score != (cell.max_score if full else 0)
    ]


def release(
    course: Path,
    *,
    address: Address | None = None,
    proof: bool = True,
    say: Callable[[str], None] = lambda line: None,
) -> list[Path]:
    """Write `notebooks/` from `solutions/`.

    Args:
        course: the folder with both.
        address: what learners install from, and links lead to; None for the settings'.
        proof: run everything first; False only regenerates.
        say: is told what is going on, a line at a time.

    Returns:
        The files, all of them, changed or not.

    Raises:
        ReleaseRefused: nothing was written; the message says why.
    """
    released = generate(course, address=address)
    if proof:
        prove(course, released, say)
    folder = course / "notebooks" / ASSIGNMENT
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in released.items():
        target, fresh = folder / name, folder / f".{name}.new"
        if target.is_file() and target.read_bytes() != content:
            keep(course, target)  # learners who have it are graded with it
        fresh.write_bytes(content)
        fresh.replace(target)  # whole or not at all
        written.append(target)
    for stale in set(folder.glob("*.ipynb")) - set(written):
        keep(course, stale)
        stale.unlink()
    return written
