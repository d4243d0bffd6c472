"""A stretch task: `sgd_step(parameters, lr)` moves each parameter as plain SGD does, in place."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.optimizer import register_optimizer_step_pre_hook

from autograder.checks.datasets import PUBLIC_SEED
from autograder.checks.evidence.describe import Evidence, error_of
from autograder.checks.words.verdict import Verdict, correct, not_yet, raised_by

#: One learning rate for each step of a trial, so that one who ignores it is seen.
RATES = (0.1, 0.05, 0.2)
_CALLED = "when the check called `sgd_step`"
_TOLERANCE = 1e-6


def trial(function: Callable[..., Any], give: Callable[[list[nn.Parameter]], Any]) -> Evidence:
    """Steps of a small random network, each after a backward pass of its own.

    Returns:
        `steps` (rate, and the values before, the gradients and the values after, one flat array
        each), `moved` (how many parameters did, in the first step that moved any), `learns` (they
        still ask for gradients) and `error` (what the function raised, or None).
    """
    random = np.random.default_rng(PUBLIC_SEED)

    def draw(*shape: int) -> Tensor:
        return torch.from_numpy(random.normal(size=shape).astype(np.float32))

    first, bias, second = own = [nn.Parameter(draw(*shape)) for shape in ((2, 4), (4,), (4, 1))]
    found: Evidence = {"steps": [], "moved": 0, "learns": True, "error": None}
    for rate in RATES:
        X, y = draw(8, 2), draw(8, 1)
        for parameter in own:
            parameter.grad = None
        try:
            with torch.enable_grad():  # a learner may switch gradients off for good
                ((torch.tanh(X @ first + bias) @ second - y) ** 2).mean().backward()
                before, gradients = _flat(own), _flat([p.grad for p in own])
                old = [p.detach().clone() for p in own]
                function(give(own), rate)
        except (Exception, SystemExit) as error:
            found["error"] = error_of(error)
            break
        moved = sum(not torch.equal(a, b) for a, b in zip(old, own, strict=True))
        found["moved"] = found["moved"] or moved
        found["steps"].append((rate, before, gradients, _flat(own)))
        found["learns"] = all(p.requires_grad and p.is_leaf for p in own)
        if not found["learns"]:
            break
    return found


def _flat(tensors: list[Any]) -> np.ndarray:
    return torch.cat([tensor.detach().flatten() for tensor in tensors]).double().numpy()


def judge(function: Any) -> Verdict:
    """As torch.optim.SGD over a few steps, for a list and a generator, with or without gradient."""
    optimizers: list[str] = []
    hook = register_optimizer_step_pre_hook(lambda *args: optimizers.append("seen"))
    unused = nn.Parameter(torch.ones(2))
    try:
        usual, generator = trial(function, list), trial(function, iter)
        with_unused = trial(function, lambda own: [unused, *own])
    finally:
        hook.remove()
    if error := usual["error"]:
        forgot = "leaf" in error["message"] and "in-place" in error["message"]
        return raised_by(error, _CALLED, "sgd_no_grad" if forgot else "")
    if not usual["learns"]:
        return not_yet("sgd_gradients_off")
    if wrong := _wrong(usual):
        return wrong
    if generator["error"] or _wrong(generator):
        return not_yet("sgd_generator")
    if with_unused["error"]:
        return raised_by(with_unused["error"], _CALLED, "sgd_none_gradient")
    if not torch.equal(unused.detach(), torch.ones(2)) or _wrong(with_unused):
        return not_yet("sgd_none_stops")
    if optimizers:
        return not_yet("sgd_library")
    return correct("sgd_right", steps=len(RATES))


def _wrong(trial: Evidence) -> Verdict | None:
    """What is wrong with the first step that differs from SGD's; None where none does."""
    for rate, before, gradients, after in trial["steps"]:
        right = before - rate * gradients
        if np.allclose(after, right, atol=_TOLERANCE):
            continue
        if trial["moved"] == 0:
            return not_yet("sgd_nothing_changed")
        if np.allclose(after, before + rate * gradients, atol=_TOLERANCE):
            return not_yet("sgd_sign")
        if trial["moved"] < 3:
            return not_yet("sgd_some", moved=trial["moved"])
        worst = int(np.abs(after - right).argmax())
        return not_yet("sgd_wrong", before=f"{before[worst]:.4f}", rate=f"{rate:g}",
                       gradient=f"{gradients[worst]:.4f}", got=f"{after[worst]:.4f}",
                       wanted=f"{right[worst]:.4f}")  # fmt: skip
    return None
