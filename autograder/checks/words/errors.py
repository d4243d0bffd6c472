"""Knows the errors that beginners meet, and explains the last one in plain words.

`explain_error()` is for learners: what the red text means, where it most likely comes from, and
what to try next. The same codes and words serve the checks.
"""

import linecache
import re
import traceback
from collections.abc import Mapping
from typing import Any

from autograder.checks.words.messages import say
from helpers.text import as_name, as_said

#: Exceptions with a message of their own: code, and what the exception's text must match.
_KNOWN_ERRORS = (
    ("raised_super_init", r"before Module\.__init__\(\) call|super\(\)\.__init__"),
    ("raised_no_forward", r"missing the required .forward. function"),
    ("raised_inner_sizes", r"mat1 and mat2 shapes cannot be multiplied"),
    ("raised_probabilities_needed", r"elements of input should be between 0 and 1"),
    ("raised_float_labels", r"expected scalar type Long but found|expected target dtype to be Long"
     r"|[Ee]xpected floating point type for target with class prob"
     r"|not implemented for '(Float|Double)'.*nll|nll_loss.*'(Float|Double)'"),
    ("raised_int_labels", r"Found dtype Long but expected Float|result type Float can't be cast to"
     r"|expected scalar type Float but found Long"),
    ("raised_double_features", r"must have the same dtype, but got (Double|Float) and"
     r"|expected scalar type (Float|Double) but found"),
    ("raised_target_rows", r"(?i)target size \(?(?:torch\.Size\()?\[(\d+)[,\]].*input size "
     r"\(?(?:torch\.Size\()?\[(?!\1[,\]])|Expected input batch_size"),
    ("raised_target_size", r"Target size .* must be the same as input size"
     r"|target size .* that is different to the input size"),
    ("raised_target_range", r"Target -?\d+ is out of bounds"),
    ("raised_one_row_per_class", r"0D or 1D target tensor expected"),
    ("raised_dimension", r"Dimension out of range"),
    ("raised_no_gradient", r"does not require grad and does not have a grad_fn"),
    ("raised_second_backward", r"backward through the graph a second time"),
    ("raised_devices", r"Expected all tensors to be on the same device"
     r"|is not on the expected device"),
    ("raised_in_place", r"modified by an inplace operation|used in an in-place operation"),
    ("raised_inference", r"[Ii]nference tensors? cannot be saved"
     r"|Inplace update to inference tensor"),
    ("raised_not_scalar", r"implicitly created only for scalar"),
    ("raised_not_callable", r"object is not callable"),
    ("raised_layer_as_input", r"must be Tensor, not (?!NoneType|Tensor)[A-Z]\w*"
     r"|Boolean value of Tensor with more than one value is ambiguous"),
    ("raised_none_as_input", r"must be Tensor, not NoneType|'NoneType' object has no attribute"),
    ("raised_method_not_called", r"'(method|builtin_function_or_method|function)' object "
     r"(is not (iterable|subscriptable)|has no attribute)"),
    ("raised_array_of_axes",
     r"'numpy\.ndarray' object has no attribute '(set|plot|scatter|contour)"),
    ("raised_attribute", r"has no attribute '"),
    ("raised_arguments", r"missing \d+ required positional argument|positional arguments? but"
     r"|got an unexpected keyword argument"),
    ("raised_numpy_gradient", r"Can't call numpy\(\) on Tensor that requires grad"),
)  # fmt: skip

#: A check's own messages look like errors, and need no explanation.
VERDICT_ERRORS = frozenset(["NotYet", "NotStarted", "Raised"])
_LINE_LIMIT, _SHOWN_LIMIT, _MESSAGE_LIMIT = 90, 300, 2000
#: What a helper raises when it is given something that it cannot use; its message says what to do.
_REFUSALS = (TypeError, ValueError)


def code_of_error(error: Mapping[str, Any]) -> str:
    """The message code for an exception, given as `{"type", "message"}`."""
    if error["type"] == "NameError":
        return "raised_name"
    if error.get("helper"):
        return "raised_by_helper"
    if error["type"] in ("SyntaxError", "IndentationError", "TabError"):
        return "raised_syntax"
    for code, pattern in _KNOWN_ERRORS:
        if re.search(pattern, error["message"][:_MESSAGE_LIMIT]):
            return code
    return "raised_other"


def first_line(error: Mapping[str, Any]) -> str:
    """An exception as the last line of a traceback shows it; in quotes what could be ours."""
    said = error["message"].partition("\n")[0][:_SHOWN_LIMIT]
    return f"{as_name(error['type'])}: {as_said(said)}".rstrip(": ")


def describe_error(error: BaseException, names: Mapping[str, Any]) -> dict[str, Any]:
    """An exception as plain data, with the last line of the notebook's own that led to it.

    Frames that run in the notebook's `names` are its own cells.

    Returns:
        `type`, `message`, `helper` (a helper of the course refused its input), and `number` and
        `line` where a line of a cell is known.
    """
    found: dict[str, Any] = {"type": type(error).__name__, "message": str(error)[:_MESSAGE_LIMIT]}
    if isinstance(error, SyntaxError):
        return found | {"number": error.lineno, "line": (error.text or "").strip()[:_LINE_LIMIT]}
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_globals is names:
            line = linecache.getline(frame.f_code.co_filename, number).strip()
            found |= {"number": number, "line": line[:_LINE_LIMIT]}
        raiser = str(frame.f_globals.get("__name__"))
        found["helper"] = raiser.startswith("helpers.") and isinstance(error, _REFUSALS)
    return found


def explain(error: Mapping[str, Any] | None, printed: str = "") -> str:
    """The explanation of an error as text of two to four lines.

    Where no cell has raised, what the last training cell `printed`: a loss of nan raises nothing.
    """
    if error is None:
        nan = re.search(r"(?i)loss\W+nan\b", printed)
        meaning, step = say("raised_nan_loss" if nan else "no_error")
        return f"{meaning}\nNext: {step}"
    meaning, step = say(code_of_error(error))
    lines = [say("words_last", error=first_line(error))[0], f"Meaning: {meaning}"]
    if error.get("line"):
        lines.append(say("words_line", number=error["number"], line=error["line"])[0])
    return "\n".join([*lines, f"Next: {step}"])
