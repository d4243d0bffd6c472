"""Writes `autograder.zip`: all that Gradescope needs to grade, and no answer to any exercise."""

import json
import re
import secrets
import zipfile
from collections.abc import Collection, Iterator
from importlib.metadata import requires
from importlib.resources import files
from pathlib import Path

import nbformat
from traitlets.config import Config

from autograder.course.check_cells import without_solutions
from autograder.course.clone import files_beside
from autograder.course.folders import (
    ASSIGNMENT,
    CHECK_CELLS,
    assignments_in,
    course_folder,
    notebooks_in,
    read_notebook,
)
from autograder.course.releases import kept_folder, released_in
from autograder.errors import Refused
from autograder.kernels.settings import Sandbox

#: What runs there, and what is not needed there or holds answers.
_SCRIPTS = ("setup.sh", "run_autograder")
_LEFT_OUT = ("course_files", "demo", "__pycache__")
#: What of our packages is installed there: what grades, and what lessons may import.
_EXTRAS = re.compile(r"extra == .(autograder|lessons)\b")
_ADDRESS = re.compile(r"https?://[\w.~:/@%+-]+")
#: The sandbox's settings that mean the same on another machine.
_SETTINGS = ("require", "cell_seconds", "notebook_seconds", "memory", "processes", "output",
             "file_size", "disk")  # fmt: skip


class CannotPack(Refused):
    """No package was written; the message says why."""

    before = "No package was written: "


def write_package(
    target: Path,
    course: Path,
    assignment: str,
    config: Config,
    *,
    names: Collection[str] = (),
    torch_index: str = "",
) -> list[str]:
    """Write the zip, for some notebooks of an assignment or all; returns their names.

    `torch_index` is where pip finds torch there; "" for PyPI, whose torch brings GPU libraries.

    Raises:
        CannotPack: there is no such assignment, notebook or address.
    """
    known = assignments_in(course)
    if assignment not in known:
        raise CannotPack(f"there is no assignment {assignment!r}. There is: {', '.join(known)}.")
    if torch_index and not _ADDRESS.fullmatch(torch_index):
        raise CannotPack(f"{torch_index!r} is no address: write one that begins with https://.")
    every = list(notebooks_in(course / "solutions" / assignment))
    if strange := [name for name in names if name not in every]:
        raise CannotPack(f"there is no notebook {strange[0]!r}. There is: {', '.join(every)}.")
    chosen = [name for name in every if name in names] or every
    sandbox = Sandbox(config=config)
    settings = {
        "assignment": assignment,
        "notebooks": chosen,
        # All draws come from it and from the file: the same file is asked the same again.
        "secret": secrets.token_hex(16),
        "sandbox": {name: getattr(sandbox, name) for name in _SETTINGS},
    }
    constraints = (course_folder() / "constraints.txt").read_text("utf-8")
    texts = {
        "settings.json": json.dumps(settings, indent=1),
        "constraints.txt": constraints,
        "requirements.txt": "\n".join(_pinned(constraints)) + "\n",
    }
    if torch_index:
        texts["torch-index"] = torch_index + "\n"
    here = files("autograder.gradescope")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in _SCRIPTS:
            script = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            script.external_attr = 0o100755 << 16
            archive.writestr(script, here.joinpath(name).read_bytes())
        for name, text in texts.items():
            archive.writestr(name, text)
        for name, path in _code():
            archive.write(path, name)
        places = {ASSIGNMENT: course_folder(), assignment: course}
        for each, folder in places.items():
            for name, content in _notebooks(folder, each):
                archive.writestr(name, content)
    return chosen


def _code() -> Iterator[tuple[str, Path]]:
    """The files of our packages, by name in the zip."""
    for package in ("autograder", "helpers"):
        root = Path(str(files(package)))
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root)
            if path.is_file() and not set(_LEFT_OUT) & set(name.parts):
                yield f"{package}/{name.as_posix()}", path


def _notebooks(course: Path, assignment: str) -> Iterator[tuple[str, str | bytes]]:
    """An assignment's notebooks as learners get them and got them, check cells and data."""
    folder = course / "notebooks" / assignment
    paths = notebooks_in(course / "solutions" / assignment)
    solved = {name: read_notebook(path) for name, path in paths.items()}
    released = released_in(folder, solved)
    if missing := solved.keys() - released.keys():
        raise CannotPack(f"{', '.join(sorted(missing))} was not released: `autograder release`.")
    for name, notebook in released.items():
        checks = without_solutions(name, solved[name], notebook)
        for part, made in (("notebooks", notebook), (CHECK_CELLS, checks)):
            yield f"{part}/{assignment}/{name}.ipynb", nbformat.writes(made)
        kept = kept_folder(course, assignment)
        for path in sorted((kept / name).glob("*.ipynb")):
            yield path.relative_to(course).as_posix(), path.read_bytes()
    for beside, path in files_beside(folder).items():
        yield f"notebooks/{assignment}/{beside}", path.read_bytes()


def _pinned(constraints: str) -> list[str]:
    """What has to be installed, each package in the version that our tests run with."""
    lines = [line for line in constraints.splitlines() if "==" in line]
    versions = {line.partition("==")[0].lower().replace("_", "-"): line for line in lines}
    needed = requires("moons-and-spirals") or []
    wanted = [line for line in needed if "extra ==" not in line or _EXTRAS.search(line)]
    names = {re.split(r"[^\w.-]", line)[0].lower().replace("_", "-") for line in wanted}
    return sorted(versions[name] for name in names)
