"""Collects evidence: plain descriptions of what a learner's objects are and do. Judges nothing.

Every function here can run in any process, takes objects, and returns numbers, text and arrays
only. None of them changes train/eval mode, device or gradients; `leaving_no_trace` around them
keeps random states, and what the learner's code prints (a line on stderr would cost a point
under nbgrader).
"""

import contextlib
import copy
import io
import logging
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from autograder.checks.evidence.arguments import unused_arguments
from autograder.checks.recorder.steps import unseen
from autograder.checks.recorder.watch import Names, Run, Runs, runs_of
from autograder.checks.rescue_objects import is_rescue, is_rescue_rows
from autograder.checks.table import Part
from autograder.checks.words.errors import VERDICT_ERRORS, nearest, shown_by
from helpers.predict import model_outputs, random_states_untouched, uncompiled

Evidence = dict[str, Any]
#: Larger arrays than this are described and not copied.
VALUES_LIMIT = 200_000


@contextlib.contextmanager
def leaving_no_trace() -> Iterator[None]:
    """Put back the random states of torch (every device), NumPy and Python; print nothing.

    Nothing is compiled, and no step of an optimizer that is taken in it counts as the learner's.
    """
    # A logging handler keeps the stream that it was made with, so redirecting does not reach it.
    logging_level = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    nowhere = io.StringIO()
    try:
        with (
            unseen(),
            random_states_untouched(),
            uncompiled(),
            warnings.catch_warnings(),
            contextlib.redirect_stdout(nowhere),
            contextlib.redirect_stderr(nowhere),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging_level)


def error_of(error: BaseException) -> Evidence:
    """An exception as plain data: `type`, `message`, and what `shown_by` finds."""
    return {"type": type(error).__name__, "message": str(error)[:2000], **shown_by(error)}


def kind_of(value: Any) -> str:
    """What to call an object: its class's name, or its own name if it is a class itself."""
    return str(value.__name__ if isinstance(value, type) else type(value).__name__)


def presence(part: Part, names: Names, runs: Runs) -> Evidence:
    """What is there of a part: missing names, rescues, and what its cell did when it last ran."""
    own = runs_of(runs, part.label)
    # A learner may have removed the marker line; then the last cell that is no check is likely.
    likely = own or [run for run in runs or [] if not _says_a_verdict(run)]
    last = next(reversed(likely), None)
    missing = [name for name in part.names if name not in names]
    return {
        "part": part.id,
        "missing": missing,
        "near": {name: nearest(name, names) for name in missing},
        "rescued": [name for name in part.names if name in names and _rescued(part, names[name])],
        "recorder": runs is not None,
        "ran": bool(own),
        "blank": bool(own) and own[-1].blank,
        "error": last.error if last else None,
    }


def _says_a_verdict(run: Run) -> bool:
    return run.error is not None and run.error["type"] in VERDICT_ERRORS


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
    kind = type(value).__name__
    kind = "NumPy array" if kind == "ndarray" else kind
    found: Evidence = {"kind": kind, "dtype": "", "shape": [], "values": None}
    if isinstance(value, (np.ndarray, list, tuple)) or hasattr(value, "to_numpy"):
        with contextlib.suppress(Exception):
            array = np.asarray(value)
            if array.size <= VALUES_LIMIT:
                found["values"] = array.astype(np.float64)
            found["dtype"], found["shape"] = str(array.dtype), list(array.shape)
    return found


def describe_model(model: Any, inputs: Mapping[str, np.ndarray]) -> Evidence:
    """What a model, or whatever it is, is made of and answers to features `(N, 2)`, by name.

    Returns:
        `kind`, `is_class`, `is_module`, `layers` (class names, outermost first), `parameters`
        (count), `outputs` (float64 arrays by the names of `inputs`), `output_dtype`, `last_step`
        (autograd's name for how the output was made; "" where no gradient reaches it), `unused`
        (arguments that `forward` never reads), `equal_weights` (the numbers in each weight are)
        and `error` (what calling it raised, or None).
    """
    module = model if isinstance(model, nn.Module) else None
    found: Evidence = {
        "kind": kind_of(model),
        "is_class": isinstance(model, type),
        "is_module": module is not None,
        "layers": [],
        "parameters": 0,
        "outputs": {},
        "output_dtype": "",
        "last_step": "",
        "unused": [],
        "equal_weights": False,
        "error": None,
    }
    if module is None:
        return found
    found["layers"] = [type(each).__name__ for each in module.modules()]
    found["unused"] = unused_arguments(type(module).forward)
    try:
        for name, features in inputs.items():
            outputs = model_outputs(module, features)
            found["output_dtype"] = str(outputs.dtype).removeprefix("torch.")
            found["outputs"][name] = outputs.to(torch.float64).numpy()
        found["last_step"] = _last_step(module, next(iter(inputs.values())))
        # A lazy layer has no size before its first call; it will have parameters all the same.
        found["parameters"] = sum(1 if is_lazy(p) else p.numel() for p in module.parameters())
        tables = [p for p in module.parameters() if p.ndim > 1 and p.numel() > 1]
        found["equal_weights"] = bool(tables) and all((p == p.ravel()[0]).all() for p in tables)
    except (Exception, SystemExit) as error:
        found["error"] = error_of(error)
    return found


#: Autograd's names for steps that move numbers without changing them.
_SHAPE_STEPS = ("Squeeze", "Unsqueeze", "View", "Reshape", "Alias", "Select", "Slice", "TBackward")


def _last_step(model: nn.Module, features: np.ndarray) -> str:
    trial = copy_of(model)
    if trial is None:
        return "unknown"
    with torch.enable_grad():
        trial.eval()
        first = next(iter(trial.parameters()), torch.zeros(()))
        answer = trial(torch.as_tensor(features[:8]).to(first.device, first.dtype))
    if isinstance(answer, Mapping):
        answer = tuple(answer.values())
    while isinstance(answer, (tuple, list)) and answer:
        answer = answer[0]
    step = getattr(answer, "grad_fn", None)
    while step is not None and any(word in type(step).__name__ for word in _SHAPE_STEPS):
        step = next((before for before, _ in step.next_functions if before is not None), None)
    return type(step).__name__ if step is not None else ""


def copy_of(model: nn.Module) -> nn.Module | None:
    """A copy that shares no tensor with the model, or None where there can be none."""
    memo: dict[int, Any] = {}
    for module in model.modules():
        for value in vars(module).values():
            # deepcopy refuses results of computations, such as outputs kept for a later look.
            if isinstance(value, Tensor) and not value.is_leaf:
                memo[id(value)] = value.detach().clone()
    try:
        trial = copy.deepcopy(model, memo)
    except Exception:  # a model may forbid copying
        return None
    if not isinstance(trial, nn.Module):
        return None
    own = set(map(id, (*model.modules(), *model.parameters())))
    return None if own & set(map(id, (*trial.modules(), *trial.parameters()))) else trial


#: How much a nudge changes each parameter, as a share of its root mean square.
NUDGE = 1e-3
_REDRAWS = 3


def altered_outputs(model: Any, features: np.ndarray) -> Evidence | None:
    """What copies of the model answer whose learnable numbers are not the learned ones.

    A model that answers from a table, whatever its parameters are, gives itself away when they
    are zero; one that looks whether they are zero, when they are drawn anew; one that looks
    whether they are its own, when they are nudged so little that no network would mind.

    Tensors that learn without being registered as parameters (plain attributes with
    `requires_grad`) are changed too.

    Returns:
        `zeroed`, `nudged`, and `redrawn` (a list): the outputs as float64, nan for each row where
        a copy does not answer. None where the model cannot be copied.
    """
    if not isinstance(model, nn.Module) or copy_of(model) is None:
        return None
    generator = torch.Generator().manual_seed(len(features))  # leaves the session's own alone

    def noise(value: Tensor) -> Tensor:
        draw = torch.randn(value.shape, generator=generator, dtype=torch.float64)
        return draw.to(value.dtype).to(value.device) * value.detach().pow(2).mean().sqrt()

    return {
        "zeroed": _with_parameters(model, features, torch.zeros_like),
        "nudged": _with_parameters(model, features, lambda value: value + NUDGE * noise(value)),
        "redrawn": [_with_parameters(model, features, noise) for _ in range(_REDRAWS)],
    }


def _with_parameters(
    model: nn.Module, features: np.ndarray, change: Callable[[Tensor], Tensor]
) -> np.ndarray:
    """The outputs of a copy in which every learnable tensor was changed."""
    try:
        trial = copy_of(model)
        assert trial is not None
        with torch.no_grad():
            for tensor in _learnable(trial):
                tensor.copy_(change(tensor))
            return model_outputs(trial, features).to(torch.float64).numpy()
    except Exception:
        return np.full(len(features), np.nan)


def _learnable(model: nn.Module) -> list[Tensor]:
    """Each tensor that learns, once, registered or not."""
    found: dict[int, Tensor] = {id(parameter): parameter for parameter in model.parameters()}
    for module in model.modules():
        for value in list(vars(module).values()):
            for tensor in value if isinstance(value, (list, tuple)) else (value,):
                if isinstance(tensor, Tensor) and tensor.requires_grad:
                    found.setdefault(id(tensor), tensor)
    return list(found.values())
