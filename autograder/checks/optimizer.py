"""Exercises 3 and 7c: does the optimizer hold this model's parameters, with a usable rate?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from autograder.checks.absence import absent_one
from autograder.checks.evidence import Evidence, presence
from autograder.checks.recorder import Run
from autograder.checks.tasks import Task
from autograder.checks.verdict import Verdict, correct, not_yet


def collect(part_id: str, task: Task, names: Mapping[str, Any], runs: list[Run] | None) -> Evidence:
    """Whose parameters the optimizer holds; only counts leave the process."""
    optimizer, model = names.get("optimizer"), names.get(task.model_name)
    learnable = [p for p in model.parameters() if p.requires_grad] if (
        isinstance(model, nn.Module)
    ) else []  # fmt: skip
    groups = optimizer.param_groups if isinstance(optimizer, torch.optim.Optimizer) else []
    held = {id(p) for group in groups for p in group["params"]}
    return {
        "presence": presence(part_id, names, runs),
        "kind": type(optimizer).__name__,
        "is_optimizer": isinstance(optimizer, torch.optim.Optimizer),
        "is_class": isinstance(optimizer, type),
        "learning_rate": float(groups[0].get("lr", 1.0)) if groups else 0.0,
        "held": len(held),
        "learnable": len(learnable),
        "shared": sum(id(p) in held for p in learnable),
    }


def judge(task: Task, evidence: Evidence) -> Verdict:
    """A torch optimizer that holds every parameter of this model, with a usable rate."""
    if missing := absent_one(evidence, "optimizer"):
        return missing
    facts = {"name": task.model_name, "kind": evidence["kind"]}
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
    return correct("optimizer_right", held=evidence["held"], **facts)
