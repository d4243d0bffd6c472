"""The course's own files beside a notebook, such as data: they replace what a learner handed in.

nbgrader does the same, so a learner cannot change the data that a check reads. An instructor's
files are trusted: they may bear the names of installed modules, as nbgrader lets them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from autograder.grading.beside import Beside
from autograder.grading.submission import Note
from autograder.kernels.files import RESERVED
from autograder.kernels.settings import Sandbox


def put_over(around: Beside, files: Mapping[str, Path], settings: Sandbox) -> Beside:
    """Add a course's files to those that were handed in.

    Args:
        around: the learner's; gets the course's, and what there is to tell.
        files: the course's, by path from the notebook's folder.
        settings: they use up half of `disk` at most.
    """
    left = settings.disk // 2
    for name, path in files.items():
        if name.partition("/")[0] in RESERVED:
            around.told.append(_left_out(name, "its name is one that the sandbox needs"))
            continue
        try:
            size = path.stat().st_size
            if size > left:
                words = "the course's files are too large together; raise c.Sandbox.disk"
                around.told.append(_left_out(name, words))
                continue
            around.files[name] = path.read_bytes()
        except OSError as error:
            around.told.append(_left_out(name, str(error.strerror)))
            continue
        left -= size
    return around


def hash_of(files: Mapping[str, Path]) -> str:
    """A hash of a course's files: other data, other marks. "" without files."""
    digest = hashlib.sha256()
    for name, path in files.items():
        with path.open("rb") as file:
            digest.update(f"{name}\n{hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest() if files else ""


def _left_out(name: str, why: str) -> Note:
    return Note("beside_left_out", "", f"The course's file {name} was left out: {why}.")
