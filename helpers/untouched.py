"""Runs a model or a function and leaves no trace; knows torch, and no data, labels or plots.

Looking at a model must not change what its owner sees next, so every helper that runs one does
it through here.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.parameter import UninitializedBuffer, is_lazy

Model = Callable[[Tensor], Any]


def run_untouched(model: Model, X: Tensor) -> Any:
    """Return a model's answer as it comes, with everything put back to what it was before.

    The model runs where it is, in eval mode and without gradients. Afterwards every submodule's
    train/eval flag, every parameter and buffer, and the random states of torch (CPU and CUDA),
    numpy and Python are what they were, also if the model raises. Lazy layers that have seen no
    data yet are run in a copy of the model, and stay as they are.

    Args:
        model: An ``nn.Module``, or any function of one tensor. A function that calls a model
            sees it in the mode that its owner left it in.
        X: Its input, of any shape. The model gets a copy, in the floating dtype and on the
            device of its first parameter or buffer, or float32 on the CPU if it has none.
    """
    # A bound method, such as model.forward, runs the module that it belongs to.
    owner = getattr(model, "__self__", model)
    with random_states_untouched(), torch.no_grad():
        if not isinstance(owner, nn.Module):
            return model(X.detach().to(device="cpu", dtype=torch.float32, copy=True))
        tensors = (*owner.parameters(), *owner.buffers())
        dtype, device = _kind_of(tensors)
        features = X.detach().to(device=device, dtype=dtype, copy=True)
        if any(map(is_lazy, tensors)):
            return _copy_of_lazy(owner).eval()(features)
        with _module_untouched(owner):
            return model(features)


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


def _kind_of(tensors: tuple[Tensor, ...]) -> tuple[torch.dtype, torch.device]:
    for tensor in tensors:
        if tensor.is_floating_point():
            return tensor.dtype, tensor.device
    return torch.float32, torch.device("cpu")
