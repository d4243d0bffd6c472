"""Tells code that only a newer Python reads from code that none does; asked once a cell has failed.

Learners write on Colab's Python, which may be newer than the one that grades. ruff knows the
grammar of each version, in a process of its own: no code of a learner's is parsed in this one.
"""

import json
import subprocess
import sys

from autograder.checks.evidence.packing import BadEvidence, pack, unpack

#: The newest minor version that is asked about.
_NEWEST = 14
_LONGEST, _SECONDS = 100_000, 10
HERE = f"3.{sys.version_info.minor}"


def needs_newer(source: str) -> str:
    """The oldest Python that reads a cell which this one cannot, such as "3.12"; or ""."""
    if len(source) > _LONGEST or not _reads(_NEWEST, source):
        return ""
    newer = range(sys.version_info.minor + 1, _NEWEST + 1)
    if not newer or _reads(sys.version_info.minor, source):
        return ""  # what Python stumbled over is not what ruff looks at
    return next(f"3.{minor}" for minor in newer if _reads(minor, source))


def _reads(minor: int, source: str) -> bool:
    """Whether a Python's grammar has the code of a cell, magics and all; False if in doubt."""
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "source": source}
    notebook = {"cells": [{**cell, "execution_count": None}], "metadata": {}}
    command = [
        *(sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--quiet"),
        *("--select", "W605", "--ignore", "W605", "--target-version", f"py3{minor}"),
        *("--stdin-filename", "cell.ipynb", "-"),
    ]
    text = json.dumps({**notebook, "nbformat": 4, "nbformat_minor": 5})
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def with_version(evidence: str, needs: str) -> str:
    """A check's evidence, in which a cell that could not be read says which Python reads it."""
    try:
        found = unpack(evidence)
        for seen in (found["presence"], found.get("session", {})):
            if seen.get("error"):
                seen["error"] |= {"needs": needs, "here": HERE}
        return pack(found)
    except (BadEvidence, AttributeError, KeyError, TypeError):  # none of ours: left to the judge
        return evidence
