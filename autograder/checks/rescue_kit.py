"""Makes what a part should leave, for a learner who is stuck; judges nothing.

The data are another draw than the exercise's, so that they are never its right answer. A model
that is trained on them passes the exercise's own test split all the same.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from autograder.checks.datasets import MOONS, RESCUE_SEED, Task, split, task_of
from autograder.checks.evidence.describe import leaving_no_trace
from autograder.checks.evidence.models import describe_model
from autograder.checks.judges.model import kind_of_outputs, questions
from autograder.checks.rescue_objects import (
    RescueLoss,
    RescueModel,
    RescueOptimizer,
    TrainedRescueModel,
)
from autograder.checks.table import PARTS, part_named
from autograder.checks.words.messages import say

SIX = ("X", "y", "X_train", "X_test", "y_train", "y_test")
RESCUED = tuple(
    part for part in PARTS if part.endswith(("_data", "_model", "_loss_optimizer", "_train"))
)
_STEPS = 400
_STEP_SIZE = 0.1
_MOMENTUM = 0.9


def rescue_of(part_id: str, model: Any = None) -> Any:
    """See `autograder.checks.rescue`."""
    if part_id not in RESCUED:
        raise ValueError(f"{part_id!r} has no rescue; these have one: {', '.join(RESCUED)}.")
    task = task_of(part_id)
    if part_id.endswith("_loss_optimizer"):
        _check_model(part_id, task, model)
    with leaving_no_trace(), torch.enable_grad():
        given = _make(part_id, task, model)
    part = part_named(part_id)
    print(say("words_rescue", label=part.label, title=part.title)[0])
    return given


def _make(part_id: str, task: Task, model: Any) -> Any:
    if part_id.endswith("_data"):
        return _data(task)
    if part_id.endswith("_model"):
        return _model(RescueModel, task).to(usual_device())
    if part_id.endswith("_train"):
        return _trained(task).to(usual_device())
    kind = kind_of_outputs(describe_model(model, questions()))
    rate = 0.01 if task is MOONS else 0.02
    return RescueLoss(kind == "probabilities"), RescueOptimizer(model.parameters(), lr=rate)


def _check_model(part_id: str, task: Task, model: Any) -> None:
    if not isinstance(model, nn.Module) or next(model.parameters(), None) is None:
        raise ValueError(
            f"The rescue of {part_id} needs a model with parameters: call "
            f"rescue({part_id!r}, {task.model_name})."
        )


def usual_device() -> str:
    """The device that the notebooks choose: a GPU where there is one."""
    if torch.backends.mps.is_available():
        return "mps"
    return "cuda" if torch.cuda.is_available() else "cpu"


def _data(task: Task) -> tuple[Tensor, ...]:
    """The six tensors, on the CPU, as the exercise's own are."""
    arrays = split(task, RESCUE_SEED)
    labels = getattr(torch, task.label_dtype)
    return tuple(
        torch.from_numpy(arrays[name].copy()).to(torch.float32 if name[0] == "X" else labels)
        for name in SIX
    )


def _model(kind: type[RescueModel], task: Task) -> RescueModel:
    torch.default_generator.manual_seed(RESCUE_SEED)  # of the CPU alone; no GPU's state moves
    with torch.device("cpu"):  # so that every learner gets the same first values
        model = kind(16, 1) if task is MOONS else kind(32, 3)
    return model.float()


def _trained(task: Task) -> RescueModel:
    """Gradient descent with momentum, on the rescue's own training rows, all of them each time.

    By hand, because the recorder watches the optimizers of torch: these are not the learner's
    steps. The same numbers come out each time, in less than a second.
    """
    model, loss_fn = _model(TrainedRescueModel, task), RescueLoss()
    arrays = split(task, RESCUE_SEED)
    X, y = torch.from_numpy(arrays["X_train"]), torch.from_numpy(arrays["y_train"])
    parameters = list(model.parameters())
    velocities = [torch.zeros_like(parameter) for parameter in parameters]
    for _ in range(_STEPS):
        gradients = torch.autograd.grad(loss_fn(model(X), y), parameters)
        with torch.no_grad():
            for parameter, velocity, gradient in zip(
                parameters, velocities, gradients, strict=True
            ):
                velocity.mul_(_MOMENTUM).add_(gradient)
                parameter.sub_(_STEP_SIZE * velocity)
    return model
