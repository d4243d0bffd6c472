"""The folders of one kernel, and their removal. Knows no notebook.

- `home/`: scratch, where the kernel stands, the one place where it may write
- `ipc/`: its sockets
- `project/`: the code that it imports
- `seed/`: what `home/` begins with: the connection file, matplotlib's list of fonts, and what lies
  beside the notebook
- `view/`: empty, the place to build the kernel's view of the file system on
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from autograder.kernels import files

#: Ids that systemd hands out to services for their lifetime; no account has one.
_USERS = range(61184, 65520)
#: A local socket's path has at most about 100 bytes, of which some 25 are ours.
_LONGEST = 75


class Scratch:
    """Makes the folders; `remove` takes them away.

    Args:
        own_user: choose a user for this kernel alone, whom `launch` gives the folders to.
        beside: the content of files that `home/` begins with, by path in it.
    """

    def __init__(self, *, own_user: bool, beside: Mapping[str, bytes]) -> None:
        self.user = secrets.choice(_USERS) if own_user else 0
        place = Path(tempfile.gettempdir()).resolve()
        if len(str(place)) > _LONGEST and Path("/tmp").is_dir():
            place = Path("/tmp").resolve()
        self.root = Path(tempfile.mkdtemp(prefix="moons-", dir=place))
        self.home = self.root / "home"
        self.ipc = self.root / "ipc"
        self.project = self.root / "project"
        self.seed = self.root / "seed"
        self.view = self.root / "view"
        try:
            self.root.chmod(0o711)
            for folder in (self.home, self.ipc, self.view):
                folder.mkdir(mode=0o700)
            files.copy_project(self.project)
            self.seed.mkdir(mode=0o700)
            files.fill_seed(self.seed, beside)
        except BaseException:
            self.remove()
            raise

    def fill(self) -> None:
        """Copy what `home/` begins with, where no launcher does it."""
        shutil.copytree(self.seed, self.home, dirs_exist_ok=True)

    def log(self) -> IO[bytes]:
        """The empty file for what the launcher, or the kernel while it starts, writes."""
        return (self.root / "log").open("wb")

    def last_line(self) -> str:
        """What the launcher, or the kernel while it started, wrote last."""
        with contextlib.suppress(OSError):
            lines = (self.root / "log").read_text("utf-8", "replace").strip().splitlines()
            return lines[-1] if lines else ""
        return ""

    def remove(self) -> None:
        """Delete everything; does nothing when it is gone."""
        shutil.rmtree(self.root, ignore_errors=True)
