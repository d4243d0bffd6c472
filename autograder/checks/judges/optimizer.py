"""Exercises 3 and 7c: does the optimizer hold this model's parameters, with a usable rate?"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from autograder.checks.datasets import Task
from autograder.checks.evidence.describe import Evidence, kind_of, presence
from autograder.checks.recorder.watch import Run
from autograder.checks.words.preconditions import absent_one
from autograder.checks.words.verdict import Verdict, correct, not_yet


def collect(part_id: str, task: Task, names: Mapping[str, Any], runs: list[Run] | None) -> Evidence:
    """Whose parameters the optimizer holds; only counts leave the process."""
    optimizer, model = names.get("optimizer"), names.get(task.model_name)
    # By its type: an object may say of itself that it is a Module.
    is_module = issubclass(type(model), nn.Module)
    module: Any = model if is_module else None
    learnable = [p for p in module.parameters() if p.requires_grad] if is_module else []
    groups = optimizer.param_groups if isinstance(optimizer, torch.optim.Optimizer) else []
    held = {id(p) for group in groups for p in group["params"]}
    return {
        "presence": presence(part_id, names, runs),
        "kind": type(optimizer).__name__,
        "model_kind": kind_of(model),
        "is_module": is_module,
        "moves": _moves(optimizer, module) if is_module else None,
        "is_optimizer": isinstance(optimizer, torch.optim.Optimizer),
        "is_class": isinstance(optimizer, type),
        "learning_rate": float(groups[0].get("lr", 1.0)) if groups else 0.0,
        "held": len(held),
        "learnable": len(learnable),
        "shared": sum(id(p) in held for p in learnable),
    }


def _moves(optimizer: Any, model: nn.Module) -> bool | None:
    """Whether a step changes a parameter that has a gradient; None where that cannot be tried.

    The step is taken by copies; neither the model nor the optimizer is touched.
    """
    try:
        _model, stepping = copy.deepcopy((model, optimizer))
        parameters = [p for group in stepping.param_groups for p in group["params"]]
        before = [p.detach().clone() for p in parameters]
        for parameter in parameters:
            parameter.grad = torch.ones_like(parameter)
        stepping.step()
        pairs = zip(parameters, before, strict=True)
        return any(not torch.equal(p.detach(), value) for p, value in pairs)
    except Exception:  # an optimizer that wants a closure, a model that forbids copies
        return None


def judge(task: Task, evidence: Evidence) -> Verdict:
    """A torch optimizer that holds every parameter of this model, with a usable rate."""
    if missing := absent_one(evidence, "optimizer"):
        return missing
    facts = {"name": task.model_name, "kind": evidence["kind"]}
    if not evidence["is_module"]:
        return not_yet("model_not_module", name=task.model_name, kind=evidence["model_kind"])
    if evidence["is_class"] or not evidence["is_optimizer"]:
        return not_yet("optimizer_not_optimizer", **facts)
    # Plain tensors that learn are no registered parameters; then there is nothing to compare.
    if evidence["learnable"] and not evidence["shared"]:
        return not_yet("optimizer_other_model", **facts)
    if evidence["shared"] < evidence["learnable"]:
        return not_yet("optimizer_partial", shared=evidence["shared"],
                       learnable=evidence["learnable"], **facts)  # fmt: skip
    rate = evidence["learning_rate"]
    if not np.isfinite(rate) or rate <= 0:
        return not_yet("optimizer_rate", rate=f"{rate:g}")
    if evidence["moves"] is False:
        return not_yet("optimizer_still", **facts)
    return correct("optimizer_right", held=evidence["held"], **facts)
