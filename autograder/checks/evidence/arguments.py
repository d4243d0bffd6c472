"""Which of its arguments a function never looks at. It sharpens messages, and decides no mark."""

import dis
import inspect
from types import CodeType
from typing import Any

#: Who calls these may look at any argument.
_SEE_ALL = frozenset(["locals", "vars", "eval", "exec"])


def unused_arguments(function: Any) -> list[str]:
    """The arguments that a function's own code does not read, `self` aside; [] where unknown."""
    try:
        code = inspect.unwrap(function).__code__
    except (AttributeError, ValueError):
        return []
    if not isinstance(code, CodeType) or _SEE_ALL & set(code.co_names):
        return []
    read = set(code.co_cellvars)  # an inner function may read them
    for step in dis.get_instructions(code):
        if step.opname.startswith(("LOAD_FAST", "STORE_FAST_LOAD_FAST", "LOAD_DEREF")):
            read |= set(step.argval if isinstance(step.argval, tuple) else (step.argval,))
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return [name for name in names if name not in read and name != "self"]
