"""The folder of Gradescope's machines, laid out as it documents it, and what its scripts leave."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from functools import cache

import jsonschema
from traitlets.config import Config

from autograder.gradescope.package import write_package
from tests.support.classes import ROOT

SCHEMA = json.loads((ROOT / "tests/gradescope/results.schema.json").read_text("utf-8"))
#: Seconds that nothing takes but what hangs.
HANGS = 900


def package(target, course=ROOT, assignment="classification", **options):
    """The zip, and what it says it grades."""
    return write_package(target, course, assignment, Config(), **options)


def laid_out(root, archive):
    """`/autograder`, at another place: the zip unpacked, its script copied, empty folders."""
    for name in ("source", "submission", "results"):
        (root / name).mkdir(parents=True)
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(root / "source")
    shutil.copy(root / "source/run_autograder", root)
    return root


def run(root, script="run_autograder", python=sys.executable, **more):
    """Run one of the zip's scripts as Gradescope does; returns its exit code and what it said."""
    path = root / script
    # How this machine reaches PyPI is nothing of ours.
    kept = ("PATH", *(name for name in os.environ if re.search("^PIP_|_proxy$", name, re.I)))
    environment = {name: os.environ[name] for name in kept}
    environment |= {"AUTOGRADER_ROOT": str(root), **more}
    if python:
        environment["AUTOGRADER_PYTHON"] = str(python)
    done = subprocess.run(
        ["bash", str(path)], cwd=root, env=environment, timeout=HANGS, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.returncode, done.stdout


def results(root):
    """What Gradescope reads, if it can."""
    found = json.loads((root / "results/results.json").read_text("utf-8"))
    jsonschema.validate(found, SCHEMA)
    return found


@cache
def solution_lines():
    """Lines of answers that stand nowhere in what learners get."""
    found, released = set(), ""
    for kind in ("solutions", "notebooks"):
        for path in sorted((ROOT / kind).rglob("*.ipynb")):
            cells = json.loads(path.read_text("utf-8"))["cells"]
            text = "\n".join("".join(cell["source"]) for cell in cells)
            if kind == "notebooks":
                released += text
            for region in text.split("### BEGIN SOLUTION\n")[1:]:
                lines = region.partition("### END SOLUTION")[0].splitlines()
                found |= {line.strip() for line in lines}
    return {line for line in found if len(line) > 12 and line not in released}


def texts(archive):
    """The zip's files as text, by name; notebooks without JSON's escapes."""
    with zipfile.ZipFile(archive) as opened:
        found = {name: opened.read(name).decode("utf-8") for name in opened.namelist()}
    return {name: text.replace('\\"', '"') for name, text in found.items()}
