"""Makes a fork of a process with the imports done like a process that has just been started.

What a library worked out when it was imported, from the environment, the folder or chance, is the
server's: here it becomes the kernel's own. Knows no notebook and nothing of the sandbox.
"""

import functools
import gc
import importlib
import os
import random
import sys
import tempfile
import types
from pathlib import Path
from typing import Any

from autograder.kernels.limits import Spec

#: Read anew when a cell imports them: they look for the notebook's shell when they are imported.
_IMPORTED_ANEW = ("matplotlib.pyplot",)


class Leftovers:
    """What the imports of this process have kept of it; to be found before the first fork.

    Args:
        home: the folder that it stands in and calls home.
        environment: as it was before the imports, some of which add to it: sklearn for OpenMP.
    """

    def __init__(self, home: str, environment: dict[str, str]) -> None:
        self.home = home
        self.variables = dict(os.environ.items() - environment.items())
        # Namespaces of modules, and the names in them whose values name that folder.
        self.places = [
            (vars(module), name)
            for module in list(sys.modules.values())
            if type(module) is types.ModuleType
            for name, value in vars(module).items()
            if _moved(value, home, "") is not value
        ]
        self.generators = [one for one in gc.get_objects() if isinstance(one, random.Random)]
        # Found here and not in a fork, for which each of some thousand names is a page to copy.
        own = [name for name in sys.modules if name.partition(".")[0] == "autograder"]
        self.modules = [*own, *(name for name in _IMPORTED_ANEW if name in sys.modules)]


def renew(leftovers: Leftovers, spec: Spec, path: list[str]) -> None:
    """Make this process one that has just been started as a kernel, whose module can be run next.

    The path is where Python imports from, without the folder and without `PYTHONPATH`.
    """
    os.environ.clear()
    home = os.getcwd()
    set_by_imports = {n: _moved(v, leftovers.home, home) for n, v in leftovers.variables.items()}
    os.environ.update(spec.environment | set_by_imports)
    sys.argv = spec.command[2:]
    sys.orig_argv = list(spec.command)
    sys.path[:] = [home, *spec.environment["PYTHONPATH"].split(os.pathsep), *path]
    _forget(leftovers.modules)
    for namespace, name in leftovers.places:
        namespace[name] = _moved(namespace[name], leftovers.home, home)
    tempfile.tempdir = None
    _renew_libraries(leftovers.home, home)
    for generator in leftovers.generators:
        generator.seed()


def _forget(names: list[str]) -> None:
    for name in names:
        module = sys.modules.pop(name)
        package, _, last = name.rpartition(".")
        if getattr(sys.modules.get(package), last, None) is module:
            delattr(sys.modules[package], last)
    if "__mp_main__" in sys.modules:  # multiprocessing's other name for the server's program
        sys.modules["__mp_main__"] = types.ModuleType("__main__")
    importlib.invalidate_caches()


def _renew_libraries(old: str, home: str) -> None:
    """What is not a plain value in a module."""
    modules: dict[str, Any] = sys.modules
    if "multiprocessing.process" in modules:
        modules["multiprocessing.process"].current_process().authkey = os.urandom(32)
    if "numpy" in modules:
        modules["numpy"].random.seed()
    if "torch" in modules:
        modules["torch"].default_generator.seed()
    if "torch._dynamo.config" in modules:
        config = modules["torch._dynamo.config"]
        config.debug_dir_root = _moved(config.debug_dir_root, old, home)
    if "matplotlib" in modules:
        for name in ("get_configdir", "get_cachedir"):  # each keeps its first answer
            function = getattr(modules["matplotlib"], name)
            setattr(modules["matplotlib"], name, functools.cache(function.__wrapped__))


def _moved(value: Any, old: str, new: str) -> Any:
    """A text, path or list of texts with one folder in the place of another; or the same value."""
    if type(value) is str and old in value:
        return value.replace(old, new)
    if type(value) is list and any(type(part) is str and old in part for part in value):
        return [_moved(part, old, new) for part in value]
    if isinstance(value, Path) and old in str(value):
        return type(value)(str(value).replace(old, new))
    return value
