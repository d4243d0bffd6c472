"""`autograder release`: solutions/ to notebooks/, or to notebooks that carry all in themselves.

The work is nbgrader's own `generate_assignment`, done in a scratch course. A release is written
only if no exercise lacks anything, every solution earns full marks and every untouched notebook
earns none: in all assignments of the course, or in none.

A standalone notebook can be sent by mail or an LMS: it runs where torch, scikit-learn and
matplotlib are, as in Colab, without a repository, an install or a network.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import is_locked

from autograder.course.address import Address
from autograder.course.clone import files_beside
from autograder.course.folders import ASSIGNMENT, assignments_in, notebooks_in
from autograder.course.releases import keep, worked_in
from autograder.course.template import graded_key
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
#: Released notebooks by assignment, and by file name.
_Made = dict[str, dict[str, bytes]]


class BadFolder(Refused):
    """A folder that such notebooks must not be written to; the message says why."""

    before = "Nothing was released: "


def _made(course: Path, address: Address | None, *, standalone: bool = False) -> _Made:
    """All assignments of a course, released.

    Raises:
        ReleaseRefused: there are none, or an exercise lacks something; the message says which.
    """
    assignments = assignments_in(course)
    if not assignments:
        raise ReleaseRefused(
            f"there are no notebooks with exercises in the folders of {course / 'solutions'}"
        )
    refuse_incomplete(
        course, {each: notebooks_in(course / "solutions" / each) for each in assignments}
    )
    return {
        each: generate(course, assignment=each, address=address, standalone=standalone)
        for each in assignments
    }


def _prove(course: Path, made: _Made, say: Say) -> None:
    """Run every solution and every untouched notebook, and refuse a release that is not sound.

    Raises:
        ReleaseRefused: the message lists every check that failed its proof.
    """
    wrong: list[str] = []
    for assignment, released in made.items():
        paths = {} if assignment == ASSIGNMENT else files_beside(course / "notebooks" / assignment)
        beside = {name: path.read_bytes() for name, path in paths.items()}
        for name, content in released.items():
            stem = Path(name).stem
            say(f"{stem}: running the solution")
            solution = nbformat.read(course / "solutions" / assignment / name, as_version=4)
            sources = {graded_key(cell): cell.source for cell in solution.cells}
            ran = run_notebook(solution, beside=beside)
            wrong += _faults(read_marks(ran, stem), full=True)
            say(f"{stem}: running the untouched notebook")
            untouched = nbformat.reads(content.decode(), as_version=4)
            _put_back_checks(untouched, sources)
            ran = run_notebook(untouched, beside=beside)
            wrong += _faults(read_marks(ran, stem), full=False)
    if wrong:
        raise ReleaseRefused("the release is not sound:\n" + "\n".join(wrong))


def _put_back_checks(released: NotebookNode, sources: Mapping[str, str]) -> None:
    """Hidden tests too run in grading: learners' notebooks are mended to have them."""
    for cell in filter(is_locked, released.cells):
        cell.source = sources.get(graded_key(cell), cell.source)


def _faults(marks: Marks, *, full: bool) -> list[str]:
    kind = "the solution" if full else "the untouched notebook"
    return [
        f"  {marks.notebook}: {kind} earns {cell.score:g} of {cell.max_score:g} in "
        f"{cell.grade_id}: {cell.message}".rstrip(": ")
        for cell in marks.cells
        if cell.score != (cell.max_score if full else 0)
    ]


def _passed_over(course: Path) -> Iterator[str]:
    """What lies in `solutions/` and is not released, with the reason; hidden files are nothing."""
    for each in sorted((course / "solutions").glob("[!.]*")):
        if not each.is_dir():
            yield f"{each} (it lies in no assignment's folder)"
            continue
        notebooks = {*notebooks_in(each).values()}
        if not notebooks:
            yield f"{each} (it has no notebook with an exercise)"
            continue
        for path in sorted({*each.glob("[!.]*")} - {*each.glob("*~")} - notebooks):
            if path.suffix == ".ipynb":
                yield f"{path} (it has no exercise)"
            else:
                yield f"{path} (no notebook; what learners need goes into notebooks/{each.name}/)"


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
    made = _made(course, address)
    folder = course / "notebooks"
    targets = {folder / each / name: made[each][name] for each in made for name in made[each]}
    for target, content in targets.items():
        if target.is_file() and target.read_bytes() != content and worked_in(target):
            raise ReleaseRefused(
                f"{target.relative_to(course)} holds answers or outputs: somebody works in it. "
                "Move it to another folder"
            )
    if proof:
        _prove(course, made, say)
    for each in _passed_over(course):
        say(f"passed over: {each}")
    for target, content in targets.items():
        if target.is_file() and target.read_bytes() != content:
            keep(course, target)  # learners who have it are graded with it
        write_bytes_whole(target, content)
    for stale in sorted({*folder.glob("[!.]*/[!.]*.ipynb")} - targets.keys()):
        if stale.stem not in notebooks_in(stale.parent) or worked_in(stale):
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

    As `release`. None stands for `build/standalone/` in the clone. Other assignments than the
    package's have folders of their own in there.

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
    made = _made(course, address, standalone=True)
    targets = {
        (target if each == ASSIGNMENT else target / each) / name: made[each][name]
        for each in made
        for name in made[each]
    }
    if folder is not None:  # the default folder is ours to write to; here a learner's work may lie
        for path, content in targets.items():
            if path.exists() and path.read_bytes() != content:
                raise BadFolder(f"{path} is there already: name another folder, or move it away.")
    if proof:
        _prove(course, made, say)
    for each in _passed_over(course):
        say(f"passed over: {each}")
    for path, content in targets.items():
        write_bytes_whole(path, content)
    return list(targets)
