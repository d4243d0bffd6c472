"""Lists the rows on which a model does worst; knows models and tables, and no plots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from helpers.inputs import points_and_labels, whole_number
from helpers.predict import Model, model_outputs, predicted_labels, predicted_probabilities

if TYPE_CHECKING:
    from pandas import DataFrame


def worst_mistakes(model: Model, X: Any, y: Any, count: int = 5) -> DataFrame:
    """List the rows to whose right class a model gives the lowest probability.

    Args:
        model: An ``nn.Module`` or any function from ``(N, 2)`` to logits or probabilities.
        X: Features, shape ``(N, 2)``; a tensor on any device, or an array.
        y: True labels from 0 up, shape ``(N,)`` or ``(N, 1)``, of any dtype.
        count: How many rows to list, 1 or more; all of them if there are fewer.

    Returns:
        A table, the worst row first: its number in ``X`` is the index; the columns are ``x1``,
        ``x2``, ``label``, ``predicted``, and ``given to the label``, the probability (0 to 1).
        A row whose label was predicted is no mistake, only the least sure of the right ones.

    Raises:
        TypeError: If ``X`` or ``y`` is not numbers, or the model gives no tensor.
        ValueError: If the shapes do not fit, an output is nan, or ``y`` holds a class that the
            model has no output for.
    """
    # Loading pandas takes a moment, so only those who ask for a table pay for it.
    import pandas as pd

    points, labels = points_and_labels(X, y)
    outputs = model_outputs(model, X)
    predicted = predicted_labels(outputs).numpy()
    probabilities = predicted_probabilities(outputs)
    if labels.max() >= probabilities.shape[1]:
        raise ValueError(
            f"y holds class {labels.max()}, but the model only tells classes 0 to "
            f"{probabilities.shape[1] - 1} apart: give the model one output for each class."
        )
    given = probabilities[torch.arange(len(labels)), torch.from_numpy(labels)].double().numpy()
    worst = np.argsort(given, kind="stable")[: whole_number(count, "count", at_least=1)]
    return pd.DataFrame(
        {
            "x1": points[worst, 0].round(3),
            "x2": points[worst, 1].round(3),
            "label": labels[worst],
            "predicted": predicted[worst],
            "given to the label": given[worst].round(3),
        },
        index=worst,
    )
