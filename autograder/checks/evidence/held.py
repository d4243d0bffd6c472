"""What an answer could call without being seen: what it holds, and other threads that run.

Functions of libraries that Python's own code calls are seen (`calls`), and so is what torch
computes (`operations`). What C code calls, or a thread that ran before, is not: so it is looked
whether there is any such thing.
"""

import ctypes
import gc
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterator
from types import (
    BuiltinFunctionType,
    CodeType,
    FunctionType,
    MethodDescriptorType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any

import numpy as np
from torch import Tensor

#: Functions that are not Python's own code.
IN_C = (
    *(np.ufunc, BuiltinFunctionType, MethodDescriptorType, WrapperDescriptorType),
    ctypes._CFuncPtr,  # type: ignore[attr-defined]
)
_HOLD_NOTHING = (ModuleType, str, bytes, int, float, complex, Tensor, np.ndarray, type(None))
#: Far more than a function of some lines holds.
_MOST = 5_000
#: What runs in threads beside any notebook.
_BESIDE = {
    *("threading", "queue", "selectors", "asyncio", "ipykernel", "IPython"),
    *("traitlets", "decorator", "tornado", "zmq", "tqdm", "debugpy", "_pydevd_bundle"),
    *("execnet", "xdist"),  # of tests
}


def holds(start: Any, sought: Callable[[Any], bool]) -> bool:
    """Whether such an object is in what a function can reach without asking a module for it."""
    waiting, seen = [start], dict[int, Any]()
    while waiting and len(seen) < _MOST:
        each = waiting.pop()
        if id(each) in seen or isinstance(each, _HOLD_NOTHING):
            continue
        if sought(each):
            return True
        seen[id(each)] = each  # kept, because an address may be used again
        waiting += _held_by(each)
    return False


def _held_by(value: Any) -> list[Any]:
    if isinstance(value, FunctionType):
        cells = [cell.cell_contents for cell in value.__closure__ or () if _is_full(cell)]
        own = not _is_installed(value.__module__)
        named = [value.__globals__.get(name) for name in _names(value.__code__)] if own else []
        return [*cells, *named, value.__defaults__, value.__kwdefaults__, vars(value)]
    if isinstance(value, type):
        return [] if _is_installed(value.__module__) else [*vars(value).values(), *value.__bases__]
    return gc.get_referents(value)


def _is_full(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


def _names(code: CodeType) -> Iterator[str]:
    """The names that code looks up, the code in it included."""
    yield from code.co_names
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _names(each)


def _is_installed(name: str | None) -> bool:
    """Whether a module is Python's or a library's, and not the learner's."""
    if name in sys.builtin_module_names or name in sys.stdlib_module_names:
        return True
    file = getattr(sys.modules.get(name or ""), "__file__", None) or ""
    folders = (sysconfig.get_path(each) for each in ("stdlib", "purelib", "platlib"))
    return any(file.startswith(f"{folder}/") for folder in folders)


def others_run() -> bool:
    """Whether a thread runs beside this one that is none of the notebook's own."""
    for number, frame in sys._current_frames().items():
        each = frame if number != threading.get_ident() else None
        while each is not None:
            name = str(each.f_globals.get("__name__", ""))
            if name.partition(".")[0] not in _BESIDE:
                return True
            each = each.f_back
    return False
