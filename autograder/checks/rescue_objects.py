"""What a rescue hands out, of classes that the checks know again; builds and trains nothing.

A rescue lets a stuck learner go on to the next part. It earns no points, so every judge must be
able to tell it from an answer of the learner's own: models, losses and optimizers by their class,
wrapped or copied, or by being called when an answer is; data by their values.
"""

from collections import Counter
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.checks.datasets import RESCUE_SEED, Dataset, split

#: Far more than a change of dtype moves a value, far less than two draws differ.
_SAME = 0.01
#: How often objects of each class were called.
_calls: Counter[type] = Counter()


class RescueLinear(nn.Linear):
    """A layer that is known again in whatever model it is built into."""

    def forward(self, x: Tensor) -> Any:
        """As its parent's."""
        if not torch.jit.is_scripting():  # type: ignore[attr-defined]
            _calls[type(self)] += 1
        return F.linear(x, self.weight, self.bias)


class TrainedRescueLinear(RescueLinear):
    """The same, handed out with its training done."""


class RescueModel(nn.Module):
    """Two hidden layers with ReLU: features `(N, 2)` to logits `(N, outputs)`."""

    layer: type[nn.Linear] = RescueLinear

    def __init__(self, hidden: int, outputs: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            self.layer(2, hidden),
            nn.ReLU(),
            self.layer(hidden, hidden),
            nn.ReLU(),
            self.layer(hidden, outputs),
        )

    def forward(self, x: Tensor) -> Any:
        """Logits for each row of `x`."""
        return self.layers(x)


class TrainedRescueModel(RescueModel):
    """The same, handed out with its training done."""

    layer = TrainedRescueLinear


class RescueLoss(nn.Module):
    """Cross-entropy for outputs `(N,)`, `(N, 1)` or `(N, K)` and labels `(N,)` of any dtype.

    Args:
        probabilities: the outputs are probabilities already, and not logits.
    """

    def __init__(self, probabilities: bool = False) -> None:
        super().__init__()
        self.probabilities = probabilities

    def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """The mean over the rows, one number."""
        if not torch.jit.is_scripting():  # type: ignore[attr-defined]
            _calls[type(self)] += 1
        targets = targets.reshape(-1)
        if outputs.ndim == 2 and outputs.shape[1] > 1:
            logits = outputs.clamp(min=1e-7).log() if self.probabilities else outputs
            return F.cross_entropy(logits, targets.long())
        outputs = outputs.reshape(-1)
        if self.probabilities:
            return F.binary_cross_entropy(outputs, targets.to(outputs.dtype))
        return F.binary_cross_entropy_with_logits(outputs, targets.to(outputs.dtype))


class RescueOptimizer(torch.optim.Adam):
    """Adam, under a name that the checks know."""


#: The classes that are no answer to a part, by what can be given in its place. Training an
#: untrained rescue is work of one's own, and so is drawing the boundary of a trained one.
_CLASSES: dict[str, tuple[type, ...]] = {
    "model": (RescueModel, RescueLinear, TrainedRescueLinear),
    "loss and optimizer": (RescueLoss, RescueOptimizer),
    "trained model": (TrainedRescueModel, TrainedRescueLinear),
}


def is_rescue(kind: str, value: Any) -> bool:
    """True if a value is, or wraps, what a rescue of that kind gives; for data see below."""
    inside = value.modules() if isinstance(value, nn.Module) else (value,)
    return any(isinstance(each, _CLASSES.get(kind, ())) for each in inside)


def calls_of(kind: str) -> int:
    """How often what a rescue of that kind gives was called so far, by whomever."""
    return sum(_calls[each] for each in _CLASSES.get(kind, ()))


def is_rescue_rows(dataset: Dataset | None, values: np.ndarray | None) -> bool:
    """True if these are features of the rescue's draw, in whatever container they came.

    Labels are not compared: the spirals' are the same in every draw.
    """
    if dataset is None or values is None or values.shape[1:] != (2,):
        return False
    rows = split(dataset, RESCUE_SEED)
    return any(
        values.shape == rows[name].shape and np.allclose(values, rows[name], atol=_SAME)
        for name in ("X", "X_train", "X_test")
    )
