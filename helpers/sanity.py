"""Tests a model and its loss on a few rows before a long training; knows no plots or grading.

A model that cannot learn ten rows by heart will not learn a thousand: something is wrong with
the model, the loss or their shapes. Finding out takes a second.
"""

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from helpers.inputs import whole_number
from helpers.predict import first_tensor, random_states_untouched


def learn_by_heart(
    model: nn.Module,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    X: Tensor,
    y: Tensor,
    steps: int = 300,
) -> tuple[float, float]:
    """Train a copy of a model on a few rows, and return the loss before and after.

    The model itself stays as it is, and so do the random states.

    Args:
        model: From features ``(N, F)`` to outputs ``(N,)``, ``(N, 1)`` or ``(N, K)``.
        loss_fn: From outputs and labels to one number, such as ``nn.BCEWithLogitsLoss()``.
        X: A few rows of features, shape ``(N, F)``, on any device.
        y: Their labels, shape ``(N,)`` or ``(N, 1)``. Outputs ``(N, 1)`` are fitted to them.
        steps: How many steps the copy takes, with Adam and a learning rate of 0.01. 1 or more.

    Returns:
        The loss of the model as it came, and that of the copy after its last step. The first is
        near ln K if the model is new: it is unsure between K classes. The last is near 0 if the
        model has learned the rows by heart.

    Raises:
        TypeError: If ``model`` is not an ``nn.Module``, or gives no tensor.
        ValueError: If ``steps`` is below 1.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"model must be an nn.Module, but came as {type(model).__name__}.")
    steps = whole_number(steps, "steps", at_least=1)
    trial = copy.deepcopy(model).eval()  # in eval mode, dropout hides nothing
    own = next(trial.parameters())
    features, targets = X.detach().to(own.device, own.dtype), y.detach().to(own.device)
    with random_states_untouched(), torch.enable_grad():
        optimizer = torch.optim.Adam(trial.parameters(), lr=0.01)
        first = _loss(trial, loss_fn, features, targets)
        loss = first
        for _ in range(steps):
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss = _loss(trial, loss_fn, features, targets)
    return first.item(), loss.item()


def _loss(trial: nn.Module, loss_fn: Any, features: Tensor, targets: Tensor) -> Tensor:
    outputs = first_tensor(trial(features))
    if outputs is None:
        raise TypeError("The model gave no tensor: return the logits as a tensor.")
    if outputs.ndim == 2 and outputs.shape[1] > 1:
        targets = targets.reshape(-1).long()  # several outputs go with class numbers
    elif outputs.numel() == targets.numel():
        outputs = outputs.reshape(targets.shape)
        targets = targets.to(outputs.dtype)
    return loss_fn(outputs, targets).mean()
