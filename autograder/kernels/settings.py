"""The instructor's settings for the sandbox: `c.Sandbox.memory = ...` in `nbgrader_config.py`."""

from pathlib import Path

from traitlets import Bool, Float, Int, List, Unicode
from traitlets.config import Config, Configurable
from traitlets.config.loader import PyFileConfigLoader

from autograder.kernels.limits import Limits

_DEFAULT = Limits()
_FILE = "nbgrader_config.py"


class Sandbox(Configurable):
    """How learners' code is run; every number is for one notebook."""

    require = List(
        Unicode(), help="Layers without which nothing is graded, or ['full']; see autograder doctor"
    ).tag(config=True)
    hide = List(
        Unicode(), help="Files or folders that kernels must not read, such as private tests"
    ).tag(config=True)
    read = List(Unicode(), help="Files or folders that kernels may read besides").tag(config=True)
    cell_seconds = Float(_DEFAULT.cell_seconds, help="Seconds for one cell").tag(config=True)
    notebook_seconds = Float(_DEFAULT.notebook_seconds, help="Seconds for all").tag(config=True)
    memory = Int(_DEFAULT.memory, help="Bytes of memory").tag(config=True)
    processes = Int(_DEFAULT.processes, help="Processes and threads").tag(config=True)
    output = Int(_DEFAULT.output, help="Bytes that cells print and draw").tag(config=True)
    file_size = Int(_DEFAULT.file_size, help="Bytes of one file").tag(config=True)
    disk = Int(_DEFAULT.disk, help="Bytes of the scratch folder").tag(config=True)
    warm = Bool(
        True, help="Fork kernels from one process that has imported torch, where that is possible"
    ).tag(config=True)

    def limits(self) -> Limits:
        """The numbers alone."""
        names = Limits.__dataclass_fields__
        return Limits(**{name: getattr(self, name) for name in names})


def load_config(folder: Path) -> Config:
    """What the `nbgrader_config.py` of a folder says, or of the nearest around it; else empty."""
    for each in (folder, *folder.absolute().parents):
        if (each / _FILE).is_file():
            return PyFileConfigLoader(_FILE, path=str(each)).load_config()
    return Config()
