"""All that a check could move in a notebook, to be compared before and after."""

from __future__ import annotations

import random
import sys
from typing import Any

import numpy as np
import torch

from tests.support.lesson import Lesson

SETTINGS = ("get_default_dtype", "get_default_device", "is_grad_enabled", "get_num_threads")


def state(lesson: Lesson) -> dict[str, Any]:
    """All that a check could move, in a form that compares by value."""
    import matplotlib.pyplot as plt

    found: dict[str, Any] = {
        "torch": torch.get_rng_state().tolist(),
        "numpy": repr(np.random.get_state()),
        "python": random.getstate(),
        "names": {name: id(value) for name, value in lesson.names.items() if name[:1] != "_"},
        "stdout": sys.stdout,
        "stderr": sys.stderr,
        "figures": plt.get_fignums(),
        "settings": [getattr(torch, name)() for name in SETTINGS],
    }
    for name in ("moon_model", "spiral_model"):
        model = lesson.names.get(name)
        if model is not None:
            found[name] = {
                "modes": [module.training for module in model.modules()],
                "values": {k: v.tolist() for k, v in model.state_dict().items()},
                "places": [(p.data_ptr(), p.device, p.dtype) for p in model.parameters()],
                "gradients": [
                    None if p.grad is None else p.grad.tolist() for p in model.parameters()
                ],
                "attributes": [sorted(vars(module)) for module in model.modules()],
            }
            found["optimizer"] = str(lesson.names["optimizer"].state_dict())
    for name in ("X", "y", "X_train", "y_test", "y_logits"):
        value = lesson.names.get(name)
        found[name] = None if value is None else (value.tolist(), value.dtype, value.requires_grad)
    return found
