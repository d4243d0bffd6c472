"""Commands that stand in README, CONTRIBUTING and docs/: which there are, and how they are run."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import subprocess
import sys
from pathlib import Path

from autograder.cli.main import parser
from tests.support import small
from tests.support.classes import ROOT

#: Not run, only parsed: where they do run.
RUN_ELSEWHERE = {
    "autograder demo": "tests/demo/test_demo.py",
    "autograder lab": "tests/browser/test_lab.py",
    "autograder lab --instructor": "tests/browser/test_lab.py",
    "autograder release": "tests/release/test_release.py",
    "autograder release --standalone": "tests/release/test_standalone.py",
    "autograder grade extra": "tests/classroom/test_assignments.py",
    "autograder grade --workers 1": "tests/classroom/test_regrade.py",
    "autograder grade --workers 2": "tests/workers/test_pool.py",
    # Whether it may run depends on the machine.
    "autograder check my_notebook.ipynb --require full": "tests/running/test_one_file.py",
    "autograder grade --scheduler tcp://HOST:8786": "tests/workers/test_dask.py",
    "dask scheduler": "tests/workers/test_dask.py",
    "dask worker tcp://HOST:8786 --nworkers 8 --nthreads 1": "tests/workers/test_dask.py",
    **dict.fromkeys(
        (
            "nbgrader release_assignment classification",
            "nbgrader list",
            "nbgrader fetch_assignment classification",
            "nbgrader submit classification",
            "nbgrader collect classification",
        ),
        "tests/nbgrader_steps/test_exchange.py",
    ),
    "nbgrader generate_assignment ps1 --force": "tests/classroom/test_foreign_course.py",
    "autograder grade ps1": "tests/classroom/test_foreign_course.py",
    "nbgrader autograde ps1": "tests/classroom/test_foreign_course.py",
    "nbgrader autograde ps1 --force": "tests/classroom/test_foreign_course.py",
    "nbgrader generate_feedback ps1 --force": "tests/classroom/test_foreign_course.py",
    "nbgrader export": "tests/classroom/test_foreign_course.py",
}
#: A word that stands for a value, and a value for the parser where any word will not do.
PLACEHOLDER = re.compile(r"[A-Z][A-Z_]*(\.ipynb)?")
VALUES = {"N": "1", "POINTS": "1"}


def text_of(page):
    return (ROOT / page).read_text("utf-8")


def commands(text):
    """All commands of a page in their order, without the way to the environment."""
    found = []
    for block, span in re.findall(r"```(?:sh\n(.*?)|.*?)```|`([^`\n]+)`", text, re.DOTALL):
        lines = [line.partition("  #")[0].strip() for line in block.splitlines()]
        if re.match(r"(?:\.venv/bin/)?(?:autograder|make|nbgrader) ", span):
            lines.append(span)
        found += [line for line in lines if line and not line.startswith("#")]
    return [line.removeprefix(".venv/bin/") for line in found]


def kind(line):
    """What is done with a command: `run`, or one of the ways to see that it exists."""
    words = shlex.split(line)
    if line in RUN_ELSEWHERE:
        return "elsewhere" if line in RUN_ELSEWHERE else "pending"
    if words[0] == "make":
        return "target"  # its own test says why it is not run
    if words[:2] == ["pip", "install"]:
        return "install"
    if words[0] in ("autograder", "nbgrader") and len(words) == 2 and not runs_bare(words):
        return "name"
    if words[0] == "autograder" and any(
        PLACEHOLDER.fullmatch(word) or "|" in word for word in words
    ):
        return "form"
    return "run" if words[0] in ("autograder", "nbgrader") else "unknown"


def runs_bare(words):
    """Whether a subcommand is of use without arguments: others are named, not given."""
    return words[0] == "autograder" and parses(words[1:])


def parses(words):
    with contextlib.suppress(SystemExit), contextlib.redirect_stderr(io.StringIO()):
        parser().parse_args(words)
        return True
    return False


def run(line, course):
    """Exit code and what was said; see `small.run` for ours, nbgrader's have their own process."""
    words = shlex.split(line)
    if words[0] == "autograder":
        code, said, errors = small.run(course, *words[1:])
        return code, said + errors
    words[0] = str(Path(sys.executable).parent / words[0])
    done = subprocess.run(
        words, cwd=course, env=small.environment(), capture_output=True, text=True,
        timeout=small.HANGS,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr
