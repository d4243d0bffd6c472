"""Sees the steps of optimizers while a cell runs: how many, with which gradients, of whose."""

import contextlib
import weakref
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from torch import nn
from torch.optim.optimizer import (
    Optimizer,
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)

#: Parameters up to this many numbers are copied at the first two steps, to see later which rows
#: the gradients came from.
COPY_LIMIT = 1_000_000
#: And up to this many are looked at after each step: a model of these exercises has some hundreds.
STATES_LIMIT = 20_000
#: Moments at which something was printed that are kept: more than a training has reports.
MOMENTS = 1000
#: Records of one cell whose values are kept: a loop may make model and optimizer in each round.
RECORDS_LIMIT = 50


@dataclass(eq=False)
class StepRecord:
    """What one optimizer did during one cell.

    Attributes:
        kind: the optimizer's class; None for one that torch does not have.
        options: of its first group, at the first step.
        top_rate: the largest learning rate that it took a step with; None where it has none.
        last_rate: its learning rate after the latest step.
        steps: how many steps it took.
        without_gradient: how many of those found no gradient at all, and computed none.
        optimizer: a weak reference to it; another one may get its `id()` when it is gone.
        parameters: a weak reference to each parameter that it holds. An `id()` would not do: a
            model that is made anew may well get the old one's.
        first_values: the parameters before the first step.
        last_values: and after the last one.
        told: when the cell last printed something, at up to `MOMENTS` different steps, oldest
            first: the parameters before the latest step then, and after it.
        states: a number for the parameters after each step; none for a large model.
        first_gradients: their gradients at the first step; None where there was none.
        second: values and gradients once more, at the second step.
        gradient: the latest one, and its `version`, to see whether the next is added to it.
        kept_growing: how many steps found the gradient added to, and not set back.
    """

    kind: type[Optimizer] | None = None
    options: dict[str, Any] = field(default_factory=dict)
    top_rate: Any = None
    last_rate: Any = None
    steps: int = 0
    without_gradient: int = 0
    optimizer: weakref.ref[Optimizer] | None = None
    parameters: tuple[weakref.ref[Any], ...] = ()
    first_values: list[Any] = field(default_factory=list)
    last_values: list[Any] = field(default_factory=list)
    told: deque[tuple[list[Any], list[Any]]] = field(default_factory=lambda: deque(maxlen=MOMENTS))
    _before_last: list[Any] = field(default_factory=list)
    states: set[int] = field(default_factory=set)
    first_gradients: list[Any] = field(default_factory=list)
    second: tuple[list[Any], list[Any]] = ([], [])
    gradient: Any = None
    version: int = -1
    kept_growing: int = 0

    def is_of(self, optimizer: Optimizer) -> bool:
        """True if it tells of this very optimizer."""
        return self.optimizer is not None and self.optimizer() is optimizer

    def forget(self) -> None:
        """Keep the counts alone, if the parameters are gone."""
        if not any(parameter() is not None for parameter in self.parameters):
            self.first_values, self.last_values, self._before_last = [], [], []
            self.first_gradients, self.second = [], ([], [])
            self.told.clear()
            self.states.clear()

    @property
    def never_cleared(self) -> bool:
        """The gradient was added to from step to step and never set back."""
        return self.steps > 2 and self.kept_growing == self.steps - 1

    @property
    def without_slope(self) -> bool:
        """Gradients were there at the first two steps, and every number in them was 0."""
        both = [self.first_gradients, self.second[1]]
        found = [[g for g in each if g is not None] for each in both]
        return all(found) and not any(bool(g.any()) for each in found for g in each)

    def holds(self, model: Any) -> bool:
        """True if the optimizer held any parameter of this model, as it is now.

        Or if the model is a copy of one that it held, at any step: the best one, say.
        """
        if not isinstance(model, nn.Module):
            return False
        own = set(map(id, model.parameters()))
        if any(id(reference()) in own for reference in self.parameters):
            return True
        return bool(own) and content_of(model.parameters()) in self.states

    def values_for(self, model: nn.Module, values: list[Any]) -> dict[int, Any]:
        """Kept values by the `id()` of the parameter of a model that they belong to."""
        own = list(model.parameters())
        if len(own) == len(values) and content_of(own) in self.states:
            return dict(zip(map(id, own), values, strict=True))
        pairs = zip(self.parameters, values, strict=False)
        return {id(parameter): value for each, value in pairs if (parameter := each()) is not None}


def content_of(parameters: Iterable[Any], most: int = COPY_LIMIT) -> int | None:
    """A number that changes with the values of parameters; None for very many."""
    try:
        tensors = [p.detach() for p in parameters]
        if sum(p.numel() for p in tensors) > most:
            return None
        return hash(tuple(p.cpu().contiguous().numpy().tobytes() for p in tensors))
    except Exception:  # a lazy layer has no values yet; a learner's own class may do anything
        return None


def _copies(parameters: list[Any]) -> tuple[list[Any], list[Any]]:
    """Values and gradients; two empty lists for very many."""
    if sum(p.numel() for p in parameters) > COPY_LIMIT:
        return [], []
    gradients = [None if p.grad is None else p.grad.detach().clone() for p in parameters]
    return [p.detach().clone() for p in parameters], gradients


_unseen = False


@contextlib.contextmanager
def unseen() -> Iterator[None]:
    """No step that is taken in it is one of the learner's."""
    global _unseen
    _unseen = True
    try:
        yield
    finally:
        _unseen = False


class StepWatch:
    """Until `stop()`, sees every step of every `torch.optim.Optimizer`."""

    def __init__(self) -> None:
        self._all: list[StepRecord] = []
        self._records: dict[int, StepRecord] = {}
        self._handles = (
            register_optimizer_step_pre_hook(self._before_step),
            register_optimizer_step_post_hook(self._after_step),
        )

    def stop(self) -> list[StepRecord]:
        """One record for each optimizer that stepped so far."""
        for handle in self._handles:
            handle.remove()
        for record in self._all:
            record.gradient = None
        return self._all

    def printed(self) -> None:
        """Note that the cell prints something now. Values are kept by reference, none is copied."""
        for record in self._all[-RECORDS_LIMIT:]:
            if record.last_values and (
                not record.told or record.told[-1][1] is not record.last_values
            ):
                record.told.append((record._before_last, record.last_values))

    def _before_step(self, optimizer: Any, args: Any, kwargs: Any) -> None:
        if _unseen:
            return
        parameters = [p for group in optimizer.param_groups for p in group["params"]]
        record = self._records.get(id(optimizer))
        if record is None or not record.is_of(optimizer):
            record = self._begin(optimizer, parameters)
        if record.steps == 1:
            record.second = _copies(parameters)
        record.steps += 1
        rate = optimizer.param_groups[0].get("lr")
        if isinstance(rate, (int, float)):
            record.top_rate = max(rate, record.top_rate or 0.0)
        gradient = next((p.grad for p in parameters if p.grad is not None), None)
        if gradient is None:
            return
        # Clearing gives a new tensor, or one more write than backward's own: one write alone
        # between two steps, in the same tensor, means that backward added to the old gradient.
        if gradient is record.gradient and gradient._version == record.version + 1:
            record.kept_growing += 1
        record.gradient, record.version = gradient, gradient._version

    def _begin(self, optimizer: Any, parameters: list[Any]) -> StepRecord:
        """The record of an optimizer that takes its first step in this cell.

        A loop may make it anew in each round: then it goes on with the one before.
        """
        group, known = optimizer.param_groups[0], type(optimizer).__module__
        kind = type(optimizer) if known.startswith("torch.optim.") else None
        options = {name: group[name] for name in group if name != "params"}
        record = self._all[-1] if self._all else StepRecord()
        same = [p() for p in record.parameters]
        alike = kind is not None and record.kind is kind and record.options == options
        if not alike or list(map(id, same)) != list(map(id, parameters)):
            record = StepRecord(kind, options, parameters=tuple(map(weakref.ref, parameters)))
            record.first_values, record.first_gradients = _copies(parameters)
            self._all.append(record)
            if len(self._all) > RECORDS_LIMIT:
                self._all[-RECORDS_LIMIT - 1].forget()
        record.optimizer = weakref.ref(optimizer)
        self._records[id(optimizer)] = record
        return record

    def _after_step(self, optimizer: Any, args: Any, kwargs: Any) -> None:
        record = self._records.get(id(optimizer))
        if record is not None and not _unseen:
            parameters = [p for group in optimizer.param_groups for p in group["params"]]
            # Looked at now, because a step that is handed a closure computes its gradient itself.
            record.without_gradient += all(p.grad is None for p in parameters)
            record.last_rate = optimizer.param_groups[0].get("lr")
            self._keep(record, parameters)

    @staticmethod
    def _keep(record: StepRecord, parameters: list[Any]) -> None:
        if (state := content_of(parameters, STATES_LIMIT)) is not None:
            record.states.add(state)
            record._before_last = record.last_values or record.first_values
            record.last_values = [p.detach().clone() for p in parameters]
