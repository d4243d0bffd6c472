"""Losses of the learner's own: honest ones in many forms, and wrong ones like them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.checks.registry import collect, judge, questions

Loss = Callable[[Tensor, Tensor], Tensor]
SEEDS = range(5)


def model(outputs: int) -> nn.Module:
    """One that gives logits."""
    torch.manual_seed(outputs)
    return nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, outputs))


def codes(losses: dict[str, Any], dataset: str, outputs: int) -> dict[str, set[str]]:
    """What is said of each loss, over some seeds."""
    check, names = f"check_{dataset}_loss_optimizer_loss", {"optimizer": None}
    said: dict[str, set[str]] = {}
    for name, loss in losses.items():
        for seed in SEEDS:
            there = {**names, "loss_fn": loss, f"{dataset[:-1]}_model": model(outputs)}
            found = collect(check, there, [], questions(check, seed))
            said.setdefault(name, set()).add(judge(check, found, seed).code)
    return said


def signed(logits: Tensor, y: Tensor) -> Tensor:
    return (2 * y - 1) * logits


def over_the_rows(logits: Tensor, y: Tensor) -> Tensor:
    p = torch.softmax(logits.squeeze(), 0)
    return -(y * p.log() + (1 - y) * (1 - p).log()).mean()


def focal(logits: Tensor, y: Tensor) -> Tensor:
    each = F.cross_entropy(logits, y, reduction="none")
    return ((1 - torch.exp(-each)) ** 2 * each).mean()


def dice(logits: Tensor, y: Tensor) -> Tensor:
    p = torch.sigmoid(logits)
    return 1 - 2 * (p * y).sum() / (p.sum() + y.sum())


ONE_LOGIT: dict[str, Any] = {
    "summed": nn.BCEWithLogitsLoss(reduction="sum"),
    "weighted": nn.BCEWithLogitsLoss(pos_weight=torch.tensor(1.1)),
    "smoothed": lambda z, y: F.binary_cross_entropy_with_logits(z, 0.9 * y + 0.05),
    "its root": lambda z, y: F.binary_cross_entropy_with_logits(z, y) ** 0.5,
    "focal": lambda z, y: -((1 - signed(z, y).sigmoid()) ** 2 * F.logsigmoid(signed(z, y))).mean(),
    "hinge": lambda z, y: (1 - signed(z, y)).clamp(min=0).mean(),
    "exponential": lambda z, y: torch.exp(-signed(z, y)).mean(),
    "soft margin": lambda z, y: F.soft_margin_loss(z, 2 * y - 1),
    "dice": dice,
    "squeezes": lambda z, y: F.binary_cross_entropy_with_logits(z.squeeze(1), y),
}
#: Two losses that are no formula of one row and its label, and cross-entropy by its own name.
ONE_LOGIT_WRONG: dict[str, tuple[Any, str]] = {
    "cross-entropy": (nn.CrossEntropyLoss(), "loss_cross_entropy_one_logit"),
    "cross-entropy, squeezed": (
        lambda z, y: F.cross_entropy(z.squeeze(), y.squeeze()), "loss_cross_entropy_one_logit"),
    "cross-entropy of one row of all": (
        lambda z, y: F.cross_entropy(z.reshape(1, -1), y.reshape(1, -1)), "loss_over_rows"),
    "softmax over the rows": (over_the_rows, "loss_over_rows"),
    "log_softmax over the rows": (
        lambda z, y: -(y * torch.log_softmax(z.squeeze(), 0)).sum(), "loss_over_rows"),
    "no labels": (lambda z, y: z.pow(2).mean(), "loss_pushes_wrong_way"),
    "nothing": (lambda z, y: 0 * z.sum(), "loss_pushes_wrong_way"),
    "right for a few rows": (
        lambda z, y: F.binary_cross_entropy_with_logits(z, y) * (len(y) < 100),
        "loss_for_few_rows"),
}  # fmt: skip
THREE_LOGITS: dict[str, Any] = {
    "summed": nn.CrossEntropyLoss(reduction="sum"),
    "weighted": nn.CrossEntropyLoss(weight=torch.tensor([1.0, 1.1, 0.9])),
    "smoothed": nn.CrossEntropyLoss(label_smoothing=0.1),
    "margins": nn.MultiMarginLoss(),
    "squares of one-hot": lambda z, y: ((z - F.one_hot(y, 3)) ** 2).mean(),
    "sigmoids of one-hot": lambda z, y: F.binary_cross_entropy_with_logits(
        z, F.one_hot(y, 3).float()
    ),
    "by hand": lambda z, y: -torch.softmax(z, 1)[range(len(y)), y].log().mean(),
    "focal": focal,
}
THREE_LOGITS_WRONG: dict[str, tuple[Any, str]] = {
    "log_softmax over the rows": (
        lambda z, y: F.nll_loss(torch.log_softmax(z, 0), y), "loss_over_rows"),
    "softmax over the rows, then cross-entropy": (
        lambda z, y: F.cross_entropy(torch.softmax(z, 0), y), "loss_over_rows"),
    "no labels": (lambda z, y: -z.mean(), "loss_without_labels"),
    "right for a few rows": (
        lambda z, y: F.cross_entropy(z, y) if len(y) < 50 else 0 * z.sum(), "loss_for_few_rows"),
    "no labels, softened": (
        lambda z, y: -torch.log_softmax(z / 9, 1).mean() - z.mean(), "loss_without_labels"),
}  # fmt: skip


def test_honest_losses_pass() -> None:
    said = {**codes(ONE_LOGIT, "moons", 1), **codes(THREE_LOGITS, "spirals", 3)}
    assert {name: found for name, found in said.items() if found != {"loss_right"}} == {}
    two = codes({"summed": nn.CrossEntropyLoss(reduction="sum"), "focal": focal}, "moons", 2)
    assert set.union(*two.values()) == {"loss_right"}


def test_what_compares_rows_or_knows_no_labels_fails() -> None:
    for wrong, dataset, outputs in (
        (ONE_LOGIT_WRONG, "moons", 1), (THREE_LOGITS_WRONG, "spirals", 3)
    ):  # fmt: skip
        said = codes({name: loss for name, (loss, _) in wrong.items()}, dataset, outputs)
        assert said == {name: {code} for name, (_, code) in wrong.items()}


def test_older_evidence_is_judged_as_it_was() -> None:
    check = "check_spirals_loss_optimizer_loss"
    names = {"loss_fn": focal, "optimizer": None, "spiral_model": model(3)}
    found = collect(check, names, [], questions(check, 1))
    kept = ("logits", "probabilities", "rows", "two_columns")
    found["answers"] = {name: found["answers"][name] for name in kept}
    assert judge(check, found, 1).passed
