"""Trains copies of a model, all at once where that comes to the same.

Optimizers that treat each number for itself do the same to stacked parameters as to each copy's.
"""

import time
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from autograder.checks.datasets import split
from autograder.checks.evidence.describe import copy_of
from autograder.checks.judges.scores import accuracy_of
from autograder.checks.judges.trials.training import STARTS, Training, Values, loss_at
from helpers.predict import model_outputs

_EACH_FOR_ITSELF = {
    *("SGD", "Adam", "AdamW", "NAdam", "RAdam", "Adamax", "Adadelta", "Adagrad", "RMSprop"),
    *("ASGD", "Rprop"),
}


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


class _Linears(nn.Module):
    """The same linear layer of several copies; takes and gives `(copies, rows, units)`."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.weight, self.bias = weight, bias

    def forward(self, x: Tensor) -> Tensor:
        return torch.baddbmm(self.bias[:, None], x, self.weight.transpose(1, 2))


def _stacked(model: nn.Module, values: dict[str, Tensor], X: Tensor) -> nn.Module | None:
    """The model with all copies' layers in one, which is twice as fast as vmap.

    None unless it gives each copy's own outputs, in each one's shape.
    """
    together = copy_of(model)
    assert together is not None
    try:
        for name, layer in model.named_modules():
            if type(layer) is nn.Linear:
                stack = _Linears(values[f"{name}.weight"], values[f"{name}.bias"])
                together.set_submodule(name, stack)
        if (
            next(together.parameters(), None) is not None
            or next(together.buffers(), None) is not None
        ):
            return None
        with torch.no_grad():
            count = len(next(iter(values.values())))
            all_outputs = together.eval()(X.expand(count, -1, -1))
            for place, outputs in enumerate(all_outputs):
                own = {name: value[place] for name, value in values.items()}
                alone = functional_call(model.eval(), own, (X,))
                if alone.shape != outputs.shape or not torch.allclose(alone, outputs, atol=1e-5):
                    return None
    except Exception:  # an unusual model
        return None
    finally:
        model.train()
    return together.train()


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
        self.layers = _stacked(model, self.values, training.X[:8]) if self.count > 1 else None
        self.optimizer = training.optimizer(list(self.values.values()), lr=training.options["lr"])
        self.optimizer.param_groups[0].update(training.options)

    def loss(self) -> Tensor:
        """The sum of all copies' losses."""
        if self.layers is not None:
            outputs = self.layers(self.training.X.expand(self.count, -1, -1))
            return vmap(self.training.loss_of)(outputs).sum()

        def one(values: dict[str, Tensor], buffers: dict[str, Tensor]) -> Tensor:
            answer = functional_call(self.model, (values, buffers), (self.training.X,))
            return self.training.loss_of(answer)

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

    def first_loss(self) -> float | None:
        """The loss of the first copy."""
        return loss_at(self.training, [value[0].detach() for value in self.values.values()])


class Reached(NamedTuple):
    """After so many steps: each copy's accuracy on the test rows, and the loss of the first one."""

    steps: int
    accuracies: list[float]
    loss: float | None


def train(
    training: Training, first: list[Values], stops: list[int], enough: int, budget: Budget
) -> list[Reached]:
    """Train copies from their first values until enough pass, at one of some numbers of steps.

    Returns:
        What they reached at each stop that came.

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
        reached.append(Reached(stop, right, copies[0].first_loss()))
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
