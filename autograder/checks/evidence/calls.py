"""Watches which functions of libraries run: torch's, NumPy's, Python's own, in new threads too.

`Operations` sees what torch computes. This sees what is called on other roads: with torch's modes
switched off, inside an operator of somebody's own, in NumPy, `math` or mpmath.
"""

import cmath
import math
import sys
import threading
from collections.abc import Mapping, MutableMapping
from inspect import CO_OPTIMIZED
from types import FrameType, TracebackType
from typing import Any

from torch import Tensor

from autograder.checks.evidence import operations
from autograder.checks.evidence.held import IN_C

#: Written in Python, in part: there a function's own name is noted too.
_IN_PYTHON = {"mpmath", "scipy", "sympy", "numpy"}
#: A formula of tanh needs one of these.
_OF_A_FORMULA = {"exp", "expm1", "exp2", "sinh", "cosh", "pow", "power", "float_power", "expit"}
#: What is not always called from Python's own code: an array function, one handed to `map`.
_FUNCTIONS = {"tanh", *_OF_A_FORMULA}
#: NumPy's ways to look a number up in a list.
LOOK_UPS = {"interp", "searchsorted", "digitize"}
#: What takes a tensor's numbers out of torch.
_READS = {"tolist", "numpy", "data_ptr", "untyped_storage"}
#: The watch's own code, by its globals: a name could be anybody's.
_OURS = {id(globals()), id(vars(operations))}


class _Noted:
    """A function that tells its name whenever it is called."""

    def __init__(self, function: Any, calls: "Calls") -> None:
        self._function, self._calls = function, calls

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self._calls.note(self._function.__name__, "")
        return self._function(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._function, name)


class Calls:
    """Between `with` and its end, each time, notes which functions run.

    `seen` has their names; `formula` tells that one which a formula of tanh needs was not torch's.
    `read` counts the numbers that were taken out of torch, and `off` tells that somebody else has
    switched the watch off.

    Args:
        names: the notebook's namespace, where a function of NumPy may have a name of its own.
    """

    def __init__(self, names: Mapping[str, Any]) -> None:
        numpys = [each for name, each in sys.modules.items() if name.partition(".")[0] == "numpy"]
        spaces = [*map(vars, numpys), vars(math), vars(cmath)]
        if isinstance(names, MutableMapping):
            spaces.append(names)  # type: ignore[arg-type]
        self._spaces = spaces
        self.seen: set[str] = set()
        self.formula = self.off = False
        self.read = 0
        self._replaced: list[tuple[MutableMapping[str, Any], str, Any]] = []

    def __enter__(self) -> None:
        for space in self._spaces:
            for name, value in list(space.items()):
                if isinstance(value, IN_C) and getattr(value, "__name__", "") in _FUNCTIONS:
                    self._replaced.append((space, name, value))
                    space[name] = _Noted(value, self)
        self._before = sys.getprofile(), threading.getprofile()
        self._watch = self._note  # one object, to be known again
        threading.setprofile(self._watch)
        sys.setprofile(self._watch)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.off |= sys.getprofile() is not self._watch or "setprofile" in self.seen
        sys.setprofile(self._before[0])
        threading.setprofile(self._before[1])
        for space, name, value in self._replaced:
            if isinstance(space.get(name), _Noted):  # else the learner's code has bound it anew
                space[name] = value
        self._replaced.clear()

    def note(self, name: str, module: str | None) -> None:
        """Note a function; torch's own in C name no module."""
        self.seen.add(name)
        self.formula |= module is not None and name in _OF_A_FORMULA

    def _note(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "c_call" and id(frame.f_globals) not in _OURS:
            name = getattr(argument, "__name__", "")
            self.note(name, getattr(argument, "__module__", None))
            if name in _READS and isinstance(tensor := argument.__self__, Tensor):
                self.read += tensor.numel()
        elif event == "call" and frame.f_code.co_flags & CO_OPTIMIZED:  # no class being made
            module = str(frame.f_globals.get("__name__", ""))
            if module.partition(".")[0] in _IN_PYTHON:
                self.note(frame.f_code.co_name, module)
                if frame.f_code.co_name == "__call__":  # an object that calls what it holds
                    self.note(str(getattr(frame.f_locals.get("self"), "__name__", "")), module)
