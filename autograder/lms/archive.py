"""Reads a zip or a folder of anybody's files: within limits, and never by a path of theirs."""

import io
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath

from autograder.errors import Refused

#: Files, bytes in one of them, and bytes in all of them, when unpacked.
MOST_FILES, LARGEST, MOST_BYTES = 200_000, 100 * 2**20, 20 * 2**30
#: Files in a zip that somebody has handed in.
MOST_INSIDE = 10_000
#: A file that unpacks to more than so many times its size holds nothing that a learner wrote.
_TIMES, _SMALL = 200, 2**20


class CannotCollect(Refused):
    """An archive is refused as a whole, or a file of it has no place; the message says why."""


@dataclass(frozen=True)
class ArchiveEntry:
    """One file in an archive.

    Attributes:
        path: its name there, relative.
        when: it was changed, in this machine's time zone; None if that is not known.
        refused: why its content is not read; "" if it may be.
        content: gives its bytes, while the archive is open; see `read`.
    """

    path: PurePosixPath
    when: datetime | None
    refused: str
    content: Callable[[], bytes]

    def read(self) -> bytes:
        """The file's bytes.

        Raises:
            CannotCollect: it is not what the archive's list says, or cannot be read.
        """
        if self.refused:
            raise CannotCollect(f"{self.path} {self.refused}.")
        try:
            return self.content()
        except CannotCollect:
            raise
        except Exception as error:  # whatever a way of packing makes of bytes that are damaged
            raise CannotCollect(f"{self.path} cannot be read ({error}).") from error


@contextmanager
def open_archive(path: Path) -> Iterator[list[ArchiveEntry]]:
    """Open a zip or a folder; gives its files.

    Raises:
        CannotCollect: it is neither, or it is a bomb.
        FileNotFoundError: there is nothing of that name.
    """
    if path.is_dir():
        yield _in_folder(path)
        return
    if not path.exists():
        raise FileNotFoundError(f"there is no {path}")
    try:
        file = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise CannotCollect(f"{path.name} is neither a folder nor a zip. Unpack it first.") from (
            error
        )
    with file:
        infos = [info for info in file.infolist() if not info.is_dir()]
        if len(infos) > MOST_FILES or sum(info.file_size for info in infos) > MOST_BYTES:
            raise CannotCollect(
                f"{path.name} unpacks to too much: it may be a zip bomb. Nothing was read."
            )
        yield [_in_zip(file, info) for info in infos]


def inside_zip(entry: ArchiveEntry) -> list[ArchiveEntry]:
    """The files in a zip that lies in an archive, under its own path; none if it is no zip.

    Zips in there are files like others.
    """
    if entry.refused:
        return []
    content = entry.read()
    if not content.startswith(b"PK\x03\x04"):
        return []
    try:
        file = zipfile.ZipFile(io.BytesIO(content))
        infos = [info for info in file.infolist() if not info.is_dir()]
    except Exception:  # it is not what its first bytes say
        return []
    if len(infos) > MOST_INSIDE or sum(info.file_size for info in infos) > LARGEST:
        raise CannotCollect("unpacks to too much: it may be a zip bomb")
    inside = [_in_zip(file, info) for info in infos]
    return [replace(each, path=entry.path / each.path) for each in inside]


def _in_zip(file: zipfile.ZipFile, info: zipfile.ZipInfo) -> ArchiveEntry:
    path = PurePosixPath(info.filename)
    when = None
    with suppress(ValueError, OverflowError):
        when = datetime(*info.date_time).astimezone() if info.date_time[0] > 1980 else None
    parts, refused = info.filename.replace("\\", "/").split("/"), ""
    if not parts[0] or ":" in parts[0] or ".." in parts or "\0" in info.filename:
        refused = "would be written outside its folder"
    elif stat.S_ISLNK(info.external_attr >> 16):
        refused = "is a link"
    elif info.flag_bits & 1:
        refused = "is encrypted"
    elif info.file_size > LARGEST or (
        info.file_size > _SMALL and info.file_size > _TIMES * max(info.compress_size, 1)
    ):
        refused = "unpacks to too much: it may be a zip bomb"
    return ArchiveEntry(path, when, refused, partial(_unpacked, file, info))


def _unpacked(file: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with file.open(info) as member:
        content = member.read(info.file_size + 1)
    if len(content) != info.file_size:
        raise CannotCollect(f"{info.filename} is larger than the zip says.")
    return content


def _in_folder(folder: Path) -> list[ArchiveEntry]:
    found: list[ArchiveEntry] = []
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or path.is_file():
            about = path.lstat()
            refused = "is a link" if path.is_symlink() else ""
            if about.st_size > LARGEST:
                refused = refused or "is larger than 100 MB"
            when = None
            with suppress(ValueError, OverflowError, OSError):
                when = datetime.fromtimestamp(about.st_mtime).astimezone()
            name = PurePosixPath(path.relative_to(folder).as_posix())
            found.append(ArchiveEntry(name, when, refused, path.read_bytes))
        if len(found) > MOST_FILES:
            raise CannotCollect(f"{folder} has too many files.")
    return found
