"""`autograder release`: solutions/ to notebooks/, proved before it is written.

The work is nbgrader's own `generate_assignment`, done in a scratch course. A release is written
only if no exercise lacks anything, every solution earns full marks and every untouched notebook
earns none.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import nbformat

from autograder.course.address import Address
from autograder.course.folders import ASSIGNMENT, notebooks_in
from autograder.course.releases import keep, worked_in
from autograder.files import write_bytes_whole
from autograder.release.complete import lacks
from autograder.release.generate import ReleaseRefused, generate
from autograder.running.marks import Marks, read_marks
from autograder.running.notebook import run_notebook


def refuse_incomplete(course: Path, names: Iterable[str]) -> None:
    """Refuse a release of notebooks with an exercise that lacks something.

    Raises:
        ReleaseRefused: the message names each file, and what to write there.
    """
    folder = course / "solutions" / ASSIGNMENT
    if missing := lacks(course, [folder / name for name in names]):
        raise ReleaseRefused("an exercise is not complete:\n  " + "\n  ".join(missing))


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
        prove(course, released, say)
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
