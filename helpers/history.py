"""Names the columns of a training history and checks one; knows no model, data or plot.

The log that writes a history, the plot that draws it and the words for it agree through here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from helpers.inputs import FloatArray, as_array

METRICS = ("loss", "accuracy")
COLUMNS = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")

History = Mapping[str, Sequence[float]]


def empty_history() -> dict[str, list[float]]:
    """Return a history with no epochs in it: one empty list for each column."""
    return {name: [] for name in ("epoch", *COLUMNS)}


def history_columns(history: History) -> dict[str, FloatArray]:
    """Return a history's columns as arrays, once they are known to fit together.

    Args:
        history: What ``ProgressLog.history`` holds: lists of one length named ``epoch``,
            ``train_loss``, ``train_accuracy``, ``test_loss`` and ``test_accuracy``.

    Returns:
        The same names with arrays of shape ``(E,)``, float64, E of 1 or more.

    Raises:
        TypeError: If it is not a history, or a column holds no numbers.
        ValueError: If a column is missing, they differ in length, or there are no epochs.
    """
    if not isinstance(history, Mapping):
        raise TypeError(
            f"history must be a dict of lists, but came as {type(history).__name__}: "
            "pass the history of your ProgressLog, as in log.history."
        )
    missing = [name for name in ("epoch", *COLUMNS) if name not in history]
    if missing:
        raise ValueError(
            f"history lacks {', '.join(missing)}: pass the history of your ProgressLog, as in "
            "log.history."
        )
    columns = {name: as_array(history[name], name) for name in ("epoch", *COLUMNS)}
    shapes = {name: column.shape for name, column in columns.items()}
    n_epochs = columns["epoch"].size
    if any(shape != (n_epochs,) for shape in shapes.values()):
        listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"history's lists must have one length, but their shapes are: {listed}.")
    if n_epochs == 0:
        raise ValueError("history holds no epochs yet: call the log once in each epoch first.")
    return columns


def check_metric(metric: str) -> None:
    """Raise a ValueError unless ``metric`` is ``"loss"`` or ``"accuracy"``."""
    if metric not in METRICS:
        raise ValueError(f"metric is {metric!r}: pass 'loss' or 'accuracy'.")


def first_not_finite(column: FloatArray) -> int | None:
    """Return where a column first holds nan or infinity, or None if it never does."""
    bad = np.flatnonzero(~np.isfinite(column))
    return int(bad[0]) if bad.size else None
