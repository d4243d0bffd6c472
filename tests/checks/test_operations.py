"""Every road to somebody else's tanh, and honest forms that look like one."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from autograder.checks.registry import collect, judge, questions

Function = Callable[[Tensor], Tensor]


def code_of(function: Function) -> str:
    """What the check of purity finds."""
    check = "check_tanh_pure"
    return judge(check, collect(check, {"tanh": function}, [], questions(check, 5)), 5).code


def with_own_slope(forward: Callable[[Tensor], Tensor], slope: Function | None = None) -> Function:
    """A function with a gradient of its own, however its values are made."""

    class Own(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            y = forward(x.detach())
            ctx.save_for_backward(x, y)
            return y

        @staticmethod
        def backward(ctx: Any, gradient: Tensor) -> Tensor:  # type: ignore[override]
            x, y = ctx.saved_tensors
            return gradient * (slope(x) if slope else 1 - y * y)

    return Own.apply


def sigmoids(x: Tensor) -> Tensor:
    return 2 * torch.sigmoid(2 * x) - 1


def library(x: Tensor) -> Tensor:
    return torch.tanh(x)


def quotient(x: Tensor) -> Tensor:
    up, down = torch.exp(x), torch.exp(-x)
    return (up - down) / (up + down)


def one_by_one(x: Tensor) -> Tensor:
    values = [torch.tensor(2.0) * torch.sigmoid(torch.tensor(2.0) * v) - 1 for v in x.reshape(-1)]
    return torch.stack(values).reshape(x.shape)


def behind_torchs_back(x: Tensor) -> Tensor:
    y = torch.empty_like(x)
    y.numpy()[...] = np.tanh(x.numpy())
    return y


def with_the_watch_off(x: Tensor) -> Tensor:
    with torch._C._DisableTorchDispatch():  # type: ignore[attr-defined]
        return torch.tanh(x)


def elsewhere(x: Tensor) -> Tensor:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(torch.tanh, x).result()


TABLE = torch.tanh(torch.arange(-20, 20, 1e-4))


def mish(x: Tensor) -> Tensor:
    inner = torch.log(torch.expm1(x.abs().clamp(min=1e-6)))
    return nn.functional.mish(inner) / inner * x.sign()


def gelu(x: Tensor) -> Tensor:
    """gelu(z) = z / 2 * (1 + tanh(root * (z + 0.044715 * z**3))), solved for tanh."""
    z, root = torch.zeros_like(x), math.sqrt(2 / math.pi)
    for _ in range(60):  # Newton's method
        z = z - (root * (z + 0.044715 * z**3) - x) / (root * (1 + 3 * 0.044715 * z**2))
    safe = torch.where(z.abs() < 1e-6, torch.full_like(z, 1e-6), z)
    return 2 * nn.functional.gelu(safe, approximate="tanh") / safe - 1


def recurrent(x: Tensor) -> Tensor:
    layer = nn.RNN(1, 1, bias=False)
    for weight in layer.parameters():
        nn.init.zeros_(weight)
    nn.init.ones_(layer.weight_ih_l0)
    return layer(x.reshape(1, -1, 1))[0].reshape(x.shape)


HONEST: dict[str, Function] = {
    "sigmoid": sigmoids,
    "exponentials": quotient,
    "powers of e": lambda x: (math.e**x - math.e**-x) / (math.e**x + math.e**-x),
    "one number after another": one_by_one,
    "a branch on a value": lambda x: sigmoids(x) if x.abs().max() < 20 else x.sign(),
    "sinh over cosh": lambda x: torch.sinh(x) / torch.cosh(x),
    "doubles": lambda x: quotient(x.double()).float(),
    "softmax": lambda x: 2 * torch.softmax(torch.stack([x, -x]), 0)[0] - 1,
    "scripted": torch.jit.script(sigmoids),
    "vmap": torch.func.vmap(sigmoids),
    "a slope of one's own": with_own_slope(quotient),
}
LIBRARY: dict[str, Function] = {
    "torch.tanh": torch.tanh,
    "a method": lambda x: x.tanh(),
    "in place": lambda x: x.clone().tanh_(),
    "a layer": nn.Tanh(),
    "aten": lambda x: torch.ops.aten.tanh(x),
    "into a tensor": lambda x: torch.tanh(x, out=torch.empty_like(x)),
    "tanhshrink": lambda x: x - nn.functional.tanhshrink(x),
    "mish": mish,
    "a recurrent layer": recurrent,
    "for many at once": lambda x: torch._foreach_tanh([x])[0],
    "gelu": gelu,
    "scripted": torch.jit.script(library),
    "in the slope": with_own_slope(sigmoids, lambda x: 1 - torch.tanh(x) ** 2),
}
ELSEWHERE: dict[str, Function] = {
    "NumPy": with_own_slope(lambda x: torch.from_numpy(np.tanh(x.numpy()))),
    "NumPy, and nothing added": with_own_slope(
        lambda x: torch.from_numpy(np.tanh(x.numpy())) + 0 * x
    ),
    "NumPy behind torch's back": with_own_slope(behind_torchs_back),
    "math, as a list": with_own_slope(
        lambda x: torch.tensor([math.tanh(v) for v in x.reshape(-1).tolist()]).reshape(x.shape)
    ),
    "math, one by one": with_own_slope(
        lambda x: torch.stack([torch.tensor(math.tanh(v)) for v in x.reshape(-1)]).reshape(x.shape)
    ),
    "math by apply_": with_own_slope(lambda x: x.clone().apply_(math.tanh)),
    "the library, in another thread": with_own_slope(elsewhere),
    "a table made before": with_own_slope(lambda x: TABLE[((x + 20) * 10_000).long()]),
    "the library, unwatched": with_own_slope(with_the_watch_off),
}


def others(functions: dict[str, Function], code: str) -> dict[str, str]:
    """The functions of which another code is said."""
    said = {name: code_of(function) for name, function in functions.items()}
    return {name: each for name, each in said.items() if each != code}


def test_torch_operations_are_pure() -> None:
    assert others(HONEST, "tanh_pure_right") == {}


def test_the_librarys_own_is_seen_on_every_road() -> None:
    assert others(LIBRARY, "tanh_library") == {}


def test_values_from_outside_torch_are_seen_behind_a_slope_of_ones_own() -> None:
    assert others(ELSEWHERE, "tanh_numpy") == {}
