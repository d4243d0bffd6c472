"""What a training is made of, and how copies of a model are trained, all at once where that works.

Optimizers that treat each number for itself do the same to stacked parameters as to each copy's.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from autograder.checks.datasets import Dataset, split
from autograder.checks.evidence.describe import copy_of
from autograder.checks.judges.scores import accuracy_of
from helpers.predict import first_tensor, model_outputs

_EACH_FOR_ITSELF = {
    *("SGD", "Adam", "AdamW", "NAdam", "RAdam", "Adamax", "Adadelta", "Adagrad", "RMSprop"),
    *("ASGD", "Rprop"),
}
#: The values of all parameters of one model, in their order.
Values = list[Tensor]


class Spent(Exception):  # noqa: N818 - no fault: the trials are over
    """The steps or the seconds that all trials have together are used up."""


@dataclass
class Budget:
    """What all trials together may still use."""

    steps: int
    until: float

    def take(self) -> None:
        """One more step.

        Raises:
            Spent: there is none left.
        """
        self.steps -= 1
        # By this thread's own time: what else the machine does must not change what is found.
        if self.steps < 0 or time.thread_time() > self.until:
            raise Spent


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

    def loss_of(self, model: Callable[[Tensor], Any]) -> Tensor:
        """The loss of a model on the training rows."""
        outputs = first_tensor(model(self.X))
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


class _Copies:
    """Copies of a model that take their steps together; one alone needs no vmap."""

    def __init__(self, training: Training, first: list[Values]) -> None:
        self.training, self.count = training, len(first)
        model = copy_of(training.model)
        assert model is not None
        self.model = model.train()
        names = [name for name, _ in model.named_parameters()]
        self.values = {
            name: torch.stack(list(each)).detach().requires_grad_()
            for name, each in zip(names, zip(*first, strict=True), strict=True)
        }
        self.buffers = {
            name: torch.stack([buffer.detach()] * self.count)
            for name, buffer in model.named_buffers()
        }
        self.optimizer = training.optimizer(list(self.values.values()), lr=training.options["lr"])
        self.optimizer.param_groups[0].update(training.options)

    def loss(self) -> Tensor:
        """The sum of all copies' losses."""

        def one(values: dict[str, Tensor], buffers: dict[str, Tensor]) -> Tensor:
            return self.training.loss_of(
                lambda X: functional_call(self.model, (values, buffers), (X,))
            )

        if self.count > 1:
            return vmap(one, randomness="different")(self.values, self.buffers).sum()
        first = ({n: v[0] for n, v in group.items()} for group in (self.values, self.buffers))
        return one(*first)

    def step(self, budget: Budget) -> None:
        """One step of the optimizer, all rows at once."""

        def again() -> Tensor:
            budget.take()
            self.optimizer.zero_grad()
            loss = self.loss()
            loss.backward()
            return loss

        self.optimizer.step(again)

    def accuracies(self) -> list[float]:
        """Each copy's on the exercise's test rows; 0 where outputs are not numbers."""
        wanted, found = split(self.training.dataset), []
        for place in range(self.count):
            with torch.no_grad():
                for name, own in (*self.model.named_parameters(), *self.model.named_buffers()):
                    own.copy_((self.values | self.buffers)[name][place])
            outputs = model_outputs(self.model, wanted["X_test"]).double().numpy()
            right = accuracy_of(outputs, wanted["y_test"], self.training.kind)
            found.append(right if np.isfinite(outputs).all() else 0.0)
        return found


def train(
    training: Training, first: list[Values], stops: list[int], enough: int, budget: Budget
) -> list[tuple[int, list[float]]]:
    """Train copies from their first values until enough pass, at one of some numbers of steps.

    Returns:
        For each stop that was reached, its number and each copy's accuracy on the test rows.

    Raises:
        Spent: the budget is used up.
    """
    copies = [_Copies(training, first)]
    if len(first) > 1 and not _works_together(copies[0]):
        copies = [_Copies(training, [each]) for each in first]
    torch.manual_seed(0)  # of a dropout
    done, reached = 0, []
    for stop in stops:
        for each in copies:
            for _ in range(stop - done):
                each.step(budget)
        done, right = stop, [accuracy for each in copies for accuracy in each.accuracies()]
        reached.append((stop, right))
        if sum(map(training.passes, right[-STARTS:])) >= enough:  # the learner's own start apart
            break
    return reached


def _works_together(copies: _Copies) -> bool:
    """Whether model and loss can be called for all copies at once, and the optimizer step so."""
    if copies.training.optimizer.__name__ not in _EACH_FOR_ITSELF:
        return False
    try:
        return copies.loss().ndim == 0
    except Exception:  # an unusual model or loss: then each for itself
        return False
