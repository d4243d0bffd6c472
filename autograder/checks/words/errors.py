"""Knows the errors that beginners meet, and explains the last one in plain words.

`explain_error()` is for learners: what the red text means, where it most likely comes from, and
what to try next. The same codes and words serve the checks.
"""

import builtins
import linecache
import re
import tomllib
import traceback
from collections.abc import Iterable, Mapping
from contextlib import suppress
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from itertools import chain
from types import FunctionType
from typing import Any

from autograder.checks.table import PARTS
from autograder.checks.words.messages import say
from helpers.text import as_name, as_said

#: A check's own messages look like errors, and need no explanation.
VERDICT_ERRORS = frozenset(["NotYet", "NotStarted", "Raised"])
_LINE_LIMIT, _SHOWN_LIMIT, _MESSAGE_LIMIT = 90, 300, 2000
#: Names are alike from this on, as difflib measures it; shorter ones say too little.
_ALIKE, _SHORTEST = 0.8, 3
#: What all exercises ask for.
_ASKED = frozenset(name for part in PARTS.values() for name in part.names)
#: The message that names what is nearly the same.
_NEAR = {"raised_name": "raised_name_near", "raised_attribute": "raised_attribute_near"}
_REFUSES_ALL = re.compile(r"^(\w{1,100})(?:\.__init__)?\(\) takes (?:no|1|0) ")
#: What a helper raises when it is given something that it cannot use; its message says what to do.
_REFUSALS = (TypeError, ValueError)


@cache
def known_errors() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The codes of `errors.toml`, each with what the exception says, in the order to be tried."""
    table = tomllib.loads(
        files("autograder.checks.words").joinpath("errors.toml").read_text("utf-8")
    )
    return tuple((code, re.compile(each)) for code, forms in table.items() for each in forms)


def explanation_of(error: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """The message code for an exception, as `describe_error` gives it, and the message's facts."""
    if error.get("helper"):
        return "raised_by_helper", {}
    if error.get("needs"):
        return "raised_newer_python", {name: str(error[name]) for name in ("needs", "here")}
    if error.get("set_up"):
        return "raised_init_name", {"name": str(error["set_up"])}
    text = f"{error['type']}: {error['message']}"[:_MESSAGE_LIMIT]
    found = ((code, pattern.search(text)) for code, pattern in known_errors())
    code, match = next(((code, m) for code, m in found if m), ("raised_other", None))
    facts = match.groupdict() if match else {}
    if error.get("near") and code in _NEAR:
        return _NEAR[code], {**facts, "near": str(error["near"])}
    return code, facts


def code_of_error(error: Mapping[str, Any]) -> str:
    """The message code alone."""
    return explanation_of(error)[0]


def nearest(name: str, choices: Iterable[str]) -> str:
    """The choice that differs from a name by a typing error; "" where there is none.

    Where an exercise asks for the name, another one that exercises ask for is none.
    """
    if len(name) < _SHORTEST:
        return ""
    usual = {
        each.lower(): each
        for each in choices
        if each != name and each.isidentifier() and each[0].lower() == name[0].lower()
        if not (name in _ASKED and each in _ASKED)
    }
    found = get_close_matches(name.lower(), usual, n=1, cutoff=_ALIKE)
    return usual[found[0]] if found else ""


def shown_by(error: BaseException) -> dict[str, Any]:
    """What an exception's own objects show of its cause, for a message alone.

    Returns:
        `near`, a name that differs from the missing one by a typing error; `set_up`, a method of
        a class without `__init__` that has nearly its name; `helper`, True where a helper of the
        course refused its input; none of them where there is nothing to tell.
    """
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    last = frames[-1:]
    found: dict[str, Any] = {}
    with suppress(Exception):  # an object of the learner's may answer anything
        if isinstance(error, AttributeError):
            found["near"] = nearest(error.name or "", dir(error.obj))
            found["set_up"] = _nearly_init(type(error.obj))
        elif isinstance(error, NameError):
            spaces = [vars(builtins), *(space for f in last for space in (f.f_globals, f.f_locals))]
            found["near"] = nearest(error.name or "", chain.from_iterable(spaces))
        elif made := _REFUSES_ALL.match(str(error)):
            kinds = (f.f_globals[made[1]] for f in frames if made[1] in f.f_globals)
            found["set_up"] = _nearly_init(next(kinds, None))
    raiser = str(last[0].f_globals.get("__name__")) if last else ""
    found["helper"] = raiser.startswith("helpers.") and isinstance(error, _REFUSALS)
    return {key: value for key, value in found.items() if value}


def _nearly_init(kind: Any) -> str:
    own = vars(kind) if isinstance(kind, type) else {}
    made = (name for name, value in own.items() if isinstance(value, FunctionType))
    # Python itself changes `__init`, which does not end in underscores, to `_Net__init`.
    written = (re.sub(r"^_[^_]\w*?(?=__)", "", name) for name in made)
    like = (name for name in written if name.strip("_") in ("init", "int", "inti"))
    return "" if "__init__" in own else next(like, "")


def words_of(error: Mapping[str, Any]) -> str:
    """The first line of what an exception says; in quotes where it could be ours."""
    return as_said(error["message"].partition("\n")[0][:_SHOWN_LIMIT])


def first_line(error: Mapping[str, Any]) -> str:
    """An exception as the last line of a traceback shows it."""
    return f"{as_name(error['type'])}: {words_of(error)}".rstrip(": ")


def describe_error(error: BaseException, names: Mapping[str, Any]) -> dict[str, Any]:
    """An exception as plain data, with the last line of the notebook's own that led to it.

    Frames that run in the notebook's `names` are its own cells.

    Returns:
        `type`, `message`, what `shown_by` finds, and `number` and `line` where a line of a cell
        is known.
    """
    found: dict[str, Any] = {"type": type(error).__name__, "message": str(error)[:_MESSAGE_LIMIT]}
    found |= shown_by(error)
    if isinstance(error, SyntaxError):
        return found | {"number": error.lineno, "line": (error.text or "").strip()[:_LINE_LIMIT]}
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_globals is names:
            line = linecache.getline(frame.f_code.co_filename, number).strip()
            found |= {"number": number, "line": line[:_LINE_LIMIT]}
    return found


def explain(error: Mapping[str, Any] | None, printed: str = "") -> str:
    """The explanation of an error as text of two to four lines.

    Where no cell has raised, what the last training cell `printed`: a loss of nan raises nothing.
    """
    if error is None:
        nan = re.search(r"(?i)loss\W+nan\b", printed)
        meaning, step = say("raised_nan_loss" if nan else "no_error")
        return f"{meaning}\nNext: {step}"
    code, facts = explanation_of(error)
    meaning, step = say(code, **facts)
    lines = [say("words_last", error=first_line(error))[0], f"Meaning: {meaning}"]
    if error.get("line"):
        lines.append(say("words_line", number=error["number"], line=error["line"])[0])
    return "\n".join([*lines, f"Next: {step}"])
