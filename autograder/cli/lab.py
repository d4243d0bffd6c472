"""`autograder lab` on the command line: JupyterLab as a learner needs it, or an instructor.

What each sees is in two folders of Jupyter's own settings, `lab/learner` and `lab/instructor`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

_SETTINGS = Path(__file__).parent / "lab_settings"


def run_lab(options: Sequence[str], *, instructor: bool = False) -> int:
    """Open JupyterLab on the course in the working folder, until it is stopped.

    Args:
        options: JupyterLab's own, such as `--no-browser`.
        instructor: open formgrader, on the whole course; else the notebooks alone.

    Returns:
        0, or 2 if there is no course here.
    """
    needed = Path("nbgrader_config.py" if instructor else "notebooks/classification")
    if not needed.exists():
        print(
            f"There is no {needed} here. Go to the course's folder first, with `cd`.",
            file=sys.stderr,
        )
        return 2
    from jupyterlab.labapp import LabApp

    settings = _SETTINGS / ("instructor" if instructor else "learner")
    _put_first("JUPYTER_CONFIG_PATH", settings)
    # Kernels, and the tools that nbgrader calls, where the environment has not been activated.
    _put_first("PATH", Path(sys.executable).parent)
    # Which tabs were open belongs to this course, not to all that one has open elsewhere.
    workspaces = Path("build/lab", settings.name).absolute()
    os.environ.setdefault("JUPYTERLAB_WORKSPACES_DIR", str(workspaces))
    # Jupyter refuses to run as root, as in a container, unless it is told that this is meant.
    as_root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    LabApp.launch_instance([*as_root, *options])
    return 0


def _put_first(variable: str, folder: Path) -> None:
    """Put a folder at the head of an environment variable that is a list of them."""
    others = os.environ.get(variable)
    os.environ[variable] = os.pathsep.join([str(folder), *([others] if others else [])])
