"""Keeps and prints the progress of a training loop; knows numbers, and no model or data.

This is the one helper that prints and the one that remembers.
"""

import math

from torch import Tensor

from helpers.inputs import COLUMNS, whole_number


class ProgressLog:
    """Keeps every epoch's loss and accuracy, and prints a line now and then.

    Make one before the loop and call it once in each epoch:

        log = ProgressLog(every=10)
        for epoch in range(epochs):
            ...
            log(epoch, loss, train_accuracy, test_loss, test_accuracy)

    When the epochs begin again (the training cell was run a second time), a new history begins
    too; a history that you stored before stays as it was. An epoch that is logged twice in a row
    keeps the later numbers.

    Attributes:
        every: A line is printed on epochs that this divides.
        history: One list for each of ``epoch``, ``train_loss``, ``train_accuracy``,
            ``test_loss`` and ``test_accuracy``, all of the same length, as plain numbers.
            ``plot_learning_curves`` takes it.
    """

    def __init__(self, every: int = 10) -> None:
        """Start with an empty history.

        Args:
            every: Print on epochs 0, every, 2 * every and so on. 1 or more.

        Raises:
            TypeError: If ``every`` is not a whole number.
            ValueError: If it is below 1.
        """
        self.every = whole_number(every, "every", at_least=1)
        self.history: dict[str, list[float]] = {name: [] for name in COLUMNS}

    def __call__(
        self,
        epoch: int,
        train_loss: float | Tensor,
        train_accuracy: float | Tensor,
        test_loss: float | Tensor,
        test_accuracy: float | Tensor,
    ) -> None:
        """Keep one epoch's numbers, and print them if its turn has come.

        Args:
            epoch: The number of the epoch, 0 or more.
            train_loss: A number or a tensor with one value. nan is kept, and named in words.
            train_accuracy: A fraction from 0 to 1, as a number or a tensor with one value.
            test_loss: As ``train_loss``, for the test set.
            test_accuracy: As ``train_accuracy``, for the test set.

        Raises:
            TypeError: If a value is not a number.
            ValueError: If a tensor holds several values, or an accuracy is not a fraction.
        """
        epoch = whole_number(epoch, "epoch", at_least=0)
        values = (train_loss, train_accuracy, test_loss, test_accuracy)
        row = dict(zip(COLUMNS[1:], map(_plain_number, values, COLUMNS[1:]), strict=True))
        for name in ("train_accuracy", "test_accuracy"):
            row[name] = _fraction(row[name], name)
        self._keep({"epoch": epoch, **row})
        if epoch % self.every == 0:
            print(
                f"Epoch {epoch} | train {_in_words(row['train_loss'], row['train_accuracy'])} "
                f"| test {_in_words(row['test_loss'], row['test_accuracy'])}"
            )

    def _keep(self, row: dict[str, float]) -> None:
        epochs = self.history["epoch"]
        if epochs and row["epoch"] < epochs[-1]:
            self.history = {name: [] for name in COLUMNS}
        elif epochs and row["epoch"] == epochs[-1]:
            for column in self.history.values():
                column.pop()
        for name, value in row.items():
            self.history[name].append(value)


def _in_words(loss: float, accuracy: float) -> str:
    if math.isnan(loss):
        text = "loss is not a number (nan)"
    elif math.isinf(loss):
        text = "loss is infinite"
    else:
        text = f"loss {loss:.4f}"
    return f"{text}, accuracy {accuracy:.1%}"


def _plain_number(value: float | Tensor, name: str) -> float:
    if isinstance(value, Tensor):
        if value.numel() != 1:
            raise ValueError(
                f"{name} has shape {tuple(value.shape)}: pass one number for the epoch, "
                "such as its mean."
            )
        value = value.item()
    try:
        if isinstance(value, str):
            raise TypeError
        return float(value)
    except (TypeError, ValueError):
        raise TypeError(
            f"{name} must be a number, but came as {type(value).__name__}: "
            "pass a float or a tensor with one value."
        ) from None


def _fraction(value: float, name: str) -> float:
    # A float32 mean of ones may end a hair above 1.
    if not -1e-6 <= value <= 1 + 1e-6:
        raise ValueError(
            f"{name} is {value:g}, but it must be a fraction from 0 to 1: pass the number of "
            "right labels divided by the number of labels, without a factor of 100."
        )
    return min(max(value, 0.0), 1.0)
