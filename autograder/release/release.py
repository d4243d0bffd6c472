"""`autograder release`: solutions/ to notebooks/, or to notebooks that carry all in themselves.

The work is nbgrader's own `generate_assignment`, done in a scratch course. A release is written
only if no exercise lacks anything, every solution earns full marks and every untouched notebook
earns none.

A standalone notebook can be sent by mail or an LMS: it runs where torch, scikit-learn and
matplotlib are, as in Colab, without a repository, an install or a network.
"""

from collections.abc import Callable
from pathlib import Path

import nbformat

from autograder.course.address import Address
from autograder.course.folders import ASSIGNMENT, notebooks_in
from autograder.course.releases import keep, worked_in
from autograder.errors import Refused
from autograder.files import write_bytes_whole
from autograder.release.complete import refuse_incomplete
from autograder.release.generate import ReleaseRefused, generate
from autograder.running.marks import Marks, read_marks
from autograder.running.notebook import run_notebook

#: Where standalone notebooks go, in the clone, unless another folder is named.
DEFAULT = Path("build") / "standalone"
#: Is told what is going on, a line at a time.
Say = Callable[[str], None]


class BadFolder(Refused):
    """A folder that such notebooks must not be written to; the message says why."""

    before = "Nothing was released: "


def _prove(course: Path, released: dict[str, bytes], say: Say) -> None:
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
    say: Say = lambda line: None,
) -> list[Path]:
    """Write `notebooks/` from `solutions/`; returns the files, all of them, changed or not.

    Learners install from the address, and links lead to it: None for the settings'. Without proof
    nothing is run.

    Raises:
        ReleaseRefused: nothing was written; the message says why.
    """
    released = generate(course, address=address)
    refuse_incomplete(course, released)
    source, folder = (course / part / ASSIGNMENT for part in ("solutions", "notebooks"))
    targets = {folder / name: content for name, content in released.items()}
    for target, content in targets.items():
        if target.is_file() and target.read_bytes() != content and worked_in(target):
            raise ReleaseRefused(
                f"{target.relative_to(course)} holds answers or outputs: somebody works in it. "
                "Move it to another folder"
            )
    if proof:
        _prove(course, released, say)
    for path in sorted({*source.glob("[!.]*.ipynb")} - {*notebooks_in(source).values()}):
        say(f"passed over: {path} (it has no exercise)")
    for target, content in targets.items():
        if target.is_file() and target.read_bytes() != content:
            keep(course, target)  # learners who have it are graded with it
        write_bytes_whole(target, content)
    for stale in sorted({*folder.glob("[!.]*.ipynb")} - targets.keys()):
        if stale.stem not in notebooks_in(folder) or worked_in(stale):
            say(f"left as it is: {stale} (no release has made it so)")
            continue
        keep(course, stale)
        stale.unlink()
    return list(targets)


def release_standalone(
    course: Path,
    folder: Path | None = None,
    *,
    address: Address | None = None,
    proof: bool = True,
    say: Say = lambda line: None,
) -> list[Path]:
    """Write standalone notebooks from `solutions/` to a folder; `notebooks/` is left as it is.

    As `release`. None stands for `build/standalone/` in the clone.

    Raises:
        ReleaseRefused: nothing was written; the message says why.
        BadFolder: nothing was written; the folder is one of the course's, or holds other
            notebooks of these names.
    """
    target = (folder or course / DEFAULT).resolve()
    for own in ("notebooks", "solutions", "grading"):
        if target.is_relative_to((course / own).resolve()):
            raise BadFolder(f"{target} is the course's own: name a folder outside of {own}/.")
    if target.exists() and not target.is_dir():
        raise BadFolder(f"{target} is a file: name a folder.")
    made = generate(course, address=address, standalone=True)
    refuse_incomplete(course, made)
    if folder is not None:  # the default folder is ours to write to; here a learner's work may lie
        for name, content in made.items():
            path = target / name
            if path.exists() and path.read_bytes() != content:
                raise BadFolder(f"{path} is there already: name another folder, or move it away.")
    if proof:
        _prove(course, made, say)
    for name, content in made.items():
        write_bytes_whole(target / name, content)
    return [target / name for name in made]
