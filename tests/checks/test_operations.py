"""Every road to somebody else's tanh, and honest forms that look like one."""

from __future__ import annotations

import cmath
import math
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import mpmath
import numpy as np
import pytest
import torch
from torch import Tensor, nn

from autograder.checks.judges import tanh
from autograder.checks.registry import collect, judge, questions
from autograder.checks.table import PARTS

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


def quotient_of(up: Any, down: Any) -> Any:
    return (up - down) / (up + down)


hyperbolic = math.tanh


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
    "expm1": lambda x: torch.expm1(2 * x) / (torch.expm1(2 * x) + 2),
    "doubles from the start": lambda x: (1 - 2 / (torch.exp(2 * x.double()) + 1)).float(),
    "a complex tangent": lambda x: torch.tan(1j * x.to(torch.complex128)).imag.float(),
    "cut and put together": lambda x: torch.where(
        x.abs() > 20, x.sign(), quotient(x.clamp(-20, 20))
    ),
    "no gradient": torch.no_grad()(sigmoids),
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
#: The library's, on roads that are not torch's.
CALLED: dict[str, Function] = {
    "NumPy": with_own_slope(lambda x: torch.from_numpy(np.tanh(x.numpy()))),
    "NumPy of a tensor": lambda x: np.tanh(x.detach()),
    "NumPy, and nothing added": with_own_slope(
        lambda x: torch.from_numpy(np.tanh(x.numpy())) + 0 * x
    ),
    "NumPy behind torch's back": with_own_slope(behind_torchs_back),
    "NumPy, by a name found late": lambda x: torch.from_numpy(
        getattr(np, "ta" + "nh")(x.detach().numpy())
    ),
    "math, as a list": with_own_slope(
        lambda x: torch.tensor([math.tanh(v) for v in x.reshape(-1).tolist()]).reshape(x.shape)
    ),
    "math, one by one": with_own_slope(
        lambda x: torch.stack([torch.tensor(math.tanh(v)) for v in x.reshape(-1)]).reshape(x.shape)
    ),
    "math by map": lambda x: torch.tensor(list(map(math.tanh, x.flatten().tolist()))).reshape(
        x.shape
    ),
    "math by a name of its own": lambda x: torch.tensor(
        [hyperbolic(v) for v in x.flatten().tolist()]
    ).reshape(x.shape),
    "math by apply_": with_own_slope(lambda x: x.clone().apply_(math.tanh)),
    "complex numbers": lambda x: torch.tensor(
        [cmath.tanh(v).real for v in x.flatten().tolist()]
    ).reshape(x.shape),
    "NumPy's, masked": lambda x: torch.from_numpy(np.ma.tanh(x.detach().numpy()).data),
    "NumPy's, where it is made": lambda x: torch.from_numpy(
        np._core.umath.tanh(x.detach().numpy())  # type: ignore[attr-defined]
    ),
    "math, vectorised": lambda x: torch.tensor(np.vectorize(math.tanh)(x.detach().numpy())).float(),
    "mpmath": lambda x: torch.tensor([float(mpmath.tanh(v)) for v in x.flatten().tolist()]).reshape(
        x.shape
    ),
    "in another thread": with_own_slope(elsewhere),
    "in another thread, behind a decoy": lambda x: elsewhere(x.detach()) + 0 * sigmoids(x),
    "unwatched": with_own_slope(with_the_watch_off),
    "unwatched, and worked upon": lambda x: with_the_watch_off(x) * 1,
}
#: Formulas that leave torch.
ELSEWHERE: dict[str, Function] = {
    "NumPy's exp": lambda x: quotient_of(np.exp(x), np.exp(-x)),
    "NumPy's exp, detached": with_own_slope(
        lambda x: torch.from_numpy(quotient_of(np.exp(x.numpy()), np.exp(-x.numpy())))
    ),
    "NumPy's doubles": lambda x: torch.from_numpy(
        1 - 2 / (np.exp(2 * x.detach().numpy().astype(np.float64)) + 1)
    ).float(),
    "math's exp": lambda x: torch.tensor(
        [1 - 2 / (math.exp(2 * v) + 1) for v in x.flatten().tolist()]
    ).reshape(x.shape),
    "NumPy's sinh and cosh": lambda x: torch.from_numpy(
        np.sinh(x.detach().numpy()) / np.cosh(x.detach().numpy())
    ),
}
FINE = torch.tanh(torch.linspace(-12, 12, 2_400_001, dtype=torch.float64)).float()


def looked_up(x: Tensor) -> Tensor:
    return FINE[((x.double() + 12) * 100_000).round().long().clamp(0, 2_400_000)]


#: Stored before; looked up in torch, or by NumPy's own function for it.
TABLES: dict[str, Function] = {
    "indexed": looked_up,
    "with slopes": with_own_slope(looked_up),
    "taken": lambda x: FINE.take(((x.double() + 12) * 100_000).round().long().clamp(0, 2_400_000)),
    "interpolated": lambda x: torch.tensor(
        np.interp(x.detach().numpy(), np.arange(-20, 20, 1e-4)[: len(TABLE)], TABLE.numpy())
    ).float(),
}


def others(functions: dict[str, Function], code: str) -> dict[str, str]:
    """The functions of which another code is said."""
    said = {name: code_of(function) for name, function in functions.items()}
    return {name: each for name, each in said.items() if each != code}


def points_of(function: Function, names: dict[str, Any] | None = None) -> list[int]:
    """What values, gradient, purity and stability earn."""
    earned = []
    for check in PARTS["tanh"].graded:
        asked = questions(check.id, 5)
        verdict = judge(
            check.id, collect(check.id, {**(names or {}), "tanh": function}, [], asked), 5
        )
        earned.append(check.points * verdict.passed)
    return earned


def test_torch_operations_are_pure() -> None:
    assert others(HONEST, "tanh_pure_right") == {}


def test_the_librarys_own_is_seen_on_every_road_and_earns_nothing() -> None:
    assert others({**LIBRARY, **CALLED}, "tanh_library") == {}
    earned = {name: points_of(each) for name, each in {**LIBRARY, **CALLED}.items()}
    assert {name: each for name, each in earned.items() if sum(each)} == {}


def test_a_function_of_numpy_is_known_under_a_name_of_the_notebooks() -> None:
    names: dict[str, Any] = {"own_name": np.tanh}
    assert points_of(lambda x: torch.from_numpy(names["own_name"](x.detach().numpy()))) == [
        2,
        0,
        0,
        0,
    ]
    exec("def f(x):\n    return torch.from_numpy(own_name(x.detach().numpy()))",
         named := {"torch": torch, "own_name": np.tanh})  # fmt: skip
    check = "check_tanh_values"
    evidence = collect(check, {**named, "tanh": named["f"]}, [], questions(check, 5))
    assert evidence["to_the_bit"]
    named["tanh"] = named["f"]
    assert judge(check, collect(check, named, [], questions(check, 5)), 5).code == "tanh_library"
    assert named["own_name"] is np.tanh
    assert type(np.tanh) is np.ufunc


def test_a_formula_that_leaves_torch_earns_its_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tanh, "others_run", lambda: False)  # other tests may have left some
    assert others(ELSEWHERE, "tanh_numpy") == {}
    earned = {name: points_of(each) for name, each in ELSEWHERE.items()}
    assert {name: each for name, each in earned.items() if each != [2, 0, 0, 0]} == {}
    for function in ELSEWHERE.values():
        assert remarks_of(function) == ()


def test_who_prints_inside_is_no_other_road() -> None:
    """As a learner does who looks for a mistake."""

    def printing(x: Tensor) -> Tensor:
        print("tanh of", x, x.shape, x.mean().item(), x.tolist(), x.detach().numpy())
        print([f"{each.item():.2f}" for each in x.flatten()])
        return 1 - 2 / (torch.exp(2 * x) + 1)

    assert remarks_of(printing) == ()


def test_a_stored_table_earns_its_values_and_a_person_is_asked() -> None:
    assert others(TABLES, "tanh_looked_up") == {}
    for function in TABLES.values():
        assert points_of(function) == [2, 0, 0, 0]
        assert remarks_of(function) == ("tanh_table",)


def remarks_of(function: Function) -> tuple[str, ...]:
    check = "check_tanh_values"
    return judge(check, collect(check, {"tanh": function}, [], questions(check, 5)), 5).remarks


VECTORISED = np.frompyfunc(math.tanh, 1, 1)


class Holder:
    """A place that no cell of the notebook has a name for."""

    kept = (math.tanh,)


def through_whole_numbers(x: Tensor) -> Tensor:
    """What another process could have computed comes in as whole numbers, which torch divides."""
    fractions = [
        v if (v := round(1e6 * (1 - 2 / (math.exp(2 * p) + 1)))) else 0 for p in x.tolist()
    ]
    return torch.stack([p * 0 + n for p, n in zip(x, fractions, strict=True)]) / 1_000_000


def with_no_profile(x: Tensor, f: Any = math.tanh) -> Tensor:
    sys.setprofile(None)
    return torch.tensor([f(v) * 1.000001 for v in x.flatten().tolist()]).reshape(x.shape)


#: What cannot be seen: the library's, held where nobody looks.
UNSEEN: dict[str, Function] = {
    "vectorised before": lambda x, f=VECTORISED: torch.tensor(  # type: ignore[misc]
        f(x.detach().numpy()).astype(np.float32)
    ).float(),
    "NumPy's in an argument": lambda x, f=np.tanh: torch.from_numpy(  # type: ignore[misc]
        f(x.detach().numpy())
    ),
    "and a little off": lambda x, f=np.tanh: torch.from_numpy(  # type: ignore[misc]
        f(x.detach().numpy()) * np.float32(1.000001)
    ),
    "and behind a decoy": lambda x, f=np.tanh: torch.from_numpy(  # type: ignore[misc]
        f(x.detach().numpy()) + 0 * np.exp(0.5)
    ),
    "mapped, from a class": lambda x: torch.tensor(
        [v * 1.000001 for v in map(Holder.kept[0], x.flatten().tolist())]
    ).reshape(x.shape),
    "with Python's watch switched off": with_no_profile,
}


def test_where_it_cannot_be_told_a_person_is_asked() -> None:
    for function in UNSEEN.values():
        assert points_of(function) == [2, 0, 0, 0]
        assert remarks_of(function) == ("tanh_unseen",)
    # What has left torch one by one comes back by operations, and looks as if it had not.
    assert remarks_of(lambda x: through_whole_numbers(x.flatten()).reshape(x.shape)) == (
        "tanh_unseen",
    )


def test_what_a_thread_that_ran_before_computes_is_a_question_for_a_person() -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(int).result()

        def function(x: Tensor) -> Tensor:
            return pool.submit(torch.tanh, x.detach()).result() * 1.000001 + 0 * sigmoids(x)

        assert points_of(function) == [2, 0, 0, 0]
        assert remarks_of(function) == ("tanh_unseen",)
        assert remarks_of(sigmoids) == ()  # all of it was seen, whoever runs beside it


def test_honest_forms_are_no_question_for_a_person() -> None:
    assert {name: found for name, each in HONEST.items() if (found := remarks_of(each))} == {}


def test_a_comparison_elsewhere_is_no_use_of_the_librarys() -> None:
    torch.tanh(torch.ones(3)), np.tanh(1.0), math.tanh(1.0)
    assert points_of(sigmoids) == [2, 1, 1, 1]


def test_the_watch_leaves_no_trace() -> None:
    before = sys.getprofile(), dict(vars(np)), dict(vars(math))
    points_of(quotient)
    points_of(lambda x: 1 / 0)
    assert (sys.getprofile(), dict(vars(np)), dict(vars(math))) == before
