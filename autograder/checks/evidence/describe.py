"""Collects evidence: plain descriptions of what a learner's objects are and do. Judges nothing.

Every function here can run in any process, takes objects, and returns numbers, text and arrays
only. None of them changes train/eval mode, device or gradients; `leaving_no_trace` around them
keeps random states, and what the learner's code prints (a line on stderr would cost a point
under nbgrader).
"""

import contextlib
import io
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.checks.recorder.watch import Names, Runs, runs_of
from autograder.checks.rescue_objects import is_rescue, is_rescue_rows
from autograder.checks.table import Part
from helpers.predict import random_states_untouched

Evidence = dict[str, Any]
#: Larger arrays than this are described and not copied.
VALUES_LIMIT = 200_000


@contextlib.contextmanager
def leaving_no_trace() -> Iterator[None]:
    """Put back the random states of torch (every device), NumPy and Python; print nothing."""
    # A logging handler keeps the stream that it was made with, so redirecting does not reach it.
    logging_level = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    nowhere = io.StringIO()
    try:
        with (
            random_states_untouched(),
            warnings.catch_warnings(),
            contextlib.redirect_stdout(nowhere),
            contextlib.redirect_stderr(nowhere),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging_level)


def error_of(error: BaseException) -> dict[str, str]:
    """An exception as plain data."""
    return {"type": type(error).__name__, "message": str(error)[:2000]}


def kind_of(value: Any) -> str:
    """What to call an object: its class's name, or its own name if it is a class itself."""
    return str(value.__name__ if isinstance(value, type) else type(value).__name__)


def presence(part: Part, names: Names, runs: Runs) -> Evidence:
    """What is there of a part: missing names, rescues, and what its cell did when it last ran."""
    own = runs_of(runs or [], part.label)
    last = own[-1] if own else None
    # A learner may have removed the marker line; then the last cell of all is the likely one.
    latest_error = runs[-1].error if runs and last is None else None
    return {
        "part": part.id,
        "missing": [name for name in part.names if name not in names],
        "rescued": [name for name in part.names if name in names and _rescued(part, names[name])],
        "recorder": runs is not None,
        "ran": last is not None,
        "blank": last is not None and last.blank,
        "error": last.error if last else latest_error,
    }


def _rescued(part: Part, value: Any) -> bool:
    if part.rescue == "data":
        return is_rescue_rows(part.dataset, describe_array(value)["values"])
    return is_rescue(part.rescue, value)


def describe_array(value: Any) -> Evidence:
    """Kind, dtype, shape and (if small) values of a tensor, array or anything else.

    Returns:
        `kind` ("tensor", or what it is instead), and for arrays `dtype`, `shape`, `values`
        (float64 array, or None when it cannot be read as numbers or is too large).
    """
    if isinstance(value, Tensor):
        values = None
        if value.numel() <= VALUES_LIMIT and not value.is_complex():
            with contextlib.suppress(Exception):  # a sparse or quantized tensor has no plain values
                # First to the CPU: not every device has float64.
                values = value.detach().cpu().to(torch.float64).numpy().copy()
        dtype = str(value.dtype).removeprefix("torch.")
        return {"kind": "tensor", "dtype": dtype, "shape": list(value.shape), "values": values}
    kind = {"ndarray": "NumPy array", "list": "list", "tuple": "tuple"}.get(
        type(value).__name__, type(value).__name__
    )
    found: Evidence = {"kind": kind, "dtype": "", "shape": [], "values": None}
    if isinstance(value, (np.ndarray, list, tuple)) or hasattr(value, "to_numpy"):
        with contextlib.suppress(Exception):
            array = np.asarray(value)
            if array.size <= VALUES_LIMIT:
                found["values"] = array.astype(np.float64)
            found["dtype"], found["shape"] = str(array.dtype), list(array.shape)
    return found
