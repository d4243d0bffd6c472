"""A course of one notebook in a folder of its own, and learners' files for it."""

import copy
import shutil
from pathlib import Path

import nbformat

from autograder.checks.table import CHECKS, PARTS, points_of
from tests.support import damage
from tests.support.released import path_of

ROOT = Path(__file__).parents[2]
NAME = "02_tanh"
#: What the notebook earns, the exercise that small classes answer, and in that a formula that
#: overflows far from zero.
FULL = points_of("tanh")
TANH = PARTS["tanh"].points
WITHOUT_STABLE = TANH - CHECKS["check_tanh_stable"].points
EXPS = "    up, down = torch.exp(x), torch.exp(-x)\n    return (up - down) / (up + down)"


def new_course(folder, names=(NAME,)):
    """Solutions, released notebooks and settings, without any submission."""
    for part in ("solutions", "notebooks"):
        (folder / part / "classification").mkdir(parents=True)
        for name in names:
            shutil.copy(path_of(part, name), folder / part / "classification")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return folder


def hand_in(course, learner, content, name=f"{NAME}.ipynb"):
    """Put a file (a notebook, text or bytes) into a learner's folder; returns its path."""
    path = course / "grading/submitted" / learner / "classification" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, dict):
        content = nbformat.writes(nbformat.from_dict(content))
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def solved():
    """Full marks."""
    return damage.filled(NAME)


def answered(body):
    """The released notebook with a function body of one's own."""
    notebook = copy.deepcopy(damage.released(NAME))
    for cell in notebook["cells"]:
        if cell["id"] == "tanh":
            source = damage.text(cell)
            assert "    # YOUR CODE HERE\n    pass" in source
            cell["source"] = source.replace("    # YOUR CODE HERE\n    pass", body)
    return notebook


def dying():
    """Solved, but its first code cell ends Python."""
    notebook = solved()
    first = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    first["source"] = "import os\nos._exit(1)"
    return notebook


def hashes(folder):
    """Every file's content and date, by path."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
