"""What can be changed in a training, each as a program would do it. None where there is nothing."""

import dataclasses
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from autograder.checks.datasets import RESCUE_SEED, SPLIT_SEED, split
from autograder.checks.evidence.describe import copy_of
from autograder.checks.judges.trials.training import Training
from helpers.predict import first_tensor

Change = Callable[[Training], Training | None]

#: A learning rate with which each optimizer is known to work on both datasets.
RATES = {
    **{"SGD": 0.5, "RMSprop": 0.01, "Adagrad": 0.1, "Adadelta": 1.0, "ASGD": 0.5, "Rprop": 0.01},
    **dict.fromkeys(("Adam", "AdamW", "NAdam", "RAdam", "Adamax"), 0.01),
}
MOMENTUM_RATE = 0.1
#: Functions that end a model in something other than logits.
_ENDS: dict[Any, str] = {
    **dict.fromkeys((torch.sigmoid, Tensor.sigmoid, F.sigmoid, torch.special.expit), "sigmoid"),
    **dict.fromkeys((torch.softmax, Tensor.softmax, F.softmax), "softmax"),
    **dict.fromkeys((torch.relu, Tensor.relu, F.relu), "ReLU"),
    **dict.fromkeys((torch.tanh, Tensor.tanh, F.tanh), "tanh"),
}


class _LastCall(TorchFunctionMode):
    """Counts the calls of the functions that may end a model; passes by one of them."""

    def __init__(self, passed_by: int = -1) -> None:
        super().__init__()
        self.calls, self.passed_by = 0, passed_by
        self.last: tuple[Any, Any] = (None, None)

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func not in _ENDS:
            return func(*args, **(kwargs or {}))
        self.calls += 1
        given = args[0] if args else (kwargs or {})["input"]
        result = given if self.calls - 1 == self.passed_by else func(*args, **(kwargs or {}))
        self.last = (func, result)
        return result


class _WithoutEnd(nn.Module):
    """A model without the function at its end."""

    def __init__(self, inner: nn.Module, place: int) -> None:
        super().__init__()
        self.inner, self.place = inner, place

    def forward(self, X: Tensor) -> Any:
        with _LastCall(self.place):
            return self.inner(X)


def end_of(training: Training) -> tuple[str, int]:
    """The function that ends a model, and which call of such a function it is; `("", -1)` if none.

    Shown by its values: they are the model's outputs.
    """
    trial = copy_of(training.model)
    try:
        with torch.no_grad(), _LastCall() as seen:
            outputs = first_tensor(trial.eval()(training.X[:8]))  # type: ignore[union-attr]
        func, result = seen.last
        if func and torch.equal(result.reshape(-1), outputs.reshape(-1)):  # type: ignore[union-attr]
            return _ENDS[func], seen.calls - 1
    except Exception:  # an unusual model: then no claim is made
        pass
    return "", -1


def without_end(training: Training) -> Training | None:
    """No sigmoid, softmax, ReLU or tanh at the end, and the loss that takes logits."""
    name, place = end_of(training)
    of_probabilities = dataclasses.replace(training, loss=nn.BCELoss())
    if not name or (name == "sigmoid" and _cost_alike(training, of_probabilities)):
        return None
    model = _WithoutEnd(training.model, place)
    changed = dataclasses.replace(training, model=model, kind="logits")
    return usual_loss(changed) or changed


def usual_loss(training: Training) -> Training | None:
    """The loss that fits the outputs: for logits, or for probabilities of a model of its own."""
    fits: type[nn.Module]
    one = _outputs_per_row(training) == 1
    if training.kind == "probabilities":
        fits = nn.BCELoss if one else nn.CrossEntropyLoss
    else:
        fits = nn.BCEWithLogitsLoss if one else nn.CrossEntropyLoss
    changed = dataclasses.replace(training, loss=fits())
    if training.kind == "log_probabilities" and isinstance(training.loss, nn.NLLLoss):
        return None  # made for these
    # The same loss under another name costs the same.
    return None if _cost_alike(training, changed) else changed


def _cost_alike(one: Training, other: Training) -> bool:
    try:
        costs = []
        for each in (one, other):
            torch.manual_seed(0)  # of a dropout
            with torch.no_grad():
                costs.append(float(each.loss_of(each.model(each.X))))
    except Exception:  # the learner's own loss does not take these outputs
        return False
    return abs(costs[0] - costs[1]) <= 1e-4 * abs(costs[1])


def fitting_call(training: Training) -> Training | None:
    """Outputs and labels of one shape, and no function between model and loss."""
    if training.call == "fitting":
        return None
    return dataclasses.replace(training, call="fitting")


def all_held(training: Training) -> Training | None:
    """Every parameter trained."""
    return _no_longer(training, "held")


def steady_rate(training: Training) -> Training | None:
    """The learning rate as it was at the first step."""
    return _no_longer(training, "fading")


def _no_longer(training: Training, name: str) -> Training | None:
    if name not in training.apart:
        return None
    return dataclasses.replace(training, apart=training.apart - {name})


def own_labels(training: Training) -> Training | None:
    """For each of the learner's rows, the label that it has in the dataset."""
    found = labels_of(training)
    if found is None or torch.equal(found, training.y.reshape(-1).to(found.dtype)):
        return None
    return dataclasses.replace(training, y=found)


def labels_of(training: Training) -> Tensor | None:
    """The labels of the training rows; None where they are not all rows of the dataset."""
    known = {
        row.tobytes(): label
        for seed in (SPLIT_SEED, RESCUE_SEED)
        for drawn in [split(training.dataset, seed)]
        for row, label in zip(drawn["X"], drawn["y"], strict=True)
    }
    rows = [row.tobytes() for row in training.X.detach().cpu().numpy().astype(np.float32)]
    if not all(row in known for row in rows):
        return None
    return torch.tensor([int(known[row]) for row in rows])


def usual_rows(training: Training) -> Training | None:
    """The exercise's own training rows, in place of others."""
    if labels_of(training) is not None:
        return None
    wanted = split(training.dataset)
    X = torch.from_numpy(wanted["X_train"]).to(training.X.dtype)
    return dataclasses.replace(training, X=X, y=torch.from_numpy(wanted["y_train"]))


def usual_start(training: Training) -> Training | None:
    """First values as torch draws them."""
    return dataclasses.replace(training, spreads=()) if training.spreads else None


def usual_options(training: Training) -> Training | None:
    """The optimizer's other options as they are by default."""
    given = training.options
    odd = (
        given.get("weight_decay", 0) > 0.005
        or given.get("maximize")
        or (given.get("momentum", 0) > 0.95)
    )
    return dataclasses.replace(training, options={"lr": given["lr"]}) if odd else None


def usual_rate(training: Training) -> Training | None:
    """A learning rate that is known to work for the optimizer, unless it is as good as that."""
    name = training.optimizer.__name__
    rate = MOMENTUM_RATE if training.options.get("momentum") else RATES.get(name)
    if rate is None or 0.4 < training.options["lr"] / rate < 2.5:
        return None
    return dataclasses.replace(training, options={**training.options, "lr": rate})


def adam(training: Training) -> Training | None:
    """Adam at the rate of the exercise's solution."""
    options = {"lr": training.dataset.rescue_rate}
    if training.optimizer.__name__ in ("Adam", "AdamW") and usual_rate(training) is None:
        return None
    return dataclasses.replace(training, optimizer=torch.optim.Adam, options=options)


def _outputs_per_row(training: Training) -> int:
    trial = copy_of(training.model)
    with torch.no_grad():
        outputs = first_tensor(trial.eval()(training.X[:8]))  # type: ignore[union-attr]
    assert outputs is not None
    return 1 if outputs.ndim == 1 else int(outputs.shape[1])


def _linears(model: nn.Module, X: Tensor) -> list[nn.Linear]:
    """Its linear layers in the order in which they are called; empty if one is called twice."""
    called: list[nn.Linear] = []
    handles = [
        layer.register_forward_hook(lambda layer, given, out: called.append(layer))
        for layer in model.modules()
        if type(layer) is nn.Linear
    ]
    with torch.no_grad():
        model.eval()(X[:8])
    for handle in handles:
        handle.remove()
    return called if max(Counter(map(id, called)).values(), default=2) == 1 else []


def _rebuilt(
    training: Training, change: Callable[[nn.Module, list[nn.Linear]], None]
) -> Training | None:
    """The training with a changed copy of its model; None where that does not answer as before."""
    trial = copy_of(training.model)
    try:
        assert trial is not None
        layers = _linears(trial, training.X)
        if not layers or layers[0].in_features != 2:
            return None
        change(trial, layers)
        changed = dataclasses.replace(training, model=trial)
        return changed if _outputs_per_row(changed) == _outputs_per_row(training) else None
    except Exception:  # an unusual model: then it stays as it is
        return None


def _with_units(training: Training, factor: int) -> Training | None:
    """Each hidden layer so many times as wide."""

    def widen(model: nn.Module, layers: list[nn.Linear]) -> None:
        for place, layer in enumerate(layers):
            layer.in_features *= factor if place else 1
            layer.out_features *= factor if place < len(layers) - 1 else 1
            layer.weight = nn.Parameter(torch.empty(layer.out_features, layer.in_features))
            if layer.bias is not None:
                layer.bias = nn.Parameter(torch.empty(layer.out_features))
            layer.to(training.X.dtype).reset_parameters()
        for norm in [m for m in model.modules() if isinstance(m, nn.BatchNorm1d)]:
            norm.__init__(factor * norm.num_features)  # type: ignore[misc]

    if training.spreads or not narrowest(training):
        return None
    return _rebuilt(training, widen)


def narrowest(training: Training) -> int:
    """The units of the narrowest hidden layer; 0 where there is none, or it cannot be told."""
    widths = [m.out_features for m in training.model.modules() if isinstance(m, nn.Linear)]
    return min(widths[:-1], default=0)


def twice_the_units(training: Training) -> Training | None:
    """Each hidden layer twice as wide."""
    return _with_units(training, 2)


def many_units(training: Training) -> Training | None:
    """Each hidden layer at least twice as wide as those of the exercise's solution."""
    enough, there = 2 * training.dataset.rescue_width, narrowest(training)
    return _with_units(training, -(-enough // there)) if 0 < 2 * there < enough else None


def bends(training: Training) -> Training | None:
    """A ReLU after each linear layer but the last."""

    def bend(model: nn.Module, layers: list[nn.Linear]) -> None:
        for layer in layers[:-1]:
            layer.register_forward_hook(lambda layer, given, out: torch.relu(out))

    return _rebuilt(training, bend)
