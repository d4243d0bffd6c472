"""Sees the steps of optimizers while a cell runs: how many, with which gradients, of whose."""

import weakref
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from torch import nn
from torch.optim.optimizer import register_optimizer_step_pre_hook

#: Parameters up to this many numbers are copied at the first step, to see later which rows the
#: first gradient came from.
COPY_LIMIT = 1_000_000


@dataclass(eq=False)
class StepRecord:
    """What one optimizer did during one cell.

    Attributes:
        optimizer: its class name.
        learning_rate: of its first group, at the first step.
        steps: how many steps it took.
        without_gradient: how many of those found no gradient at all.
        parameters: a weak reference to each parameter that it holds. An `id()` would not do: a
            model that is made anew may well get the old one's.
        first_values: the parameters before the first step.
        first_gradients: their gradients at the first step; None where there was none.
        gradient: the latest one, and its `version`, to see whether the next is added to it.
        kept_growing: how many steps found the gradient added to, and not set back.
    """

    optimizer: str
    learning_rate: float
    steps: int = 0
    without_gradient: int = 0
    parameters: tuple[weakref.ref[Any], ...] = ()
    first_values: list[Any] = field(default_factory=list)
    first_gradients: list[Any] = field(default_factory=list)
    gradient: Any = None
    version: int = -1
    kept_growing: int = 0

    @property
    def never_cleared(self) -> bool:
        """The gradient was added to from step to step and never set back."""
        return self.steps > 2 and self.kept_growing == self.steps - 1

    def holds(self, model: Any) -> bool:
        """True if the optimizer held any parameter of this model, as it is now."""
        if not isinstance(model, nn.Module):
            return False
        own = set(map(id, model.parameters()))
        return any(id(reference()) in own for reference in self.parameters)


def first_values_of(records: Iterable[StepRecord]) -> dict[int, Any]:
    """The values that parameters had before their first step, by `id()`, of those still there."""
    found: dict[int, Any] = {}
    for record in records:
        for reference, value in zip(record.parameters, record.first_values, strict=False):
            if (parameter := reference()) is not None:
                found.setdefault(id(parameter), value)
    return found


def content_of(model: nn.Module) -> int | None:
    """A number that changes with the values of a model's parameters; None for a very large one."""
    try:
        parameters = [p.detach() for p in model.parameters()]
        if sum(p.numel() for p in parameters) > COPY_LIMIT:
            return None
        return hash(tuple(p.cpu().contiguous().numpy().tobytes() for p in parameters))
    except Exception:  # a lazy layer has no values yet; a learner's own class may do anything
        return None


class StepWatch:
    """Until `stop()`, sees every step of every `torch.optim.Optimizer`."""

    def __init__(self) -> None:
        self._records: dict[int, StepRecord] = {}
        self._handle = register_optimizer_step_pre_hook(self._before_step)

    def stop(self) -> list[StepRecord]:
        """One record for each optimizer that stepped so far."""
        self._handle.remove()
        for record in self._records.values():
            record.gradient = None
        return list(self._records.values())

    def _before_step(self, optimizer: Any, args: Any, kwargs: Any) -> None:
        parameters = [p for group in optimizer.param_groups for p in group["params"]]
        record = self._records.get(id(optimizer))
        if record is None:
            rate = float(optimizer.param_groups[0].get("lr", 0.0))
            record = self._records[id(optimizer)] = StepRecord(type(optimizer).__name__, rate)
            record.parameters = tuple(map(weakref.ref, parameters))
            if sum(p.numel() for p in parameters) <= COPY_LIMIT:
                record.first_values = [p.detach().clone() for p in parameters]
                record.first_gradients = [
                    None if p.grad is None else p.grad.detach().clone() for p in parameters
                ]
        record.steps += 1
        gradient = next((p.grad for p in parameters if p.grad is not None), None)
        if gradient is None:
            record.without_gradient += 1
            return
        # Clearing gives a new tensor, or one more write than backward's own: one write alone
        # between two steps, in the same tensor, means that backward added to the old gradient.
        if gradient is record.gradient and gradient._version == record.version + 1:
            record.kept_growing += 1
        record.gradient, record.version = gradient, gradient._version
