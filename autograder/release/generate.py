"""What nbgrader makes of `solutions/`: its own `generate_assignment`, in a scratch course."""

import copy
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable
from contextlib import chdir, closing
from pathlib import Path

from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory

from autograder.course.address import Address
from autograder.course.folders import ASSIGNMENT, notebooks_in, read_notebook
from autograder.course.nbgrader_log import quiet, reason
from autograder.course.template import graded_key
from autograder.errors import Refused
from autograder.kernels.settings import load_config


class ReleaseRefused(Refused):
    """A solution misses marks, or an untouched notebook earns some; the message says which."""

    before, exit_code = "Nothing was released: ", 1


def generate(
    course: Path,
    db_url: str = "",
    *,
    assignment: str = ASSIGNMENT,
    address: Address | None = None,
    standalone: bool = False,
) -> dict[str, bytes]:
    """What nbgrader makes of an assignment in `solutions/`: notebooks by file name, byte for byte.

    Nothing in the course's folder is changed; a gradebook, if one is named, gets the notebooks'
    cells and points. Learners install from the address, and links lead to it: None for the
    settings'. Standalone notebooks carry what they need, and install nothing.

    Raises:
        ReleaseRefused: there are none, or nbgrader cannot make a release of them; the message is
            nbgrader's.
    """
    with tempfile.TemporaryDirectory(prefix="release-") as scratch:
        root = Path(scratch)
        source = course / "solutions" / assignment
        # Notebooks alone: nbgrader would copy any other file into the release.
        (root / "solutions" / assignment).mkdir(parents=True)
        paths = notebooks_in(source).values()
        if not paths:
            raise ReleaseRefused(f"there are no notebooks in {source}")
        _refuse_doubles(paths)
        for path in paths:
            shutil.copy(path, root / "solutions" / assignment)
        config = copy.deepcopy(load_config(course))
        config.Stamp.standalone = standalone
        if address is not None:
            config.Stamp.repository, config.Stamp.revision = address.repository, address.revision
        config.CourseDirectory.root = scratch
        scratch_book = root / "gradebook.db"
        if not db_url:  # nbgrader would ask a slow program for the version of an empty one
            with closing(sqlite3.connect(scratch_book)) as empty:
                empty.execute("create table scratch (id)")
        config.CourseDirectory.db_url = db_url or f"sqlite:///{scratch_book.as_posix()}"
        config.CourseDirectory.assignment_id = assignment
        converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
        with quiet() as log, chdir("."):  # nbgrader goes to another folder
            try:
                converter.start()
            except (Exception, SystemExit) as error:  # nbgrader has often logged the reason
                why = reason(log.getvalue()) if log.getvalue() else str(error)
                raise ReleaseRefused(f"nbgrader could not make the release: {why}") from error
        made = sorted((root / "notebooks" / assignment).glob("*.ipynb"))
        return {path.name: path.read_bytes() for path in made}


def _refuse_doubles(paths: Iterable[Path]) -> None:
    """An exercise is in one notebook: JupyterLab's copy beside it would be released too."""
    where: dict[str, Path] = {}
    for path in paths:
        for key in filter(None, map(graded_key, read_notebook(path).cells)):
            other = where.setdefault(key, path)
            if other != path:
                raise ReleaseRefused(
                    f"{other.name} and {path.name} both have {key}: move one of them away"
                )
