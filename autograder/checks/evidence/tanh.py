"""Collects what a learner's tanh answers, how it gets there, and what it leaves of its input."""

import dis
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.checks.datasets import Arrays
from autograder.checks.evidence.describe import Evidence, describe_array, error_of
from autograder.checks.evidence.operations import Operations, library_tanh
from autograder.checks.recorder.watch import Names, Runs
from autograder.checks.table import Part


def questions(part: Part, seed: int) -> Arrays:
    """Points to ask about: 400 from -10 to 10, a few for slopes, some far away, a table.

    None of them is a special point such as 0, where wrong forms can be right by chance.
    """
    random = np.random.default_rng(seed)
    return {
        "points": np.sort(random.uniform(-10, 10, 400)).astype(np.float32),
        "slopes": random.uniform(-4, 4, 60).astype(np.float32),
        "far": np.concatenate([random.uniform(50, 200, 20), -random.uniform(50, 200, 20)]).astype(
            np.float32
        ),
        "table": random.uniform(-3, 3, (4, 5)).astype(np.float32),
    }


def collect(part: Part, names: Names, runs: Runs, asked: Arrays) -> Evidence:
    """What the function answers, how it gets there, and what it leaves of its input."""
    function = names.get(part.names[0])
    evidence: Evidence = {
        "kind": type(function).__name__,
        "callable": callable(function),
        "stub": is_stub(function),
        "answers": {},
        "slopes": None,
        "seen": [],
        "operations": 0,
        "foreign": False,
        "mutated": False,
        "library_object": function in (torch.tanh, np.tanh, torch.nn.functional.tanh),
    }
    if not callable(function):
        return evidence
    seen: set[str] = set()
    for name in ("points", "far", "table"):
        x = torch.from_numpy(asked[name].copy())
        watched = Operations(x)
        try:
            with watched:
                answer = function(x)
            watched.look_at_answer(answer)
            evidence["answers"][name] = {**describe_array(answer), "error": None}
        except (Exception, SystemExit) as error:
            evidence["answers"][name] = {"kind": "error", "error": error_of(error)}
        evidence["mutated"] |= not np.array_equal(x.numpy(), asked[name])
        evidence["foreign"] |= watched.foreign
        seen |= watched.seen
    evidence["slopes"] = _slopes(function, asked["slopes"], seen)
    evidence["seen"] = library_tanh(seen)
    evidence["operations"] = len(seen)
    return evidence


def _slopes(function: Any, points: np.ndarray, seen: set[str]) -> Evidence:
    x = torch.from_numpy(points.copy()).requires_grad_()
    try:
        with torch.enable_grad(), Operations(x) as watched:
            answer = function(x)
            if not isinstance(answer, Tensor) or not answer.requires_grad:
                return {"values": None, "error": None}
            (slopes,) = torch.autograd.grad(answer.sum(), x)
        seen |= watched.seen  # a backward of the learner's own may call the library too
        return {"values": slopes.to(torch.float64).numpy(), "error": None}
    except (Exception, SystemExit) as error:
        return {"values": None, "error": error_of(error)}


#: What a body of nothing but `pass`, `...` and a docstring compiles to.
_EMPTY_BODY = frozenset(["RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"])


def is_stub(function: Any) -> bool:
    """True for a function whose body is still empty; `return None` counts as empty too."""
    code = getattr(function, "__code__", None)
    if code is None:
        return False
    steps = list(dis.get_instructions(code))
    returned = [step.argval for step in steps if "CONST" in step.opname]
    return _EMPTY_BODY.issuperset(step.opname for step in steps) and returned[-1:] == [None]
