"""A PostgreSQL server of a test's own, which listens on a socket in a folder and nowhere else."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

MISSING = "No PostgreSQL server found: install postgresql with your package manager."


def program(name: str) -> str | None:
    """A program of the server's; Debian keeps them out of PATH."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return shutil.which(name, path=os.pathsep.join([*map(str, places), os.environ["PATH"]]))


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Yields the address of an empty database, as SQLAlchemy writes it."""
    initdb, postgres = program("initdb"), program("postgres")
    if initdb is None or postgres is None:
        raise FileNotFoundError(MISSING)
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    user = None
    if os.geteuid() == 0:  # it refuses to run as root
        user = pwd.getpwnam("nobody")
        os.chown(folder, user.pw_uid, user.pw_gid)
    who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    process = None
    try:
        made = [initdb, "-D", "data", "-A", "trust", "-U", "grader", "--no-sync"]
        subprocess.run(made, check=True, **quiet, **who)
        options = ("listen_addresses=", f"unix_socket_directories={folder}", "fsync=off")
        command = [postgres, "-D", "data", *(part for each in options for part in ("-c", each))]
        process = subprocess.Popen(command, **quiet, **who)
        until = time.monotonic() + 30
        while not (folder / ".s.PGSQL.5432").exists():
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("PostgreSQL does not start")
            time.sleep(0.1)
        yield f"postgresql+psycopg2://grader@/postgres?host={folder}"
    finally:
        if process is not None:
            process.send_signal(signal.SIGINT)
            process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    found = program("initdb") and program("postgres")
    print(found or MISSING)
    sys.exit(found is None)
