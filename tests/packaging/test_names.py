"""Every dotted name of ours that stands somewhere as text leads to something.

Imports are held by the import contract; a name in a string, a setting or a guide is seen by nobody.
"""

from __future__ import annotations

import importlib
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Not part of a path, an address, a file's name or a longer word; `autograder.zip` is a file.
NAME = re.compile(r"(?<![\w./'\"-])[\"'`]?(autograder(?:\.(?!zip\b)[A-Za-z_]\w*)+)(?!\w)")
#: Names of earlier releases, kept as test data and in the table of what has moved.
EARLIER = ("tests/upgrade/", "autograder/grading/")
NO_TEXT = {".png", ".xz", ".gz", ".db"}


def tracked():
    """The files that git knows, or all where there is no repository."""
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("this is no clone, so there is no list of its files")
    paths = [ROOT / name for name in done.stdout.splitlines()]
    return [each for each in paths if each.is_file() and each.suffix not in NO_TEXT]


def leads_somewhere(name):
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


def test_every_dotted_name_leads_somewhere():
    said = {}
    for path in tracked():
        place = path.relative_to(ROOT).as_posix()
        if not place.startswith(EARLIER):
            for name in NAME.findall(path.read_text("utf-8")):
                said.setdefault(name, place)
    assert len(said) > 50
    wrong = {name: place for name, place in said.items() if not leads_somewhere(name)}
    assert not wrong


def test_a_name_that_leads_nowhere_would_be_found():
    nowhere = ".".join(("autograder", "no_such", "Thing"))  # this file is read, too
    assert NAME.findall(f'x = "{nowhere}"') == [nowhere]
    assert not leads_somewhere(nowhere)
    assert leads_somewhere("autograder.late.LatePolicy")


def test_no_test_module_imports_another():
    imports = re.compile(
        r"^\s*(?:from|import) tests\.\S*\btest_|^\s*from tests\S* import .*\btest_", re.M
    )
    guilty = [
        each
        for each in tracked()
        if each.suffix == ".py" and imports.search(each.read_text("utf-8"))
    ]
    assert not guilty
