"""Runs a program that may do harm: processes, files and memory of its own, for a limited time.

Stock nbgrader has no sandbox, so attacks on it run in here: in a pid namespace that ends with the
program, and with every file outside one folder read-only. Loopback stays open, as it is for
learners' code under stock nbgrader. Linux and root alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

MEMORY, FILE = 6 * 2**30, 300_000_000
#: Read-only are all folders at the top that are not these.
_KERNELS_OWN = ("/proc", "/sys", "/dev")
_SCRIPT = """
folder=$1; shift
for each in /*; do
  case $each in {own}) ;; *)
    if [ -d "$each" ] && [ ! -L "$each" ]; then
      mount --bind "$each" "$each" && mount -o remount,bind,ro "$each" || exit 90
    fi ;;
  esac
done
mount --bind "$folder" "$folder" && mount -o remount,bind,rw "$folder" || exit 90
cd "$folder/course" || exit 90
prlimit --as={memory} --fsize={file} --core=0 "$@"  # not as process 1, which no signal reaches
exit $?
""".format(own="|".join(_KERNELS_OWN), memory=MEMORY, file=FILE)
_OWN = ["unshare", "--pid", "--fork", "--kill-child", "--mount", "--mount-proc", "--ipc"]


@lru_cache(maxsize=1)
def why_not() -> str:
    """Why programs cannot be contained here; "" if they can."""
    if os.name != "posix" or os.geteuid() != 0:
        return "needs root on Linux"
    if lacking := [name for name in ("unshare", "prlimit", "mount") if not shutil.which(name)]:
        return f"needs {lacking[0]}"
    ended = subprocess.run([*_OWN, "true"], capture_output=True, text=True)
    return ended.stderr.strip() or "needs namespaces" if ended.returncode else ""


def run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float
) -> tuple[int | None, str]:
    """Run a program in a folder's `course/`; it can write in the folder alone.

    Args:
        command: with an absolute path.
        folder: throwaway.
        environment: all of it.
        seconds: after which everything of it is killed.

    Returns:
        Its exit code, None if it took too long, and its last words.
    """
    said = folder.parent / f"{folder.name}.txt"  # outside, so that it cannot be written
    whole = [*_OWN, "sh", "-c", _SCRIPT, "sh", str(folder), *command]
    with said.open("wb") as output:
        running = subprocess.Popen(
            whole,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
        )
        try:
            code: int | None = running.wait(seconds)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            if running.poll() is None:
                running.kill()  # its process 1, and with that all others, die too
                running.wait()
    with said.open("rb") as output:
        output.seek(max(0, said.stat().st_size - 4000))
        return code, output.read().decode("utf-8", "replace")
