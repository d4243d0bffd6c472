"""Environments like a fresh Colab: the libraries that lessons need, and nothing of ours.

Made from what is installed here, by links, so that nothing has to be downloaded.
"""

from __future__ import annotations

import os
import re
import subprocess
import venv
from pathlib import Path

import nbformat
import torch

from autograder.checks.table import PART_OF
from autograder.demo.build import fill
from tests.support.damage import perfect

#: Ours, what Colab lacks, and what would lead back here.
LEFT_OUT = re.compile(
    r"helpers$|autograder$|moons_and_spirals|nbgrader|torchmetrics|__pycache__$|__editable__|.*\.pth$"
)
#: Runs a notebook from one file to another. Messages go through files: there may be no network.
PLAYER = """
import sys, nbformat
from nbclient import NotebookClient
from traitlets.config import Config
notebook = nbformat.read(sys.argv[1], as_version=4)
config = Config({"KernelManager": {"transport": "ipc"}})
NotebookClient(
    notebook, kernel_name="python3", timeout=300, allow_errors=True, config=config
).execute()
nbformat.write(notebook, sys.argv[2])
"""


class Bare:
    """An environment of its own.

    Args:
        folder: an empty one, to make it in.
        pip: give it a pip of its own, to install more; else it sees the one that is here.
    """

    def __init__(self, folder: Path, *, pip: bool = False) -> None:
        libraries, self._home = folder / "libraries", folder / "home"
        for each in (libraries, self._home):
            each.mkdir(parents=True)
        for path in Path(torch.__file__).parents[1].iterdir():
            if not LEFT_OUT.match(path.name):
                (libraries / path.name).symlink_to(path)
        venv.create(folder / "venv", with_pip=pip, symlinks=True)
        self.python = folder / "venv/bin/python"
        (self.site,) = (folder / "venv").glob("lib/python*/site-packages")
        # Its own packages come first on the path.
        (self.site / "libraries.pth").write_text(f"{libraries}\n")

    def run(self, *arguments: str, cwd: Path, before: tuple[str, ...] = (), **env: str) -> str:
        """Run its Python; returns what it printed, and fails with that if it fails."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        own = {"HOME": str(self._home), "TMPDIR": str(self._home), "OMP_NUM_THREADS": "1"}
        done = subprocess.run(
            [*before, str(self.python), *arguments],
            cwd=cwd,
            env={**kept, **own, **env},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def play(
        self, notebook: nbformat.NotebookNode, cwd: Path, before: tuple[str, ...] = (), **env: str
    ) -> nbformat.NotebookNode:
        """Run a notebook in a kernel of this environment; returns it with its outputs."""
        given, played = self._home / "given.ipynb", self._home / "played.ipynb"
        nbformat.write(notebook, given)
        self.run("-c", PLAYER, str(given), str(played), cwd=cwd, before=before, **env)
        return nbformat.read(played, as_version=4)

    def left_behind(self) -> list[str]:
        """What lessons have left in the folder for temporary files."""
        return [path.name for path in self._home.glob("moons-and-spirals-*")]


def answered(content: bytes) -> nbformat.NotebookNode:
    """A released notebook, from its bytes, with right answers in it."""
    released = nbformat.reads(content.decode(), as_version=4)
    return fill(released, perfect())


def errors(notebook: nbformat.NotebookNode) -> list[tuple[str, str]]:
    """The cells that ended in an error, with its name."""
    return [
        (cell.id, output.ename)
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]


def passed(notebook: nbformat.NotebookNode) -> set[str]:
    """The check cells whose output says that the answer is right."""
    return {
        cell.id
        for cell in notebook.cells
        if cell.id in PART_OF and "Correct" in str(cell.outputs) and not errors_in(cell)
    }


def errors_in(cell: nbformat.NotebookNode) -> bool:
    return any(output.output_type == "error" for output in cell.outputs)


def checks(notebook: nbformat.NotebookNode) -> set[str]:
    return {cell.id for cell in notebook.cells if cell.id in PART_OF}
