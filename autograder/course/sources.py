"""Reads our own packages' source files, whole trees of them, wherever they are installed."""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

#: What is code or words of ours.
_ENDINGS = (".py", ".toml")
#: What a wheel alone has: the course's notebooks and settings.
_NOT_OURS = ("course_files", "__pycache__")


def sources_of(package: str) -> Iterator[tuple[str, bytes]]:
    """The files of a package and of those in it: path such as `helpers/data.py`, and content.

    Args:
        package: its dotted name.
    """
    yield from _in_folder(files(package), package.replace(".", "/"))


def _in_folder(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for each in sorted(folder.iterdir(), key=lambda each: each.name):
        if each.is_dir() and each.name not in _NOT_OURS:
            yield from _in_folder(each, f"{path}/{each.name}")
        elif each.name.endswith(_ENDINGS):
            yield f"{path}/{each.name}", each.read_bytes()
