"""What a training is made of: whatever a learner can change, and where its model may begin."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call

from autograder.checks.datasets import Dataset
from autograder.checks.evidence.describe import copy_of
from helpers.predict import first_tensor

#: The values of all parameters of one model, in their order.
Values = list[Tensor]


#: What no copy does: to leave parameters as they are, and to let the rate shrink on the way.
APART = ("held", "fading")


@dataclass(frozen=True, eq=False)
class Training:
    """How a model is trained: whatever a learner can change.

    Attributes:
        dataset: what it works on.
        model: its structure; the values of its parameters do not count.
        loss: a function of outputs and labels.
        call: how the loop gives it both, one of `CALLS`.
        X, y: the training rows, shapes `(N, 2)` and `(N,)`, or as the learner has them.
        optimizer: its class.
        options: of its parameter group, such as `lr`.
        steps: how many it takes, with all rows at once.
        kind: what the outputs are (`judges.model.kind_of_outputs`).
        spreads: mean and standard deviation of each parameter at the start, where these are not
            torch's usual ones; else empty.
        apart: what sets the learner's training apart from those of copies, names in `APART`.
        alike: whether the learner's first step was seen to be that of a plain loop, as copies are
            trained; None where it cannot be told.
        left: the loss of the learner's model after its last step; None where it cannot be told.
    """

    dataset: Dataset
    model: nn.Module
    loss: Callable[..., Tensor]
    call: str
    X: Tensor
    y: Tensor
    optimizer: Callable[..., Any]
    options: dict[str, Any]
    steps: int
    kind: str
    spreads: tuple[tuple[float, float], ...] = ()
    apart: frozenset[str] = frozenset()
    alike: bool | None = None
    left: float | None = None

    def loss_of(self, answer: Any) -> Tensor:
        """The loss of what a model answers to the training rows."""
        outputs = first_tensor(answer)
        if outputs is None:
            raise TypeError("the model gives no tensor")
        return self.loss(*CALLS[self.call](outputs, self.y))

    def passes(self, accuracy: float) -> bool:
        """Whether an accuracy on the test rows is enough."""
        return accuracy > self.dataset.pass_above


def _fitting(outputs: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    if outputs.ndim == 1 or outputs.shape[1] == 1:
        return outputs.reshape(-1), y.reshape(-1).to(outputs.dtype)
    return outputs, y.reshape(-1).long()


def loss_at(training: Training, values: Values) -> float | None:
    """The loss on the training rows with these values; None where it cannot be worked out."""
    model = copy_of(training.model)
    assert model is not None
    names = (name for name, _ in model.named_parameters())
    torch.manual_seed(0)  # of a dropout
    try:
        given = dict(zip(names, values, strict=True))
        with torch.no_grad():
            answer = functional_call(model.train(), given, (training.X,))
            return float(training.loss_of(answer))
    except Exception:  # an unusual model or loss
        return None


#: How a loop may hand outputs and labels to its loss: one label for each output or row; as they
#: are, so that shapes may broadcast; and with a function before.
CALLS: dict[str, Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]] = {
    "fitting": _fitting,
    "as_they_are": lambda outputs, y: (outputs, y.to(outputs.dtype)),
    "flat": lambda outputs, y: (outputs.reshape(-1), y.to(outputs.dtype)),
    "sigmoid": lambda outputs, y: _fitting(outputs.sigmoid(), y),
    "softmax": lambda outputs, y: _fitting(outputs.softmax(dim=-1), y),
}


#: New starts that a change is tried from.
STARTS = 5


def starts(training: Training) -> list[Values]:
    """First values of new models, from fixed seeds; see `start`."""
    return [start(training, seed) for seed in range(1, STARTS + 1)]


def start(training: Training, seed: int) -> Values:
    """First values of a new model, drawn as torch draws them, or as wide as the learner does."""
    torch.manual_seed(seed)
    model = copy_of(training.model)
    assert model is not None
    drawn = set()
    for module in model.modules():
        if callable(again := getattr(module, "reset_parameters", None)):
            again()
            drawn |= set(map(id, module.parameters(recurse=False)))
    values = []
    for place, parameter in enumerate(model.parameters()):
        value = parameter.detach().clone()
        if training.spreads:
            mean, spread = training.spreads[place]
            value = mean + spread * torch.randn_like(value)
        elif id(parameter) not in drawn:  # one of the learner's own, in no layer
            value = value.pow(2).mean().sqrt() * torch.randn_like(value)
        values.append(value)
    return values
