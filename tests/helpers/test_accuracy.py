"""Logits to probabilities to labels to a fraction, and the traps on the way."""

import numpy as np
import pytest
import torch

from helpers.accuracy import (
    accuracy,
    logits_to_labels,
    logits_to_probabilities,
    probabilities_to_labels,
)

BINARY = torch.tensor([-2.0, 0.0, 1e-3, 5.0, float("inf"), -float("inf")])


@pytest.mark.parametrize("shape", [(6,), (6, 1)])
def test_one_output_goes_through_the_sigmoid(shape):
    probabilities = logits_to_probabilities(BINARY.reshape(shape))
    assert probabilities.shape == (6,)
    assert torch.equal(probabilities, torch.sigmoid(BINARY))
    assert logits_to_labels(BINARY.reshape(shape)).tolist() == [0, 0, 1, 1, 1, 0]


@pytest.mark.parametrize("classes", [2, 3, 4])
def test_many_outputs_go_through_the_softmax(classes):
    logits = torch.randn(50, classes, generator=torch.Generator().manual_seed(0))
    probabilities = logits_to_probabilities(logits)
    assert probabilities.shape == (50, classes)
    torch.testing.assert_close(probabilities.sum(dim=1), torch.ones(50))
    assert torch.equal(probabilities, torch.softmax(logits, dim=1))
    assert torch.equal(logits_to_labels(logits), logits.argmax(dim=1))


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64])
def test_labels_are_int64(dtype):
    assert logits_to_labels(torch.zeros(4, dtype=dtype)).dtype == torch.int64
    assert logits_to_labels(torch.zeros(4, 3, dtype=dtype)).dtype == torch.int64
    assert probabilities_to_labels(torch.tensor([[0.2], [0.7]])).tolist() == [0, 1]


def test_a_diverged_model_scores_instead_of_stopping_the_loop():
    labels = logits_to_labels(torch.full((4,), float("nan")))
    assert accuracy(labels, torch.tensor([0.0, 0, 1, 1])) == 0.5


def test_logits_keep_their_gradient():
    logits = torch.zeros(3, requires_grad=True)
    logits_to_probabilities(logits).sum().backward()
    assert logits.grad.tolist() == [0.25] * 3


def test_accuracy_is_a_plain_fraction():
    score = accuracy(torch.tensor([0, 1, 1, 0]), torch.tensor([0, 1, 1, 1]))
    assert type(score) is float
    assert score == 0.75
    assert accuracy(torch.ones(200, 1), torch.ones(200, 1)) == 1.0


@pytest.mark.parametrize(
    "left", [torch.float32, torch.float64, torch.int64, torch.uint8, torch.bool]
)
@pytest.mark.parametrize("right", [torch.float32, torch.int64, torch.int32])
def test_a_label_is_the_same_in_every_dtype(left, right):
    labels, targets = torch.tensor([0, 1, 1, 0]), torch.tensor([0, 1, 0, 1])
    assert accuracy(labels.to(left), targets.to(right)) == 0.5


@pytest.mark.parametrize("classes", [2, 3])
def test_agrees_with_torchmetrics(classes):
    torchmetrics = pytest.importorskip("torchmetrics", reason="torchmetrics is not installed")
    draw = torch.Generator().manual_seed(classes)
    targets = torch.randint(classes, (300,), generator=draw)
    logits = torch.randn(300, classes, generator=draw)
    if classes == 2:
        logits = logits[:, 0]
        judge = torchmetrics.Accuracy(task="binary")
    else:
        judge = torchmetrics.Accuracy(task="multiclass", num_classes=classes, average="micro")
    labels = logits_to_labels(logits)
    assert accuracy(labels, targets) == pytest.approx(judge(labels, targets).item())
    assert accuracy(labels, targets) == pytest.approx(judge(logits, targets).item())


ROW, COLUMN = torch.zeros(4), torch.zeros(4, 1)


@pytest.mark.parametrize(
    ("labels", "targets", "error", "words"),
    [
        (COLUMN, ROW, ValueError, r"shape \(4, 1\) and targets have shape \(4,\).*squeeze\(1\)"),
        (ROW, COLUMN, ValueError, r"shape \(4,\) and targets have shape \(4, 1\).*squeeze\(1\)"),
        (torch.zeros(4, 3), ROW, ValueError, r"\(4, 3\) .*\(4,\).* call logits_to_labels"),
        (ROW, torch.zeros(5), ValueError, r"\(4,\) .*\(5,\).* from the same rows"),
        (torch.tensor(1), ROW, ValueError, r"shape \(\) and targets have shape \(4,\)"),
        (ROW[:0], ROW[:0], ValueError, r"nothing to compare.*\(0,\)"),
        (ROW + 0.3, ROW, ValueError, "labels must be whole .* 0.3.*probabilities_to_labels"),
        (ROW * float("nan"), ROW, ValueError, "labels must be whole .* nan"),
        (ROW, ROW - 1.5, ValueError, "targets must be whole .* -1.5.*logits_to_labels"),
        (
            [0, 1],
            ROW,
            TypeError,
            r"labels must be a tensor, but came as list.*torch.as_tensor\(lab",
        ),
        (ROW, np.zeros(4), TypeError, "targets must be a tensor, but came as ndarray"),
        (ROW.to(torch.complex64), ROW, TypeError, "labels has dtype torch.complex64"),
    ],
)
def test_accuracy_refuses(labels, targets, error, words):
    with pytest.raises(error, match=words):
        accuracy(labels, targets)


@pytest.mark.parametrize(
    "call", [logits_to_probabilities, probabilities_to_labels, logits_to_labels]
)
@pytest.mark.parametrize(
    ("value", "error", "words"),
    [
        ([0.5], TypeError, "must be a tensor, but came as list"),
        (torch.tensor([0, 1]), TypeError, "floating point, but have dtype torch.int64"),
        (torch.tensor(0.5), ValueError, r"shape \(N,\), .* but have shape \(\)"),
        (torch.zeros(2, 3, 4), ValueError, r"but have shape \(2, 3, 4\)"),
        (torch.zeros(2, 0), ValueError, r"but have shape \(2, 0\)"),
    ],
)
def test_conversions_refuse(call, value, error, words):
    with pytest.raises(error, match=words):
        call(value)


@pytest.mark.parametrize("logits", [torch.tensor([0.2, 3.0]), torch.tensor([[0.2, -3.0]])])
def test_logits_are_not_taken_for_probabilities(logits):
    with pytest.raises(ValueError, match=r"run from .*3.* call logits_to_labels"):
        probabilities_to_labels(logits)
