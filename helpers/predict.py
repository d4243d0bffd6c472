"""Asks a model for its outputs and reads labels from them; knows models, and no data or plots.

Whatever form a model answers in, the other helpers see one: shape ``(N,)`` or ``(N, K)``. Looking
at a model must not change what its owner sees next, so every helper that runs one does it here.
"""

import copy
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.parameter import UninitializedBuffer, is_lazy

from helpers.accuracy import logits_to_probabilities, probabilities_to_labels
from helpers.inputs import as_array

Model = Callable[[Tensor], Any]


def model_outputs(model: Model, X: Any) -> Tensor:
    """Return a model's raw outputs on features; it runs as in ``run_untouched``.

    Args:
        model: An ``nn.Module`` or any function of one tensor. Its answer may be a tensor, or a
            tuple, list or dict whose first tensor is the outputs.
        X: Features, shape ``(N, F)``, a tensor of any dtype or an array.

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
    The shape may be ``(N,)``, ``(N, 1)`` or ``(N, K)``; the labels are int64, shape ``(N,)``.

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

    Rows ``(N,)``, ``(N, 1)`` or ``(N, K)`` that lie from 0 to 1 (and for K outputs add up to 1) are
    probabilities already. They come back in their own dtype, shape ``(N, K)``, K of 2 or more.

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


def run_untouched(model: Model, X: Tensor) -> Any:
    """Return a model's answer as it comes, with everything put back to what it was before.

    The model runs where it is, in eval mode and without gradients. Afterwards every submodule's
    train/eval flag, every parameter and buffer, and the random states of torch (CPU and CUDA),
    numpy and Python are what they were, also if the model raises. Lazy layers that have seen no
    data yet are run in a copy of the model, and stay as they are. A function that calls a model
    sees it in the mode that its owner left it in.

    The model gets a copy of ``X``, in the floating dtype and on the device of its first parameter
    or buffer, or float32 on the CPU if it has none.
    """
    # A bound method, such as model.forward, runs the module that it belongs to.
    owner = getattr(model, "__self__", model)
    with random_states_untouched(), uncompiled(), torch.no_grad():
        like = torch.empty(0, dtype=torch.float32, device="cpu")
        if not isinstance(owner, nn.Module):
            return model(X.detach().to(like, copy=True))
        tensors = (*owner.parameters(), *owner.buffers())
        like = next((tensor for tensor in tensors if tensor.is_floating_point()), like)
        features = X.detach().to(device=like.device, dtype=like.dtype, copy=True)
        if any(map(is_lazy, tensors)):
            return _copy_of_lazy(owner).eval()(features)
        with _module_untouched(owner):
            return model(features)


def uncompiled() -> Any:
    """While it lasts, what ``torch.compile`` made runs as it was written.

    Compiling takes a minute and a compiler, anew for other shapes and for eval mode.
    """
    # What was compiled has imported this; without it there is nothing to hold back.
    there = "torch._dynamo" in sys.modules
    return torch.compiler.set_stance("force_eager") if there else nullcontext()


@contextmanager
def random_states_untouched() -> Iterator[None]:
    """Put back the random states of torch (CPU and CUDA), numpy and Python at the end."""
    python_state, numpy_state = random.getstate(), np.random.get_state()
    cuda = range(torch.cuda.device_count()) if torch.cuda.is_initialized() else ()
    try:
        with torch.random.fork_rng(devices=cuda):
            yield
    finally:
        random.setstate(python_state)
        np.random.set_state(numpy_state)


@contextmanager
def _module_untouched(model: nn.Module) -> Iterator[None]:
    """Hold a module in eval mode, then put back its flags, parameters and buffers."""
    modules = [
        (module, module.training, list(module.named_buffers(recurse=False)))
        for module in model.modules()
    ]
    tensors = (*model.parameters(), *model.buffers())
    values = [(tensor, tensor.detach().clone()) for tensor in tensors]
    try:
        # The flag itself is set, because a learner's class may override train() and eval().
        for module, _, _ in modules:
            module.training = False
        yield
    finally:
        for module, training, buffers in modules:
            module.training = training
            for name, buffer in buffers:
                if getattr(module, name) is not buffer:
                    setattr(module, name, buffer)
        for tensor, before in values:
            if not torch.equal(tensor, before):
                # Through .data, so that a graph which its owner has yet to run backward still may.
                tensor.data.copy_(before)


def _copy_of_lazy(model: nn.Module) -> nn.Module:
    # torch can copy lazy parameters but not lazy buffers, so deepcopy is handed fresh ones.
    fresh: Any = UninitializedBuffer
    buffers = {
        id(buffer): fresh(device=buffer.device, dtype=buffer.dtype)
        for buffer in model.buffers()
        if is_lazy(buffer)
    }
    return copy.deepcopy(model, buffers)
