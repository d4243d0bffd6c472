"""What lies in a course's submitted folder: which file of which learner is which notebook.

A file is recognised by its cells, whatever its name. Nothing here changes a submitted file.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import filterfalse
from pathlib import Path
from typing import Any

from autograder.bounds import TookTooLong, bounded
from autograder.course.lessons import Lessons
from autograder.errors import fault
from autograder.files import DEVICES
from autograder.kernels.settings import Sandbox
from autograder.submissions.cells import Note, listed_cells, mapping
from autograder.submissions.companions import NBGRADERS, read_companions
from autograder.submissions.identify import fitting_template
from autograder.submissions.read import NotGradable, read_bytes, read_cells, read_json, too_much
from autograder.submissions.recognise import notebook_name, says_notebook
from helpers.text import as_name, listed, storable


def _executed(path: Path) -> float:
    """When a cell last ran, as Jupyter or Colab may have noted it; 0 where they have not."""
    try:
        notebook, _ = read_json(path)
        return max(_times(listed_cells(notebook) or []), default=0.0)
    except (NotGradable, ValueError, OverflowError):
        return 0.0


def _times(cells: list[Any]) -> Iterator[float]:
    for cell in cells:
        metadata = mapping(mapping(cell).get("metadata"))
        for text in mapping(metadata.get("execution")).values():
            if isinstance(text, str):
                yield datetime.fromisoformat(text).timestamp()
        moment = mapping(metadata.get("executionInfo")).get("timestamp")
        if isinstance(moment, int):
            yield moment / 1000


@dataclass
class SubmittedNotebook:
    """What a learner handed in for one notebook.

    Attributes:
        path: the file that counts.
        sha256: of its bytes, or why it could not be read.
        notebook: which one it is; "" where nothing tells.
        files: the hashes of all files for this notebook, by name, and of what lies beside it.
        error: why the file cannot be graded.
        notes: that an older file was left out.
        flags: files that a person should look at.
    """

    path: Path
    sha256: str = ""
    notebook: str = ""
    files: dict[str, str] = field(default_factory=dict)
    error: NotGradable | None = None
    notes: list[Note] = field(default_factory=list)
    flags: list[Note] = field(default_factory=list)


@dataclass
class Submission:
    """All that one learner handed in, by notebook; one that is missing has no entry."""

    student: str
    timestamp: str
    notebooks: dict[str, SubmittedNotebook]


def students(submitted: Path, assignment: str) -> tuple[list[str], list[str]]:
    """Who has a folder for the assignment in nbgrader's folder of submissions.

    Returns:
        The learners' ids, and names of folders that can be nobody's id.
    """
    if not submitted.is_dir():
        return [], []
    folders = (each for each in submitted.iterdir() if not each.name.startswith("."))
    names = sorted(each.name for each in folders if (each / assignment).is_dir())
    return list(filter(is_id, names)), list(filterfalse(is_id, names))


def is_id(name: str) -> bool:
    """Whether the name of a folder can be a learner's id."""
    # Formgrader's pages on students write an id into HTML and into a script, as it is; and a
    # decision about everybody has a star in the place of an id.
    return name != "*" and name.isprintable() and not set('"<>\\') & set(name)


def is_new_id(name: str) -> bool:
    """Whether an id that a teacher types can be one, and the name of a folder on any system."""
    plain = is_id(name) and not set("/:|?*") & set(name) and name.strip(" .-") == name
    return plain and not DEVICES.match(name) and 0 < len(name.encode()) <= 120


def submission_of(
    student: str,
    folder: Path,
    names: Collection[str],
    known: Mapping[str, str],
    course: Path,
    lessons: Lessons,
    paths: Collection[Path] | None = None,
) -> Submission:
    """Sort the files in a learner's folder: which of the assignment's notebooks is each?

    By its hash, a file is known as far as an earlier run found out which notebook it is. The files
    are those given, or the notebooks that lie right in the folder.
    """
    if paths is None:
        paths = [path for path in folder.glob("[!.]*") if is_notebook(path)]
    paths = sorted(path for path in paths if path.stem not in lessons.left)
    files = [_look(path, names, known, course, lessons) for path in paths]
    notebooks = {}
    for name in names:
        if own := [file for file in files if file.notebook == name]:
            notebooks[name] = _choose(own)
    strangers = [file for file in files if not file.notebook]
    if not files:
        error = NotGradable("no_notebook", _without_notebook(folder))
        strangers = [SubmittedNotebook(folder, error.code, error=error)]
    missing = set(names) - set(notebooks)
    if strangers and missing:
        notebooks |= {name: _choose(strangers) for name in missing}  # each may be meant as this one
    elif strangers:
        first = notebooks[min(notebooks)]
        first.files |= {storable(file.path.name): file.sha256 for file in strangers}
        first.flags += [_left_out(file) for file in strangers]
    for name, data in read_companions(folder, Sandbox()).files.items():
        sha256 = hashlib.sha256(data).hexdigest()
        for handed in notebooks.values():  # cells may read it: new data, new marks
            handed.files[storable(name)] = sha256
    return Submission(student, _timestamp(folder), dict(sorted(notebooks.items())))


def is_notebook(path: Path) -> bool:
    """Whether a file is a notebook, or says so, and is then told to be none."""
    try:
        return says_notebook(path.name) or bool(notebook_name(path.name, read_bytes(path)))
    except NotGradable:
        return False


def _without_notebook(folder: Path) -> str:
    """What lies in a folder in the place of notebooks, in one sentence."""
    others = sorted(each.name for each in folder.iterdir() if not each.name.startswith("."))
    shown = [as_name(name) for name in others if name not in NBGRADERS]
    if not shown:
        return "The folder is empty: no notebook was handed in."
    return f"No notebook was handed in, only {listed(shown)}."


def unreadable(student: str, folder: Path, names: Collection[str], error: Exception) -> Submission:
    """A submission that nothing is known of, because looking at it has failed."""
    words = fault(f"The folder of {as_name(student)} could not be read", error)
    why = NotGradable("internal", words)
    handed = {name: SubmittedNotebook(folder, why.code, error=why) for name in names}
    return Submission(student, "", handed)


def _look(
    path: Path,
    names: Collection[str],
    known: Mapping[str, str],
    course: Path,
    lessons: Lessons,
) -> SubmittedNotebook:
    """Tell which notebook a file is; one that cannot be read goes by its name."""
    file = SubmittedNotebook(path)
    try:
        file.sha256 = hashlib.sha256(read_bytes(path)).hexdigest()
        file.notebook = known.get(file.sha256, "")
        if file.notebook not in names:
            with bounded():
                template, _ = fitting_template(read_cells(path), path.name, course, lessons)
            file.notebook = template.name
    except (TookTooLong, MemoryError) as error:
        file.error = too_much(path, error)
    except NotGradable as error:
        file.error, file.sha256 = error, file.sha256 or error.code
    except Exception as error:  # a fault of ours, met by this file: the others go on
        words = fault(f"{as_name(path.name)} could not be read", error)
        file.error = NotGradable("internal", words)
    if file.error is not None:
        named = [name for name in names if name in path.stem]
        file.notebook = named[0] if len(named) == 1 else ""
    elif file.notebook not in names:
        words = f"{as_name(path.name)} is {file.notebook}, which is not in this assignment."
        file.error, file.notebook = NotGradable("other_assignment", words), ""
    return file


def _choose(files: list[SubmittedNotebook]) -> SubmittedNotebook:
    """The newest that can be read counts; without one, the newest."""
    best = _newest([file for file in files if file.error is None] or files)
    hashes = {storable(file.path.name): file.sha256 for file in files}
    handed = replace(best, files=hashes, notes=[], flags=[])
    for other in files:
        if other is best:
            continue
        if other.error is not None:
            handed.flags.append(_left_out(other))
        elif other.sha256 != best.sha256:
            newer, older = as_name(best.path.name), as_name(other.path.name)
            words = f"{newer} is newer than {older}, so it was graded."
            handed.notes.append(Note("two_files", "", words))
    return handed


def _newest(files: list[SubmittedNotebook]) -> SubmittedNotebook:
    best = newest([file.path for file in files])
    return next(file for file in files if file.path == best)


def newest(paths: list[Path]) -> Path:
    """The file whose cells ran last; by the files' dates, where one does not say when."""
    if len(paths) == 1:
        return paths[0]
    ran = {path: _executed(path) for path in paths}
    if not all(ran.values()):
        ran = {path: path.lstat().st_mtime for path in ran}
    return max(paths, key=lambda path: (ran[path], path.name))


def _left_out(file: SubmittedNotebook) -> Note:
    return Note("file_left_out", "", f"A file was left out. {file.error}")


def _timestamp(folder: Path) -> str:
    """The text of the file that nbgrader reads the hour of submission from."""
    try:
        return storable((folder / "timestamp.txt").read_text("utf-8", "replace").strip())
    except OSError:
        return ""
