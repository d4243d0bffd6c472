"""Reads our own packages' source files, whole trees of them, wherever they are installed."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path, PurePosixPath

#: What is code or words of ours.
_ENDINGS = (".py", ".toml")
#: What a wheel alone has: the course's notebooks and settings.
_NOT_OURS = ("course_files", "__pycache__")


def sources_of(package: str) -> Iterator[tuple[str, bytes]]:
    """The files of a package and of those in it: path such as `helpers/data.py`, and content."""
    root, name = Path(str(files(package))), PurePosixPath(package.replace(".", "/"))
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.suffix in _ENDINGS and not set(_NOT_OURS) & set(inside.parts):
            yield str(name / inside), path.read_bytes()
