"""Learning curves out of what a loop printed."""

from __future__ import annotations

import math

import pytest

from autograder.report.curves import curves_svg, read_curves

KINDS = [("loss", False), ("accuracy", False), ("loss", True), ("accuracy", True)]

HOSTILE = "</text><svg onload=x>"


def shapes(text):
    return [(each.kind, each.test) for each in read_curves(text)]


def test_the_helpers_own_log(capsys):
    from helpers.training import ProgressLog

    log = ProgressLog(every=10)
    for epoch in range(31):
        log(epoch, 0.7 - epoch / 100, 0.5 + epoch / 100, 0.8, 0.6)
    found = read_curves(capsys.readouterr().out)
    assert [(each.kind, each.test) for each in found] == KINDS
    assert found[0].epochs == [0, 10, 20, 30]
    assert found[0].values == pytest.approx([0.7, 0.6, 0.5, 0.4])
    assert found[1].values == pytest.approx([0.5, 0.6, 0.7, 0.8])


@pytest.mark.parametrize(
    "line",
    [
        "Epoch: {} | Loss: 0.5 | Acc: 80.0 | Test loss: 0.6 | Test acc: 75.0",
        "epoch {} loss=0.5 acc=0.80 val_loss=0.6 val_acc=0.75",
        "Epoch {}/100\n  train_loss 0.5, train_accuracy 80%\n  test_loss 0.6, test_accuracy 75%",
    ],
)
def test_the_forms_in_which_people_print(line):
    found = read_curves("\n".join(line.format(epoch) for epoch in (0, 10, 20)))
    assert [(each.kind, each.test) for each in found] == KINDS
    assert [each.values[0] for each in found] == pytest.approx([0.5, 0.8, 0.6, 0.75])


def test_numbers_without_names_are_no_curve():
    assert read_curves("10 0.5 0.8 0.6 0.75\n20 0.4 0.9 0.5 0.8") == []
    assert read_curves("") == []
    assert read_curves("done") == []


def test_a_second_run_in_the_same_cell_counts_alone():
    line = "epoch {} loss {} accuracy 0.5 test loss 1 test accuracy 0.5"
    text = "\n".join(line.format(n, 9) for n in (0, 10, 20))
    text += "\n" + "\n".join(line.format(n, 1) for n in (0, 10))
    assert read_curves(text)[0].epochs == [0, 10]
    assert read_curves(text)[0].values == [1, 1]


def test_nan_stays_nan():
    found = read_curves("epoch 0 loss 0.5 accuracy 0.5\nepoch 10 loss nan accuracy 0.5")
    assert math.isnan(found[0].values[1])


def test_no_word_of_what_was_printed_is_in_a_picture():
    text = "".join(
        f"Epoch {n}: <script>\u202e\x1b[2Jloss{HOSTILE} {1 / (n + 1)} accuracy&\"' {n}%\n"
        for n in range(0, 40, 10)
    )
    curves = read_curves(text)
    assert {each.kind for each in curves} == {"loss", "accuracy"}
    for kind in ("loss", "accuracy"):
        drawn = curves_svg(curves, kind)
        assert drawn.isprintable()
        assert "script" not in drawn
        assert "onload" not in drawn
