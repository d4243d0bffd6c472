"""Turns logits into probabilities and labels, and scores labels; knows tensors and no model.

The three steps of a classifier's answer have one function each:
logits (any real number) -> probabilities (0 to 1) -> labels (0, 1, 2, ...).
"""

import torch
from torch import Tensor

THRESHOLD = 0.5


def logits_to_probabilities(logits: Tensor) -> Tensor:
    """Turn raw model outputs into probabilities.

    Args:
        logits: Floating point. Shape ``(N,)`` or ``(N, 1)`` for two classes with one output;
            ``(N, K)`` for K classes, K of 2 or more.

    Returns:
        For one output, the sigmoid: the probability of class 1, shape ``(N,)``. For K outputs,
        the softmax of each row: shape ``(N, K)``, every row adding up to 1.

    Raises:
        TypeError: If ``logits`` is not a floating-point tensor.
        ValueError: If it has another shape.
    """
    logits = _one_row_per_example(logits, "logits")
    return torch.sigmoid(logits) if logits.ndim == 1 else torch.softmax(logits, dim=1)


def probabilities_to_labels(probabilities: Tensor) -> Tensor:
    """Turn probabilities into the labels they favour.

    Args:
        probabilities: Floating point, from 0 to 1. Shape ``(N,)`` or ``(N, 1)`` for the
            probability of class 1; ``(N, K)`` for K classes.

    Returns:
        The labels, shape ``(N,)``, int64: 1 where the probability is above 0.5 and 0 elsewhere,
        or the class with the highest probability of each row.

    Raises:
        TypeError: If ``probabilities`` is not a floating-point tensor.
        ValueError: If it has another shape, or a value below 0 or above 1.
    """
    probabilities = _one_row_per_example(probabilities, "probabilities")
    # Written so that nan passes: a diverged model should score badly, not stop the loop.
    if bool(((probabilities < 0) | (probabilities > 1)).any()):
        low, high = probabilities.min().item(), probabilities.max().item()
        raise ValueError(
            f"Probabilities lie from 0 to 1, but these run from {low:.3g} to {high:.3g}. If they "
            "are logits, call logits_to_labels, or logits_to_probabilities first."
        )
    if probabilities.ndim == 1:
        return (probabilities > THRESHOLD).long()
    return probabilities.argmax(dim=1)


def logits_to_labels(logits: Tensor) -> Tensor:
    """Turn raw model outputs into labels: the two steps above, one after the other.

    Args:
        logits: Floating point, shape ``(N,)``, ``(N, 1)`` or ``(N, K)``.

    Returns:
        The labels, shape ``(N,)``, int64.

    Raises:
        TypeError: If ``logits`` is not a floating-point tensor.
        ValueError: If it has another shape.
    """
    return probabilities_to_labels(logits_to_probabilities(logits))


def accuracy(labels: Tensor, targets: Tensor) -> float:
    """Compute the fraction of labels that equal their targets.

    Args:
        labels: Predicted labels, whole numbers of any dtype (1 and 1.0 are the same label).
        targets: True labels, of the same shape, on any device.

    Returns:
        A fraction from 0.0 to 1.0. Print it with ``{:.1%}``.

    Raises:
        TypeError: If either is not a tensor of numbers.
        ValueError: If the shapes differ, there is nothing to compare, or a value is not whole.
    """
    for name, tensor in (("labels", labels), ("targets", targets)):
        _check_tensor(tensor, name)
    if labels.shape != targets.shape:
        raise ValueError(
            f"labels have shape {tuple(labels.shape)} and targets have shape "
            f"{tuple(targets.shape)}: they must be equal. {_shape_hint(labels, targets)}"
        )
    if labels.numel() == 0:
        raise ValueError(
            f"There is nothing to compare: labels and targets have shape {tuple(labels.shape)}. "
            "Pass at least one label and its target."
        )
    for name, tensor in (("labels", labels), ("targets", targets)):
        _check_whole(tensor, name)
    right = labels.detach().to(targets.device) == targets.detach()
    return int(right.sum()) / right.numel()


def _check_tensor(value: object, name: str) -> None:
    if not isinstance(value, Tensor):
        raise TypeError(
            f"{name} must be a tensor, but came as {type(value).__name__}: "
            f"wrap it with torch.as_tensor({name})."
        )
    if value.is_complex():
        raise TypeError(f"{name} has dtype {value.dtype}: pass real numbers.")


def _one_row_per_example(value: Tensor, name: str) -> Tensor:
    """The checked tensor, with shape (N,) in place of (N, 1)."""
    _check_tensor(value, name)
    if not value.is_floating_point():
        raise TypeError(
            f"{name} must be floating point, but have dtype {value.dtype}: "
            "pass the model's outputs, not labels."
        )
    if value.ndim not in (1, 2) or (value.ndim == 2 and value.shape[1] == 0):
        raise ValueError(
            f"{name} must have shape (N,), (N, 1) or (N, K), but have shape "
            f"{tuple(value.shape)}: pass one row for each example."
        )
    return value.squeeze(1) if value.ndim == 2 and value.shape[1] == 1 else value


def _check_whole(tensor: Tensor, name: str) -> None:
    if not tensor.is_floating_point():
        return
    odd = tensor[tensor != tensor.round()]
    if odd.numel():
        raise ValueError(
            f"{name} must be whole numbers such as 0 and 1, but one of them is "
            f"{odd[0].item():.4g}. Turn probabilities into labels with probabilities_to_labels, "
            "and logits with logits_to_labels."
        )


def _shape_hint(labels: Tensor, targets: Tensor) -> str:
    shapes = {tuple(labels.shape), tuple(targets.shape)}
    for tensor in (labels, targets):
        count = tensor.shape[0] if tensor.ndim else 0
        if shapes == {(count,), (count, 1)}:
            return (
                "Both hold the same number of values: call .squeeze(1) on the one with two "
                "dimensions. Compared as they are, every label would meet every target."
            )
    if labels.ndim == 2 and labels.shape[1] > 1 and targets.shape == labels.shape[:1]:
        return "The labels look like one output per class: call logits_to_labels on them first."
    return "Pass one label and one target for each example, from the same rows."
