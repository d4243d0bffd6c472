"""Exercise 6: values, gradients, purity and stability of the learner's own tanh.

Four checks, so that each thing learned earns its own points. A formula that overflows far from
zero loses the last of them and nothing else; one that leaves torch keeps those for its values, and
so does a stored table. A library's tanh earns none of them, and neither does a wrong function.
"""

import dis
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.checks.datasets import Arrays
from autograder.checks.evidence.arguments import unused_arguments
from autograder.checks.evidence.calls import LOOK_UPS, Calls
from autograder.checks.evidence.describe import Evidence, describe_array, error_of
from autograder.checks.evidence.held import IN_C, holds, others_run
from autograder.checks.evidence.operations import Operations, plain
from autograder.checks.recorder.watch import Names, Runs
from autograder.checks.table import Part
from autograder.checks.words.verdict import (
    Verdict,
    blank,
    correct,
    not_started,
    not_yet,
    raised_by,
    with_remark,
)

#: Separates every honest float32 form (worst 3.6e-7) from near misses (e = 2.718: 4.6e-5).
TOLERANCE = 1e-5
#: Slopes are differences of larger numbers: honest forms stay under 2e-6, and e = 2.718 is off by
#: 6e-5 or more at one of 60 points.
SLOPE_TOLERANCE = 2e-5
#: Operations that are the library's own tanh, or hold one: mish(x) is x * tanh(softplus(x)).
_HOLDS_TANH = re.compile(r"(?<!hard)(?<!a)(?<!arc)tanh|^(?:mish|gelu)|lstm|\bgru|rnn")


def questions(part: Part, seed: int) -> Arrays:
    """Points to ask about: 400 from -10 to 10, a few for slopes, some far away, a table.

    None of them is a special point such as 0, where wrong forms can be right by chance.
    """
    random = np.random.default_rng(seed)
    asked = {
        "points": np.sort(random.uniform(-10, 10, 400)),
        "slopes": random.uniform(-4, 4, 60),
        "far": np.concatenate([random.uniform(50, 200, 20), -random.uniform(50, 200, 20)]),
        "table": random.uniform(-3, 3, (4, 5)),
    }
    return {name: values.astype(np.float32) for name, values in asked.items()}


def collect(part: Part, names: Names, runs: Runs, asked: Arrays) -> Evidence:
    """What the function answers, how it gets there, and what it leaves of its input."""
    function = names.get(part.names[0])
    evidence: Evidence = {
        "kind": type(function).__name__,
        "callable": callable(function),
        "stub": is_stub(function),
        "unused": unused_arguments(function),
        "answers": {},
        "slopes": None,
        "seen": [],
        "operations": 0,
        "foreign": False,
        "table": False,
        "formula": False,
        "to_the_bit": False,
        "unseen": False,
        "mutated": False,
        "library_object": function in (torch.tanh, np.tanh, torch.nn.functional.tanh),
    }
    if not callable(function):
        return evidence
    seen: set[str] = set()
    calls, read = Calls(names), False
    for name in ("points", "far", "table"):
        x = torch.from_numpy(asked[name].copy())
        watched = Operations(x)
        try:
            with watched, calls:
                answer = plain(function(x))
            if isinstance(answer, Tensor):
                watched.look(answer)
            evidence["answers"][name] = {**describe_array(answer), "error": None}
        except (Exception, SystemExit) as error:
            evidence["answers"][name] = {"kind": "error", "error": error_of(error)}
        evidence["mutated"] |= not np.array_equal(x.numpy(), asked[name])
        evidence["foreign"] |= watched.foreign
        evidence["table"] |= watched.table
        seen |= watched.seen
        read |= watched.returned and watched.read + calls.read >= x.numel() / 2
        calls.read = 0
    with calls:
        evidence["slopes"] = _slopes(function, asked["slopes"], seen)
    evidence["seen"] = sorted(name for name in seen | calls.seen if _HOLDS_TANH.search(name))
    evidence["operations"] = len(seen)
    evidence["table"] |= bool(calls.seen & LOOK_UPS)
    evidence["formula"] = calls.formula
    evidence["to_the_bit"] = _to_the_bit(evidence["answers"]["points"], asked["points"])
    others = others_run() if _leaves_torch(evidence) else read
    evidence["unseen"] = calls.off or others or holds(function, _is_librarys)
    return evidence


def _is_librarys(value: Any) -> bool:
    return isinstance(value, IN_C) and bool(_HOLDS_TANH.search(getattr(value, "__name__", "")))


def _to_the_bit(answer: Evidence, x: np.ndarray) -> bool:
    """Whether values are a library's own in every digit: here, because machines differ in it."""
    if answer.get("values") is None:
        return False
    values = np.asarray(answer["values"], dtype=np.float32)
    exact = np.tanh(x.astype(np.float64)).astype(np.float32)
    own = torch.tanh(torch.from_numpy(x)).numpy(), np.tanh(x), exact
    return any(np.array_equal(values, each) for each in own)


def _slopes(function: Any, points: np.ndarray, seen: set[str]) -> Evidence:
    x = torch.from_numpy(points.copy()).requires_grad_()
    try:
        with torch.enable_grad(), Operations(x) as watched:
            answer = plain(function(x))
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


#: Functions that learners write by mistake, each with the code of its message.
_WRONG_FORMS: tuple[tuple[str, Callable[[np.ndarray], np.ndarray]], ...] = (
    ("tanh_sigmoid", lambda x: 1 / (1 + np.exp(-x))),
    ("tanh_sign", lambda x: -np.tanh(x)),
    ("tanh_half", lambda x: np.tanh(x / 2)),
    ("tanh_double", lambda x: np.tanh(2 * x)),
    ("tanh_derivative", lambda x: 1 - np.tanh(x) ** 2),
    ("tanh_brackets", lambda x: np.exp(x) - np.exp(-x) / np.exp(x) + np.exp(-x)),
    ("tanh_brackets", lambda x: (np.exp(x) - np.exp(-x)) / np.exp(x) + np.exp(-x)),
    ("tanh_brackets", lambda x: np.exp(x) - np.exp(-x) / (np.exp(x) + np.exp(-x))),
    ("tanh_swapped", lambda x: (np.exp(x) + np.exp(-x)) / (np.exp(x) - np.exp(-x))),
    ("tanh_sinh", np.sinh),
    ("tanh_cosh", np.cosh),
    ("tanh_tan", np.tan),
    ("tanh_same_signs", np.ones_like),
    ("tanh_exponent_sign", lambda x: np.exp(-x) * np.sinh(x)),
    ("tanh_exponent_sign", np.zeros_like),
    ("tanh_exponent_sign", lambda x: np.exp(x) * np.sinh(x)),
    ("tanh_identity", lambda x: x),
)


def _unusable(part: Part, evidence: Evidence, name: str) -> Verdict | None:
    """What keeps the answer to one question from being compared at all."""
    if not evidence["callable"]:
        return not_yet("tanh_not_callable", kind=evidence["kind"])
    if evidence["stub"]:
        if evidence["presence"]["recorder"]:
            return blank(part)
        return not_started("session_is_new", missing=f"`{part.names[0]}`")
    answer = evidence["answers"][name]
    if answer["error"]:
        return raised_by(answer["error"], "when the check called `tanh` on a float32 tensor")
    if answer["kind"] == "NoneType":
        return not_yet("tanh_returns_none")
    if answer["kind"] != "tensor":
        return not_yet("tanh_not_a_tensor", kind=answer["kind"])
    return not_yet("tanh_library") if evidence["library_object"] or evidence["seen"] else None


def _without_values(part: Part, evidence: Evidence, seed: int, name: str) -> Verdict | None:
    """What keeps an answer from earning more than its values; None where these are right."""
    if wrong := _unusable(part, evidence, "points") or _unusable(part, evidence, name):
        return wrong
    if not judge_values(part, evidence, seed).passed:
        return not_yet("tanh_values_first")
    return None


def _leaves_torch(evidence: Evidence) -> bool:
    return bool(evidence["foreign"] or evidence.get("table") or not evidence["operations"])


def _leaving_torch(evidence: Evidence) -> Verdict | None:
    if not _leaves_torch(evidence):
        return None
    return not_yet("tanh_looked_up" if evidence.get("table") else "tanh_numpy")


def judge_values(part: Part, evidence: Evidence, seed: int) -> Verdict:
    """Within 1e-5 of torch.tanh on 400 points from -10 to 10, for any shape; no library's tanh."""
    if wrong := _unusable(part, evidence, "points") or _unusable(part, evidence, "table"):
        return wrong
    asked = questions(part, seed)
    for name in ("points", "table"):
        shape = tuple(evidence["answers"][name]["shape"])
        if shape != asked[name].shape:
            said = _unused(evidence)
            return said or not_yet("tanh_shape", shape=shape, wanted=asked[name].shape)
    if evidence["mutated"]:
        return not_yet("tanh_mutates")
    x = asked["points"].astype(np.float64)
    values, right = np.asarray(evidence["answers"]["points"]["values"]), np.tanh(x)
    finite = np.isfinite(values)
    if not finite.all():
        return not_yet("tanh_not_finite", x=f"{x[~finite][0]:.3f}", share=f"{np.mean(~finite):.0%}")
    apart = np.abs(values - right)
    facts = {**_worst(x, values, right, apart, digits=6), "largest": f"{apart.max():.2g}"}
    if apart.max() <= TOLERANCE:
        verdict = correct("tanh_values_right", **facts)
        # Earlier evidence tells nothing of tables, or of what is equal to the bit.
        if evidence.get("table"):
            return with_remark(verdict, "tanh_table")
        copied = evidence.get("to_the_bit") and not evidence.get("formula")
        if (copied and _leaves_torch(evidence)) or evidence.get("unseen"):
            return with_remark(verdict, "tanh_unseen")
        return verdict
    for code, form in _WRONG_FORMS:
        other = form(x)
        # Nearly everywhere: near a pole, float32 and float64 part.
        if np.isclose(values, other, rtol=1e-3, atol=1e-4).mean() > 0.97:
            return not_yet(code, **facts)
    if np.ptp(values) == 0:
        return _unused(evidence) or not_yet("tanh_constant")
    return not_yet("tanh_coarse_e" if _is_coarse_e(x, values) else "tanh_values_wrong", **facts)


def _unused(evidence: Evidence) -> Verdict | None:
    unused = evidence.get("unused")  # an earlier version has none
    return not_yet("argument_unused", function="tanh", argument=unused[0]) if unused else None


def _worst(
    x: np.ndarray, got: np.ndarray, right: np.ndarray, apart: np.ndarray, digits: int
) -> dict[str, str]:
    """The facts of the point where two curves are furthest apart."""
    n = int(apart.argmax())
    return {"x": f"{x[n]:.3f}", "got": f"{got[n]:.{digits}f}", "wanted": f"{right[n]:.{digits}f}"}


def _is_coarse_e(x: np.ndarray, values: np.ndarray) -> bool:
    """A rounded e gives tanh(x * ln(e')): the slope at small x tells which e' it was."""
    small = np.abs(x) < 2
    inside = np.clip(values[small], -0.999999, 0.999999)
    log_base = float(np.median(np.arctanh(inside) / x[small]))
    return 0.9 < log_base < 1.1 and np.abs(values - np.tanh(x * log_base)).max() < 1e-5


def judge_gradient(part: Part, evidence: Evidence, seed: int) -> Verdict:
    """Autograd finds 1 - tanh(x)**2 through it, and it stays in torch."""
    if wrong := _without_values(part, evidence, seed, "points"):
        return wrong
    slopes = evidence["slopes"]
    if slopes["error"]:
        if "numpy" in slopes["error"]["message"].lower():
            return not_yet("tanh_numpy_gradient")
        return raised_by(slopes["error"], "when autograd asked `tanh` for its slope")
    if wrong := _leaving_torch(evidence):
        return wrong
    if slopes["values"] is None:
        return not_yet("tanh_no_gradient")
    x = questions(part, seed)["slopes"].astype(np.float64)
    right = 1 - np.tanh(x) ** 2
    apart = np.abs(slopes["values"] - right)
    apart = np.where(np.isfinite(apart), apart, np.inf)
    if apart.max() <= SLOPE_TOLERANCE:
        return correct("tanh_gradient_right")
    return not_yet("tanh_gradient_wrong", **_worst(x, slopes["values"], right, apart, digits=4))


def judge_pure(part: Part, evidence: Evidence, seed: int) -> Verdict:
    """Right values by torch operations only."""
    if wrong := _without_values(part, evidence, seed, "points"):
        return wrong
    return _leaving_torch(evidence) or correct("tanh_pure_right")


def judge_stable(part: Part, evidence: Evidence, seed: int) -> Verdict:
    """Still right beyond 50, where e**x no longer fits into a float32, without leaving torch."""
    if wrong := _without_values(part, evidence, seed, "far"):
        return wrong
    if wrong := _leaving_torch(evidence):
        return wrong
    x = questions(part, seed)["far"].astype(np.float64)
    values = np.asarray(evidence["answers"]["far"]["values"])
    if values.shape != x.shape:
        return not_yet("tanh_shape", shape=values.shape, wanted=x.shape)
    wrong_at = ~np.isfinite(values)
    if wrong_at.any():
        return not_yet("tanh_overflow", x=f"{x[wrong_at][0]:.1f}", share=f"{wrong_at.mean():.0%}")
    difference = np.abs(values - np.tanh(x))
    if difference.max() <= TOLERANCE:
        return correct("tanh_stable_right")
    worst = int(difference.argmax())
    return not_yet("tanh_far_wrong", x=f"{x[worst]:.1f}", got=f"{values[worst]:.4g}",
                   wanted=f"{np.tanh(x[worst]):.0f}")  # fmt: skip
