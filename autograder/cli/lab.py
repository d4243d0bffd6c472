"""`autograder lab`: JupyterLab as a learner needs it, or an instructor.

What each sees is in Jupyter's own settings, in two folders of `lab_settings`.
"""

import argparse
import os
import sys
from pathlib import Path

from autograder.console import complain

HELP = "open JupyterLab on the notebooks"
_SETTINGS = Path(__file__).parent / "lab_settings"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """For whom, and what is passed on."""
    parser.add_argument("--instructor", action="store_true", help="formgrader, on the whole course")
    parser.add_argument("options", nargs="*", metavar="-- OPTION", help="JupyterLab's own")


def run(arguments: argparse.Namespace) -> int:
    """Open JupyterLab on the course around the working folder, until it is stopped."""
    from jupyterlab.labapp import LabApp

    from autograder.course.folders import around

    needed = Path("nbgrader_config.py" if arguments.instructor else "notebooks/classification")
    if (folder := around(Path.cwd(), str(needed))) is None:
        complain(f"There is no {needed} here. Go to the course's folder first, with `cd`.")
        return 2
    os.chdir(folder)  # Jupyter reads the course's settings from where it is started
    settings = _SETTINGS / ("instructor" if arguments.instructor else "learner")
    _put_first("JUPYTER_CONFIG_PATH", settings)
    # Kernels, and the tools that nbgrader calls, where the environment has not been activated.
    _put_first("PATH", Path(sys.executable).parent)
    # Which tabs were open belongs to this course, not to all that one has open elsewhere.
    os.environ.setdefault("JUPYTERLAB_WORKSPACES_DIR", str(folder / "build/lab" / settings.name))
    # Jupyter refuses to run as root, as in a container, unless it is told that this is meant.
    as_root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    exchange = _exchange(folder) if arguments.instructor else []
    LabApp.launch_instance([*as_root, *exchange, *arguments.options])
    return 0


def _exchange(folder: Path) -> list[str]:
    """An exchange in the course for formgrader, where the shared one of a server is not there.

    Else it warns of a folder that nobody needs on a computer of one's own.
    """
    from nbgrader.apps.baseapp import NbGrader
    from nbgrader.exchange.default import Exchange

    settings = NbGrader()
    settings.load_config_file()
    if Path(Exchange(config=settings.config).root).is_dir():
        return []
    own = folder / "grading" / "exchange"
    own.mkdir(parents=True, exist_ok=True)
    return [f"--Exchange.root={own}"]


def _put_first(variable: str, folder: Path) -> None:
    """Put a folder at the head of an environment variable that is a list of them."""
    others = os.environ.get(variable)
    os.environ[variable] = os.pathsep.join([str(folder), *([others] if others else [])])
