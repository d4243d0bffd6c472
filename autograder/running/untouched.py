"""Tells a person where a kernel's libraries are not what they were at its start.

Evidence is taken in the learner's own process. Code there that puts other functions in the place of
Python's, torch's, NumPy's, the notebook's or ours can answer for another function than the
learner's. So objects are compared right before and right after each question, and not texts.

What this does not see: code that changes something and puts it back between the two looks, and code
that knows this module, and answers in its place.
"""

import json
from importlib.resources import files
from typing import Any

from autograder.kernels.session import Kernel
from autograder.submissions.cells import Note
from helpers.text import as_name

_SOURCE = files("autograder.checks").joinpath("look_in_kernel.py").read_text("utf-8")
_SHOWN = 8


#: Python's built-in functions, whatever the notebook has called by their names.
_PYTHON = (
    "[each for each in ().__class__.__base__.__subclasses__() if each.__name__ == '_ModuleLock']"
    "[0].__init__.__globals__['sys'].modules['builtins']"
)


def _with_look(expression: str) -> str:
    """An expression in which `look` has the functions of `look_in_kernel`."""
    return (
        f"(lambda python: (lambda look: python.exec({_SOURCE!r}, look) or {expression})"
        f"({{'__name__': 'look', '__builtins__': python.__dict__}}))({_PYTHON})"
    )


_ALL = _with_look("look['told'](look['brief'](), look['rows']())")


class Untouched:
    """What a kernel's libraries were before any of the learner's code ran.

    `flags` are for a person: one at most.
    """

    def __init__(self, kernel: Kernel) -> None:
        self.flags: list[Note] = []
        brief, rows = _rows(kernel, at_start=True)
        self._start = {row[:2]: row[2:4] for row in rows}
        self._known = [brief]  # what stood for rows that were in order

    def value_of(self, kernel: Kernel, expression: str) -> Any:
        """An expression's value, if it is plain; libraries are compared before and after.

        In the expression, `python` is the module of Python's built-in functions: its own names are
        the notebook's, and may be of anything.
        """
        looks = f"look['told'](look['brief'](), {expression}, look['brief']())"
        try:
            before, value, after = json.loads(kernel.ask(_with_look(looks)))
        except (RecursionError, TypeError, ValueError):
            before = value = after = None
        same = before in self._known and after in self._known
        if not (same or self.flags or kernel.stopped):
            self._compare(kernel)
        return value

    def _compare(self, kernel: Kernel) -> None:
        brief, rows = _rows(kernel)
        if kernel.stopped:
            return
        now = {row[:2]: row[2:4] for row in rows}
        owners = {owner for owner, _ in self._start}  # what is imported later takes no part
        come = [row[:2] for row in rows if row[0] in owners and not row[4]]
        changed = [name for name, what in self._start.items() if now.get(name) != what]
        changed += [name for name in come if name not in self._start]
        if not rows or not self._start:
            self._flag("The kernel did not say whether its libraries are as they were")
        elif changed:
            words = ", ".join(dict.fromkeys(as_name(".".join(name)) for name in changed[:_SHOWN]))
            self._flag(f"In the kernel, {words} was changed")
        else:
            self._known.append(brief)

    def _flag(self, what: str) -> None:
        words = f"{what}; what checks measure may be of another function. Please read the code."
        self.flags.append(Note("library_changed", "", words))


def _rows(kernel: Kernel, *, at_start: bool = False) -> tuple[object, list[Any]]:
    """A number that stands for all rows, and these; none where the kernel gives something else."""
    try:
        brief, found = json.loads(kernel.ask(_ALL, at_start=at_start))
        rows = [(str(owner), str(name), *rest) for owner, name, *rest in found if len(rest) == 3]
        return brief, rows
    except (RecursionError, TypeError, ValueError):
        return None, []
