"""What lies in a course's submitted folder: which file of which learner is which notebook.

A file is recognised by its cells, whatever its name. Nothing here changes a submitted file.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.course.lessons import Lessons
from autograder.kernels.settings import Sandbox
from autograder.submissions.cells import Note
from autograder.submissions.companions import read_companions
from autograder.submissions.identify import fitting_template
from autograder.submissions.read import NotGradable, read_bytes, read_cells


def newest(paths: list[Path]) -> Path:
    """The file whose cells ran last; by the files' dates, where one does not say when."""
    if len(paths) == 1:
        return paths[0]
    ran = {path: _executed(path) for path in paths}
    if not all(ran.values()):
        ran = {path: path.lstat().st_mtime for path in paths}
    return max(paths, key=lambda path: (ran[path], path.name))


def _executed(path: Path) -> float:
    """When a cell last ran, as Jupyter or Colab may have noted it; 0 where they have not."""
    try:
        return max(_times(json.loads(read_bytes(path))), default=0.0)
    except (NotGradable, ValueError, OverflowError, RecursionError):
        return 0.0


def _times(value: Any) -> Iterator[float]:
    for cell in value.get("cells", []) if isinstance(value, dict) else []:
        metadata = cell.get("metadata") if isinstance(cell, dict) else None
        if not isinstance(metadata, dict):
            continue
        jupyter, colab = metadata.get("execution"), metadata.get("executionInfo")
        for text in jupyter.values() if isinstance(jupyter, dict) else []:
            if isinstance(text, str):
                yield datetime.fromisoformat(text).timestamp()
        if isinstance(colab, dict) and isinstance(colab.get("timestamp"), int):
            yield colab["timestamp"] / 1000


@dataclass(frozen=True)
class _File:
    """One submitted file; `notebook` is "" where nothing tells which one it is."""

    path: Path
    sha256: str
    notebook: str
    error: NotGradable | None = None


@dataclass
class SubmittedNotebook:
    """What a learner handed in for one notebook.

    Attributes:
        path: the file that counts.
        sha256: of its bytes, or why it could not be read.
        files: the same of all files for this notebook, by name, and of what lies beside it.
        error: why the file cannot be graded.
        notes: that an older file was left out.
        flags: files that a person should look at.
    """

    path: Path
    sha256: str
    files: dict[str, str]
    error: NotGradable | None = None
    notes: list[Note] = field(default_factory=list)
    flags: list[Note] = field(default_factory=list)


@dataclass
class Submission:
    """All that one learner handed in, by notebook; one that is missing has no entry."""

    student: str
    timestamp: str
    notebooks: dict[str, SubmittedNotebook]


def students(submitted: str, assignment: str) -> list[str]:
    """Who has a folder for the assignment in nbgrader's folder of submissions."""
    root = Path(submitted)
    if not root.is_dir():
        return []
    folders = (each for each in root.iterdir() if not each.name.startswith("."))
    return sorted(each.name for each in folders if (each / assignment).is_dir())


def submission_of(
    student: str,
    folder: Path,
    names: Collection[str],
    known: Mapping[str, str],
    course: Path,
    lessons: Lessons,
) -> Submission:
    """Sort a learner's files.

    Args:
        student: whose.
        folder: with the files.
        names: the notebooks of the assignment.
        known: which notebook a file is, by its hash, as far as an earlier run found it out.
        course: the clone.
        lessons: what they are.
    """
    paths = sorted(
        path
        for path in folder.glob("*.ipynb")
        if not path.name.startswith(".") and path.stem not in lessons.left
    )
    files = [_look(path, names, known, course, lessons) for path in paths]
    notebooks = {}
    for name in names:
        own = [file for file in files if file.notebook == name]
        if own:
            notebooks[name] = _choose(own)
    strangers = [file for file in files if not file.notebook]
    if not files:
        words = f"There is no notebook in the folder of {student}."
        strangers = [_File(folder, "no_notebook", "", NotGradable("no_notebook", words))]
    missing = set(names) - set(notebooks)
    if strangers and missing:
        notebooks |= {name: _choose(strangers) for name in missing}  # each may be meant as this one
    elif strangers:
        first = notebooks[min(notebooks)]
        first.files |= {file.path.name: file.sha256 for file in strangers}
        first.flags += [_left_out(file) for file in strangers]
    around = read_companions(folder, Sandbox()).hashes()  # cells may read them: new data, new marks
    for handed in notebooks.values():
        handed.files |= around
    return Submission(student, _timestamp(folder), dict(sorted(notebooks.items())))


def _look(
    path: Path,
    names: Collection[str],
    known: Mapping[str, str],
    course: Path,
    lessons: Lessons,
) -> _File:
    """Tell which notebook a file is; one that cannot be read goes by its name."""
    sha256 = ""
    try:
        sha256 = hashlib.sha256(read_bytes(path)).hexdigest()
        if known.get(sha256) in names:
            return _File(path, sha256, known[sha256])
        submitted = read_cells(path)
        template, _ = fitting_template(submitted, path.name, course, lessons)
    except NotGradable as error:
        return _File(path, sha256 or error.code, _by_name(path, names), error)
    except Exception as error:  # a fault of ours, met by this file: the others go on
        words = f"{path.name} could not be read ({type(error).__name__}: {error})."
        return _File(path, sha256, _by_name(path, names), NotGradable("internal", words))
    if template.name in names:
        return _File(path, sha256, template.name)
    words = f"{path.name} is {template.name}, which is not in this assignment."
    return _File(path, sha256, "", NotGradable("other_assignment", words))


def _by_name(path: Path, names: Collection[str]) -> str:
    found = [name for name in names if name in path.stem]
    return found[0] if len(found) == 1 else ""


def _choose(files: list[_File]) -> SubmittedNotebook:
    """The newest that can be read counts; without one, the newest."""
    readable = [file for file in files if file.error is None]
    candidates = readable or files
    path = newest([file.path for file in candidates])
    best = next(file for file in candidates if file.path == path)
    handed = SubmittedNotebook(
        best.path, best.sha256, {file.path.name: file.sha256 for file in files}, best.error
    )
    for other in files:
        if other is best:
            continue
        if other.error is not None:
            handed.flags.append(_left_out(other))
        elif other.sha256 != best.sha256:
            words = f"{best.path.name} is newer than {other.path.name}, so it was graded."
            handed.notes.append(Note("two_files", "", words))
    return handed


def _left_out(file: _File) -> Note:
    return Note("file_left_out", "", f"A file was left out. {file.error}")


def _timestamp(folder: Path) -> str:
    """The text of the file that nbgrader reads the hour of submission from."""
    try:
        return (folder / "timestamp.txt").read_text("utf-8", "replace").strip()
    except OSError:
        return ""
