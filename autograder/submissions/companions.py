"""What lies beside a notebook: data, pictures and helper code that its cells may read.

`nbgrader autograde` runs a notebook in a folder that has the learner's other files too. So their
content goes into the kernel's scratch folder. Nothing of it is believed: no link is followed, all
is bounded, and no file may stand in for a module of Python's or ours.
"""

import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import packages_distributions
from pathlib import Path

from autograder.kernels.files import RESERVED
from autograder.kernels.settings import Sandbox
from autograder.submissions.cells import Note, shortened
from autograder.submissions.read import NotGradable, read_bytes
from helpers.text import as_name

#: Bounds on what is copied, and on the entries that are looked at to find it.
LIMIT_FILES, LIMIT_BYTES, LIMIT_SEEN = 200, 50_000_000, 5_000
#: Compiled code could stand in for a module; the others are nothing that a cell reads.
_PASSED_OVER = (".pyc", ".pyo", ".so", ".pyd", ".ipynb")
_FOLDERS_PASSED_OVER = ("__pycache__",)
#: What nbgrader's exchange puts beside each submission.
NBGRADERS = ("timestamp.txt", "submission_secret.txt")
_WORD = re.compile(r"\w+")


@dataclass
class Companions:
    """The files to put beside a running notebook.

    Attributes:
        files: their content, by path from the notebook's folder, with `/`.
        notes: what was left out, and why.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def leave_out(self, name: str, why: str) -> None:
        """Note that a file was left out."""
        self.notes.append(Note("beside_left_out", "", f"{as_name(name)} was left out: {why}."))


def read_companions(folder: Path, settings: Sandbox, code: str | None = None) -> Companions:
    """Read the files around a notebook; those of a course's other steps are none of them.

    Hidden files and other notebooks are passed over. What is hidden from kernels stays so; the
    files use up half of `disk` at most. Where the folder holds other things too, only files that
    the code names are taken.
    """
    found = Companions()
    words = frozenset(_WORD.findall(code or ""))
    left = min(LIMIT_BYTES, settings.disk // 2)
    hidden = {os.path.realpath(path) for path in settings.hide}
    for path in _walk(folder, hidden):
        name = path.relative_to(folder).as_posix()
        if code is not None and not _is_named(name, code, words):
            continue
        if why := _why_not(name):
            found.leave_out(name, why)
            continue
        if len(found.files) >= LIMIT_FILES:
            found.leave_out(name, f"there are more than {LIMIT_FILES} files")
            break
        try:
            size = path.lstat().st_size
            if size > left:
                found.leave_out(name, "the files are too large together")
                continue
            found.files[name] = _read(path)
        except (OSError, NotGradable):
            found.leave_out(name, "it is a link, or cannot be read")
            continue
        left -= len(found.files[name])
    found.notes = shortened(found.notes)
    return found


def _walk(folder: Path, hidden: set[str]) -> Iterator[Path]:
    """Everything in a folder but folders: first what lies in it, then what lies deeper."""
    waiting, seen = [folder], 0
    while waiting:
        try:
            with os.scandir(waiting.pop(0)) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in found:
            seen += 1
            if seen > LIMIT_SEEN:
                return
            if entry.name.startswith(".") or os.path.realpath(entry.path) in hidden:
                continue
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _FOLDERS_PASSED_OVER:
                    waiting.append(Path(entry.path))
            elif not entry.name.endswith(_PASSED_OVER) and entry.name not in NBGRADERS:
                yield Path(entry.path)


def _read(path: Path) -> bytes:
    try:
        return read_bytes(path)
    except NotGradable as error:
        if error.code == "empty":  # an `__init__.py`, say
            return b""
        raise


def _is_named(name: str, code: str, words: frozenset[str]) -> bool:
    """Whether a text, of these words, names a file, or the module that it is."""
    if name.endswith(".py"):
        return _top(name) in words
    return name.rpartition("/")[2] in code


def _why_not(name: str) -> str:
    """Why a file must not lie where kernels import from; "" if it may."""
    first = name.partition("/")[0]
    if first in RESERVED:
        return f"{first} is a name that the sandbox needs"
    if name.endswith(".py") and _top(name) in _taken():
        return f"{_top(name)} is a module of Python's, and would be hidden by it"
    return ""


def _top(name: str) -> str:
    """The module that a path belongs to, seen from the notebook's folder."""
    return name.partition("/")[0].removesuffix(".py")


@lru_cache(maxsize=1)
def _taken() -> frozenset[str]:
    """Modules that a learner's file must not stand in for: all that is installed."""
    ours = ("helpers", "autograder", "sitecustomize", "usercustomize")
    return frozenset((*sys.stdlib_module_names, *packages_distributions(), *ours))


def put_over(around: Companions, files: Mapping[str, Path], settings: Sandbox) -> Companions:
    """Add a course's files, by path from the notebook's folder, to those that were handed in.

    They use up half of `disk` at most. What was handed in gets what there is to tell, too.
    """
    left = settings.disk // 2
    for name, path in files.items():
        if name.partition("/")[0] in RESERVED:
            around.leave_out(f"The course's file {name}", "its name is one that the sandbox needs")
            continue
        try:
            size = path.stat().st_size
            if size > left:
                words = "the course's files are too large together; raise c.Sandbox.disk"
                around.leave_out(f"The course's file {name}", words)
                continue
            around.files[name] = path.read_bytes()
        except OSError as error:
            around.leave_out(f"The course's file {name}", str(error.strerror))
            continue
        left -= size
    return around
