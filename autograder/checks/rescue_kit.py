"""Makes what a part should leave, for a learner who is stuck; judges nothing.

The data are another draw than the exercise's, so that they are never its right answer. A model
that is trained on them passes the exercise's own test split all the same.
"""

from typing import Any

import torch
from torch import nn

from autograder.checks.datasets import RESCUE_SEED, SIX, Dataset, split
from autograder.checks.evidence.describe import describe_model, leaving_no_trace
from autograder.checks.judges.model import kind_of_outputs, questions
from autograder.checks.rescue_objects import (
    RescueLoss,
    RescueModel,
    RescueOptimizer,
    TrainedRescueModel,
)
from autograder.checks.table import PARTS, dataset_of
from autograder.checks.words.messages import say

RESCUED = tuple(part.id for part in PARTS.values() if part.rescue)
_STEPS = 400
_STEP_SIZE = 0.1
_MOMENTUM = 0.9


def rescue_of(part_id: str, model: Any = None) -> Any:
    """See `autograder.checks.rescue`."""
    if part_id not in RESCUED:
        raise ValueError(f"{part_id!r} has no rescue; these have one: {', '.join(RESCUED)}.")
    part = PARTS[part_id]
    trains = isinstance(model, nn.Module) and next(model.parameters(), None) is not None
    if part.rescue == "loss and optimizer" and not trains:
        raise ValueError(
            f"The rescue of {part.id} needs a model with parameters: call "
            f"rescue({part.id!r}, {part.model})."
        )
    with leaving_no_trace(), torch.enable_grad():
        given = _make(part.rescue, dataset_of(part), model)
    print(say("words_rescue", label=part.label, title=part.title)[0])
    return given


def _make(kind: str, dataset: Dataset, model: Any) -> Any:
    if kind == "data":
        arrays, labels = split(dataset, RESCUE_SEED), getattr(torch, dataset.label_dtype)
        dtypes = {name: torch.float32 if name[0] == "X" else labels for name in SIX}
        return tuple(torch.from_numpy(arrays[name].copy()).to(dtypes[name]) for name in SIX)
    if kind == "model":
        return _model(RescueModel, dataset).to(usual_device())
    if kind == "trained model":
        return _trained(dataset).to(usual_device())
    probabilities = kind_of_outputs(describe_model(model, questions())) == "probabilities"
    optimizer = RescueOptimizer(model.parameters(), lr=dataset.rescue_rate)
    return RescueLoss(probabilities), optimizer


def usual_device() -> str:
    """The device that the notebooks choose: a GPU where there is one."""
    if torch.backends.mps.is_available():
        return "mps"
    return "cuda" if torch.cuda.is_available() else "cpu"


def _model(kind: type[RescueModel], dataset: Dataset) -> RescueModel:
    torch.default_generator.manual_seed(RESCUE_SEED)  # of the CPU alone; no GPU's state moves
    with torch.device("cpu"):  # so that every learner gets the same first values
        model = kind(dataset.rescue_width, 1 if dataset.binary else dataset.classes)
    return model.float()


def _trained(dataset: Dataset) -> RescueModel:
    """Gradient descent with momentum, on the rescue's own training rows, all of them each time.

    By hand, because the recorder watches the optimizers of torch: these are not the learner's
    steps. The same numbers come out each time, in less than a second.
    """
    model, loss_fn = _model(TrainedRescueModel, dataset), RescueLoss()
    arrays = split(dataset, RESCUE_SEED)
    X, y = torch.from_numpy(arrays["X_train"]), torch.from_numpy(arrays["y_train"])
    parameters = list(model.parameters())
    velocities = [torch.zeros_like(parameter) for parameter in parameters]
    for _ in range(_STEPS):
        gradients = torch.autograd.grad(loss_fn(model(X), y), parameters)
        with torch.no_grad():
            for value, velocity, slope in zip(parameters, velocities, gradients, strict=True):
                velocity.mul_(_MOMENTUM).add_(slope)
                value.sub_(_STEP_SIZE * velocity)
    return model
