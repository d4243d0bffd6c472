"""Asks a model for its outputs and reads labels from them; knows models, and no data or plots.

Whatever form a model answers in, the other helpers see one: shape ``(N,)`` or ``(N, K)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from helpers.accuracy import logits_to_probabilities, probabilities_to_labels
from helpers.inputs import as_array
from helpers.untouched import Model, run_untouched


def model_outputs(model: Model, X: Any) -> Tensor:
    """Return a model's raw outputs on features, without changing anything of the caller's.

    The model runs in eval mode and without gradients, where it is, and ends as it was: its mode,
    its parameters and the random states too, also if it raises (see ``helpers.untouched``).

    Args:
        model: An ``nn.Module`` or any function of one tensor. Its answer may be a tensor, or a
            tuple, list or dict whose first tensor is the outputs.
        X: Features, shape ``(N, F)``, a tensor of any dtype or an array. The model gets a copy in
            the floating dtype and on the device of its first parameter (or buffer, or float32
            on the CPU).

    Returns:
        The outputs, shape ``(N,)`` for one output per row and ``(N, K)`` for K of them, in the
        model's own dtype, on the CPU and without gradients.

    Raises:
        TypeError: If ``X`` is not numbers or the model gives no tensor.
        ValueError: If ``X`` or the outputs have another shape.
    """
    features = X if isinstance(X, Tensor) else torch.from_numpy(as_array(X, "X"))
    if features.is_complex():
        raise TypeError(f"X has dtype {features.dtype}: pass real features.")
    if features.ndim != 2:
        raise ValueError(
            f"X has shape {tuple(features.shape)}: pass one row for each point, shape (N, F)."
        )
    answer = run_untouched(model, features)
    outputs = first_tensor(answer)
    if outputs is None:
        raise TypeError(
            f"The model gave {type(answer).__name__} without a tensor in it: "
            "return the logits as a tensor."
        )
    outputs = outputs.detach().to("cpu", copy=True)
    n_rows = features.shape[0]
    if outputs.shape in ((n_rows,), (n_rows, 1)) or (n_rows == 1 and outputs.ndim == 0):
        return outputs.reshape(n_rows)
    if outputs.ndim == 2 and outputs.shape[0] == n_rows and outputs.shape[1] > 1:
        return outputs
    raise ValueError(
        f"For features of shape {tuple(features.shape)} the model gave outputs of shape "
        f"{tuple(outputs.shape)}: return one row for each point, shape ({n_rows},), "
        f"({n_rows}, 1) or ({n_rows}, number of classes)."
    )


def predicted_labels(outputs: Tensor) -> Tensor:
    """Read labels from a model's outputs, whether these are logits or probabilities.

    One output per row is taken as probabilities (threshold 0.5) if all of them lie from 0 to 1,
    and as logits (threshold 0) otherwise. Pass all rows at once: a few logits may lie there too.

    Args:
        outputs: What ``model_outputs`` returns, shape ``(N,)``, ``(N, 1)`` or ``(N, K)``.

    Returns:
        The labels, shape ``(N,)``, int64.

    Raises:
        TypeError: If ``outputs`` is not a tensor.
        ValueError: If it has another shape, or holds nan.
    """
    if not isinstance(outputs, Tensor):
        raise TypeError(
            f"outputs must be a tensor, but came as {type(outputs).__name__}: "
            "pass what model_outputs returns."
        )
    if not outputs.is_floating_point():
        outputs = outputs.float()
    n_bad = int(outputs.isnan().sum())
    if n_bad:
        raise ValueError(
            f"{n_bad} of the model's {outputs.numel()} outputs are not a number (nan): make the "
            "model anew and train it with a smaller learning rate."
        )
    if outputs.ndim == 2 and outputs.shape[1] > 1:
        return outputs.argmax(dim=1)
    if bool(((outputs >= 0) & (outputs <= 1)).all()):
        return probabilities_to_labels(outputs)
    return probabilities_to_labels(logits_to_probabilities(outputs))


def predicted_probabilities(outputs: Tensor) -> Tensor:
    """Read the probability of every class from a model's outputs, logits or probabilities.

    Args:
        outputs: What ``model_outputs`` returns, shape ``(N,)``, ``(N, 1)`` or ``(N, K)``. Rows
            that lie from 0 to 1 (and for K outputs add up to 1) are probabilities already.

    Returns:
        The probabilities, shape ``(N, K)``, K of 2 or more, in the dtype of ``outputs``. Each row
        adds up to 1.

    Raises:
        TypeError: If ``outputs`` is not a floating-point tensor.
        ValueError: If it has another shape.
    """
    between = bool(((outputs >= 0) & (outputs <= 1)).all())
    if outputs.ndim == 2 and outputs.shape[1] > 1:
        sums = bool(((outputs.sum(dim=1) - 1).abs() < 1e-3).all())
        return outputs if between and sums else logits_to_probabilities(outputs)
    of_class_1 = outputs.reshape(-1) if between else logits_to_probabilities(outputs)
    return torch.stack([1 - of_class_1, of_class_1], dim=1)


def first_tensor(answer: object) -> Tensor | None:
    """Return the first tensor of what a model answers: a tensor, tuple, list or dict, or None."""
    if isinstance(answer, Tensor):
        return answer
    if isinstance(answer, Mapping):
        answer = tuple(answer.values())
    if isinstance(answer, (tuple, list)):
        return next((t for t in map(first_tensor, answer) if t is not None), None)
    return None
