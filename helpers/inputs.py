"""Checks what callers pass, and says in one sentence what to pass instead; knows no model or plot.

The other helpers lean on it, so that the same mistake reads the same everywhere. The log that
writes a training history, the plot that draws it and the words for it agree through here too.
"""

import operator
from collections.abc import Mapping, Sequence
from typing import Any, SupportsIndex

import numpy as np
import numpy.typing as npt
from torch import Tensor

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
History = Mapping[str, Sequence[float]]

COLUMNS = ("epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy")


def whole_number(value: SupportsIndex, name: str, *, at_least: int) -> int:
    """Return as a plain int what is a whole number: an int, a numpy int or a tensor of one int.

    Raises:
        TypeError: If it is no whole number. True and False are none.
        ValueError: If it is below ``at_least``.
    """
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise TypeError(
            f"{name} must be a whole number, but it is {value!r} ({type(value).__name__}): "
            f"pass an int of {at_least} or more."
        ) from None
    if number < at_least:
        raise ValueError(f"{name} is {number}, which is too small: pass {at_least} or more.")
    return number


def as_array(values: Any, name: str) -> FloatArray:
    """Return a copy of a tensor (on any device), an array or a list as a float64 array.

    Raises:
        TypeError: If they are not real numbers.
    """
    if isinstance(values, Tensor) and not values.is_complex():
        values = values.detach().cpu().double().numpy()
    try:
        array = np.asarray(values)
        if array.dtype.kind not in "biuf":
            raise TypeError
    except (TypeError, ValueError):
        dtype = getattr(values, "dtype", type(values).__name__)
        raise TypeError(f"{name} must hold real numbers, but it is {dtype}.") from None
    return array.astype(np.float64, copy=True)


def points_and_labels(X: Any, y: Any) -> tuple[FloatArray, IntArray]:
    """Return points in the plane and their labels: ``(N, 2)``, float64, and ``(N,)``, int64.

    They come as tensors on any device, arrays or lists: features ``(N, 2)``, N of 1 or more, and
    labels ``(N,)`` or ``(N, 1)``, whole numbers from 0 up of any dtype.

    Raises:
        TypeError: If either is not numbers.
        ValueError: If the shapes do not fit, a feature is not finite or a label is not whole.
    """
    points, labels = as_array(X, "X"), as_array(y, "y")
    if points.ndim != 2 or points.shape[1] != 2 or len(points) == 0:
        raise ValueError(
            f"X has shape {points.shape} and y has shape {labels.shape}: "
            "pass X with one row of two features for each point, shape (N, 2)."
        )
    if labels.shape not in ((len(points),), (len(points), 1)):
        raise ValueError(
            f"X has shape {points.shape} and y has shape {labels.shape}: pass one label for each "
            f"point, shape ({len(points)},), from the same rows as X."
        )
    if not np.isfinite(points).all():
        raise ValueError("X holds nan or infinite values: pass finite features.")
    if not (np.isfinite(labels).all() and (labels == labels.round()).all() and labels.min() >= 0):
        raise ValueError(
            f"y must hold class labels 0, 1, 2 and so on, but runs from {labels.min():g} to "
            f"{labels.max():g} or is not whole: pass labels, not probabilities or logits."
        )
    return points, labels.reshape(-1).astype(np.int64)


def history_columns(history: History) -> dict[str, FloatArray]:
    """Return the columns of a ``ProgressLog.history``, once they are known to fit together.

    They are arrays of shape ``(E,)``, float64, E of 1 or more, under the names in ``COLUMNS``.

    Raises:
        TypeError: If it is not a history, or a column holds no numbers.
        ValueError: If a column is missing, they differ in length, or there are no epochs.
    """
    if not isinstance(history, Mapping):
        raise TypeError(
            f"history must be a dict of lists, but came as {type(history).__name__}: "
            "pass the history of your ProgressLog, as in log.history."
        )
    missing = [name for name in COLUMNS if name not in history]
    if missing:
        raise ValueError(
            f"history lacks {', '.join(missing)}: pass the history of your ProgressLog, as in "
            "log.history."
        )
    columns = {name: as_array(history[name], name) for name in COLUMNS}
    shapes = {name: column.shape for name, column in columns.items()}
    n_epochs = columns["epoch"].size
    if any(shape != (n_epochs,) for shape in shapes.values()):
        listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"history's lists must have one length, but their shapes are: {listed}.")
    if n_epochs == 0:
        raise ValueError("history holds no epochs yet: call the log once in each epoch first.")
    return columns
