"""Writes files whole or not at all, whatever stops the process; says how they may be called."""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePath

_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)

#: Names that Windows keeps for devices, whatever follows behind a full stop.
DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all, whatever stops the process."""
    write_bytes_whole(path, text.encode())


def write_bytes_whole(path: Path, content: bytes, mode: int = 0o666) -> None:
    """The same for bytes.

    Args:
        path: of the file.
        content: all of it.
        mode: of a new file, less the process's umask.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    descriptor = os.open(fresh, _NEW, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:  # a full disk: half a file would only make it fuller
        fresh.unlink(missing_ok=True)
        raise


@contextmanager
def held(folder: Path, *, alone: bool) -> Iterator[bool]:
    """Hold a folder while something is done there: with others who do not ask for it `alone`.

    Gives False where somebody else holds it; True where the system has no such locks.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        yield True
        return
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        free = True
    except BlockingIOError:
        free = False
    except OSError:  # some network drives have none
        free = True
    try:
        yield free
    finally:
        os.close(descriptor)


def free_name(name: str, taken: Iterable[str]) -> str:
    """A file's name that is none of those taken: with a number, if need be."""
    known, path, number, free = {each.casefold() for each in taken}, PurePath(name), 0, name
    while free.casefold() in known:
        number += 1
        free = f"{path.stem} ({number}){path.suffix}"
    return free


#: Bytes in a file's name: systems take 255, and `write_bytes_whole` and numbers need some.
_LONGEST = 200


def safe_name(name: str) -> str:
    """A name without what no file's may have, its end where it is long; "" if nothing is left."""
    kept = "".join(each for each in name if each.isprintable() and each not in '\\/:*?"<>|')
    return kept.strip(" .").encode()[-_LONGEST:].decode(errors="ignore").strip(" .")


def hash_of(files: Mapping[str, Path]) -> str:
    """A hash of a course's files: other data, other marks. "" without files."""
    digest = hashlib.sha256()
    for name, path in files.items():
        with path.open("rb") as file:
            digest.update(f"{name}\n{hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest() if files else ""
