"""How well a model's outputs tell the classes apart, and whether that comes from its parameters."""

from collections.abc import Mapping
from itertools import permutations
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from autograder.checks.datasets import Arrays, Dataset, fresh, split
from autograder.checks.evidence.describe import Evidence
from autograder.checks.words.verdict import Verdict, not_yet


def scores_of(dataset: Dataset, outputs: Arrays, kind: str, seed: int) -> dict[str, float]:
    """The accuracy on the exercise's training and test rows, and on fresh draws."""
    own, (_, labels) = split(dataset), fresh(dataset, seed)
    wanted = {"train": own["y_train"], "test": own["y_test"], "fresh": labels}
    return {name: accuracy_of(outputs[name], wanted[name], kind) for name in wanted}


def facts_of(dataset: Dataset, scores: Mapping[str, float]) -> dict[str, str]:
    """Scores and bars as messages tell them; where one test row is lacking, that is told too."""
    told = {name: f"{score:.1%}" for name, score in scores.items()}
    rows = len(split(dataset)["y_test"])
    right = round(scores["test"] * rows)
    # The bar itself, such as 57 of 60, reads as if it were enough.
    if right / rows <= dataset.pass_above < (right + 1) / rows:
        told["test"] += f" ({right} of {rows}: one more row is needed)"
    return {**told, "bar": f"{dataset.pass_above:.0%}", "fresh_bar": f"{dataset.fresh_bar:.0%}"}


def not_learned(dataset: Dataset, name: str, altered: Evidence | None, kind: str) -> Verdict | None:
    """The verdict where a model's answers to the test rows do not come from its parameters."""
    if altered is None:
        return not_yet("train_no_copy", name=name)
    labels = split(dataset)["y_test"]

    def score(outputs: Any) -> float:
        values = np.asarray(outputs)
        return accuracy_of(values, labels, kind) if np.isfinite(values).all() else 0.0

    redrawn = min(_told(np.asarray(outputs), labels) for outputs in altered["redrawn"])
    if score(altered["zeroed"]) >= dataset.zeroed_bar or redrawn > dataset.pass_above:
        return not_yet("train_parameters_unused", name=name)
    if score(altered["nudged"]) < dataset.zeroed_bar:
        return not_yet("train_parameters_probed", name=name)
    return None


def _told(outputs: np.ndarray, labels: np.ndarray) -> float:
    """How well outputs tell the classes apart, whichever output stands for which class.

    A table times a parameter still tells them apart when the parameter is another, even below
    zero; a network whose weights are drawn anew does not.
    """
    if not np.isfinite(outputs).all():
        return 0.0
    if outputs.ndim == 2 and outputs.shape[1] > 1:
        classes = range(min(outputs.shape[1], 4))
        picks = (outputs.argmax(axis=1), outputs.argmin(axis=1))
        return max(
            float(np.mean(np.array(order)[np.minimum(pick, len(classes) - 1)] == labels))
            for pick in picks
            for order in permutations(classes)
        )
    order = np.argsort(outputs.reshape(-1), kind="stable")
    values, ones = outputs.reshape(-1)[order], np.cumsum(labels[order])
    # The best threshold: below it all are called 0, and above it 1, or the other way round.
    ends = np.append(values[1:] > values[:-1], True)
    count = np.arange(1, len(labels) + 1)
    right = (count - ones + ones[-1] - ones)[ends] / len(labels)
    return float(max(right.max(), 1 - right.min()))


def accuracy_of(outputs: np.ndarray, labels: np.ndarray, kind: str) -> float:
    """The fraction of rows whose outputs, of this kind, favour their label."""
    if outputs.ndim == 2:
        return float(np.mean(outputs.argmax(axis=1) == labels))
    threshold = 0.5 if kind == "probabilities" else 0.0
    return float(np.mean((outputs > threshold) == labels))


def loss_of(outputs: np.ndarray, labels: np.ndarray, kind: str) -> float:
    """The usual loss of these outputs, whatever loss the learner chose: to compare with ln 2."""
    values, targets = torch.from_numpy(outputs), torch.from_numpy(labels)
    if kind == "probabilities":
        values = torch.logit(values, eps=1e-6) if values.ndim == 1 else values.log()
    if values.ndim == 1:
        return float(F.binary_cross_entropy_with_logits(values, targets.to(values.dtype)))
    return float(F.cross_entropy(values, targets))
