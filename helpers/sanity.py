"""Tests a model and its loss on a few rows before a long training; knows no plots or grading.

A model that cannot learn ten rows by heart will not learn a thousand: something is wrong with
the model, the loss or their shapes. Finding out takes a second.
"""

import copy
from collections.abc import Callable

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

    The model itself stays as it is, and so do the random states. Where outputs and labels have to
    be fitted to each other for this, a printed line says how: training has to do the same.

    Args:
        model: From features ``(N, F)`` to outputs ``(N,)``, ``(N, 1)`` or ``(N, K)``.
        loss_fn: From outputs and labels to one number, such as ``nn.BCEWithLogitsLoss()``.
        X: A few rows of features, shape ``(N, F)``, on any device.
        y: Their labels, shape ``(N,)`` or ``(N, 1)``.
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
        outputs = _outputs(trial, features)
        shape, fitting = _fitted(outputs, targets)
        fitted = [
            *_new_dtype("features", X, features),
            *_new_shape("outputs", outputs.shape, shape),
            *_new_shape("labels", targets.shape, fitting.shape),
            *_new_dtype("labels", targets, fitting),
        ]
        if fitted:
            print(f"Fitted for this test: {', '.join(fitted)}. Your loop has to do the same.")
        optimizer = torch.optim.Adam(trial.parameters(), lr=0.01)
        loss = first = loss_fn(outputs.reshape(shape), fitting).mean()
        for _ in range(steps):
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss = loss_fn(_outputs(trial, features).reshape(shape), fitting).mean()
    return first.item(), loss.item()


def _outputs(trial: nn.Module, features: Tensor) -> Tensor:
    outputs = first_tensor(trial(features))
    if outputs is None:
        raise TypeError("The model gave no tensor: return the logits as a tensor.")
    return outputs


def _fitted(outputs: Tensor, targets: Tensor) -> tuple[torch.Size, Tensor]:
    """The shape that the outputs need, and the labels as the loss takes them."""
    if outputs.ndim == 2 and outputs.shape[1] > 1:
        return outputs.shape, targets.reshape(-1).long()  # several outputs go with class numbers
    if outputs.numel() == targets.numel():
        return targets.shape, targets.to(outputs.dtype)
    return outputs.shape, targets


def _new_shape(name: str, was: torch.Size, is_now: torch.Size) -> list[str]:
    return [f"{name} of shape {tuple(was)} to {tuple(is_now)}"] if was != is_now else []


def _new_dtype(name: str, was: Tensor, is_now: Tensor) -> list[str]:
    kinds = [str(each.dtype).removeprefix("torch.") for each in (was, is_now)]
    return [f"{name} from {kinds[0]} to {kinds[1]}"] if was.dtype != is_now.dtype else []
