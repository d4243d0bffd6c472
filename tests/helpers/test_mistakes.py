"""The worst mistakes: the right rows, the worst first, with what was predicted."""

import pandas as pd
import pytest
import torch

from helpers.data import draw_moons
from helpers.mistakes import worst_mistakes

X = torch.tensor([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]])


def test_the_lowest_probability_of_the_right_class_comes_first():
    logits = torch.tensor([0.0, 2.5, -2.0, 4.0])
    table = worst_mistakes(lambda _: logits, X, [0, 0, 1, 1], count=3)
    assert isinstance(table, pd.DataFrame)
    assert list(table.columns) == ["x1", "x2", "label", "predicted", "given to the label"]
    assert list(table.index) == [1, 2, 0]
    assert list(table["x1"]) == [1, 2, 0]
    assert list(table["label"]) == [0, 1, 0]
    assert list(table["predicted"]) == [1, 0, 0]
    assert list(table["given to the label"]) == pytest.approx([0.076, 0.119, 0.5], abs=1e-3)


def test_three_classes():
    logits = torch.tensor([[5.0, 0, 0], [0, 5, 0], [0, 0, 5], [0, 0, 5]])
    table = worst_mistakes(lambda _: logits, X, [0, 1, 2, 1], count=1)
    assert (list(table.index), list(table["predicted"])) == ([3], [2])


def test_more_rows_than_there_are_gives_all():
    assert len(worst_mistakes(lambda X: X[:, 0], X, [0, 1, 1, 1], count=99)) == 4


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: worst_mistakes(lambda X: X[:, 0], X, [0, 1, 2, 0]), ValueError, "y holds class 2"),
        (lambda: worst_mistakes(lambda X: X[:, 0], X, [0, 1]), ValueError, "one label for each"),
        (lambda: worst_mistakes(lambda X: X[:, 0], *draw_moons(9), 0), ValueError, "count is 0"),
        (lambda: worst_mistakes(lambda X: X * float("nan"), X, [0] * 4), ValueError, "nan"),
    ],
)
def test_refusals(call, error, words):
    with pytest.raises(error, match=words):
        call()
