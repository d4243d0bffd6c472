"""The progress log: what it prints, what it keeps, and when it begins anew."""

import math

import numpy as np
import pytest
import torch

from helpers.training import ProgressLog

COLUMNS = {"epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy"}


def test_a_line_on_every_tenth_epoch(capsys):
    log = ProgressLog(every=10)
    for epoch in range(21):
        log(epoch, 0.68581, 0.5, 0.6836, 0.51)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" | ")[0] for line in lines] == ["Epoch 0", "Epoch 10", "Epoch 20"]
    assert lines[1] == (
        "Epoch 10 | train loss 0.6858, accuracy 50.0% | test loss 0.6836, accuracy 51.0%"
    )
    assert set(log.history) == COLUMNS
    assert log.history["epoch"] == list(range(21))
    assert log.history["test_accuracy"] == [0.51] * 21


@pytest.mark.parametrize("wrap", [float, np.float32, torch.tensor, lambda v: torch.tensor([v])])
def test_numbers_of_every_kind_are_kept_as_plain_floats(wrap):
    log = ProgressLog()
    log(np.int64(3), *map(wrap, (0.5, 0.25, 1.5, 1.0)))
    assert [log.history[name] for name in sorted(COLUMNS)] == [[3], [1.0], [1.5], [0.25], [0.5]]
    assert {type(column[0]) for name, column in log.history.items() if name != "epoch"} == {float}
    assert type(log.history["epoch"][0]) is int


def test_a_loss_with_a_graph_is_let_go():
    log = ProgressLog()
    weight = torch.ones((), requires_grad=True)
    log(0, weight * 2, 0.5, 1.0, 0.5)
    assert log.history["train_loss"] == [2.0]
    assert weight.grad is None


def test_a_diverged_loss_is_kept_and_put_in_words(capsys):
    log = ProgressLog()
    log(0, float("nan"), 0.5, float("inf"), 0.5)
    assert math.isnan(log.history["train_loss"][0])
    assert math.isinf(log.history["test_loss"][0])
    line = capsys.readouterr().out.strip()
    assert line == (
        "Epoch 0 | train loss is not a number (nan), accuracy 50.0% "
        "| test loss is infinite, accuracy 50.0%"
    )


def test_training_again_begins_a_new_history():
    log = ProgressLog()
    for epoch in range(5):
        log(epoch, 1.0, 0.5, 1.0, 0.5)
    first_run = log.history
    for epoch in range(3):
        log(epoch, 0.1, 0.9, 0.1, 0.9)
    assert log.history["epoch"] == [0, 1, 2]
    assert log.history["train_loss"] == [0.1] * 3
    assert first_run["epoch"] == [0, 1, 2, 3, 4]
    log(10, 0.1, 0.9, 0.1, 0.9)
    assert log.history["epoch"] == [0, 1, 2, 10]


def test_an_epoch_logged_twice_keeps_the_later_numbers():
    log = ProgressLog()
    log(0, 1.0, 0.5, 1.0, 0.5)
    log(1, 1.0, 0.5, 1.0, 0.5)
    log(1, 0.2, 0.6, 0.2, 0.6)
    assert log.history["epoch"] == [0, 1]
    assert log.history["test_loss"] == [1.0, 0.2]


def test_two_logs_share_nothing():
    first, second = ProgressLog(), ProgressLog()
    first(0, 1.0, 0.5, 1.0, 0.5)
    assert second.history["epoch"] == []


def test_an_accuracy_a_hair_above_one_is_one():
    log = ProgressLog()
    log(0, 1.0, 1.0 + 1e-7, 1.0, 0.0)
    assert log.history["train_accuracy"] == [1.0]


@pytest.mark.parametrize(
    ("row", "error", "words"),
    [
        ((0, 1.0, 97.5, 1.0, 0.5), ValueError, "train_accuracy is 97.5, .* fraction from 0 to 1"),
        ((0, 1.0, 0.5, 1.0, -0.1), ValueError, "test_accuracy is -0.1, .* fraction"),
        ((0, 1.0, math.nan, 1.0, 0.5), ValueError, "train_accuracy is nan, .* fraction"),
        (
            (0, torch.ones(3), 0.5, 1.0, 0.5),
            ValueError,
            r"train_loss has shape \(3,\).* one number",
        ),
        ((0, 1.0, 0.5, "low", 0.5), TypeError, "test_loss must be a number, but came as str"),
        ((0, 1.0, 0.5, None, 0.5), TypeError, "test_loss must be a number, but came as NoneType"),
        ((-1, 1.0, 0.5, 1.0, 0.5), ValueError, "epoch is -1, which is too small"),
        ((0.5, 1.0, 0.5, 1.0, 0.5), TypeError, "epoch must be a whole number"),
    ],
)
def test_refusals_leave_the_history_alone(row, error, words):
    log = ProgressLog()
    with pytest.raises(error, match=words):
        log(*row)
    assert log.history == {name: [] for name in COLUMNS}


@pytest.mark.parametrize(("every", "error"), [(0, ValueError), (2.5, TypeError), (True, TypeError)])
def test_every_must_be_a_whole_number(every, error):
    with pytest.raises(error, match="every"):
        ProgressLog(every)
