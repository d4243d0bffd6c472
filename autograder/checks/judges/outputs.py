"""Exercise 4a: logits, probabilities and labels of the first ten rows, and how they hang together.

The training loop may well bind `y_logits` again; so the recorder's copy, made when the exercise's
cell ran, is judged where there is one.
"""

import numpy as np

from autograder.checks.datasets import RESCUE_SEED, Arrays, split
from autograder.checks.evidence.describe import Evidence, describe_array, describe_model, presence
from autograder.checks.judges.model import kind_of_outputs, questions
from autograder.checks.recorder.watch import Names, Runs, runs_of
from autograder.checks.table import Part, dataset_of
from autograder.checks.words.verdict import Verdict, correct, ended, not_started, not_yet

ROWS = 10
#: What the names of answers begin with: those for the exercise's own draw, the rescue's, and
#: the rows that the learner has.
_DRAWS = ("", "rescue_", "own_")
#: Layers that make a model answer differently in train mode: its outputs cannot be compared.
MOODY = frozenset(["Dropout", "AlphaDropout", "BatchNorm1d", "LazyBatchNorm1d"])


def collect(part: Part, names: Names, runs: Runs, asked: Arrays) -> Evidence:
    """The three tensors as the exercise left them, and what the model answered then."""
    copies = (run.outputs for run in reversed(runs_of(runs, part.label)))
    left = next((each for each in copies if each is not None), names)
    asked = questions()
    # The rescue's rows serve as well: who was rescued in exercise 1 can earn this one. A wrong
    # draw or split is judged there, and costs nothing here.
    own = {name: describe_array(names.get(name))["values"] for name in ("X_train", "X")}
    draws = (split(dataset_of(part)), split(dataset_of(part), RESCUE_SEED), own)
    for draw, rows in zip(_DRAWS, draws, strict=True):
        for key, found in (("train", rows["X_train"]), ("whole", rows["X"])):
            if found is not None and found.shape[1:] == (2,) and len(found) >= ROWS:
                asked[f"{draw}{key}"] = found[:ROWS].astype(np.float32)
    model = left.get("model") if left is not names else names.get(part.model)
    return {
        "presence": presence(part, {**names, **left}, runs),
        "arrays": {name: describe_array(left.get(name)) for name in part.names},
        "model": describe_model(model, asked),
    }


def judge(part: Part, evidence: Evidence, seed: int) -> Verdict:
    """Ten rows; probabilities from the logits; labels from the probabilities."""
    arrays = evidence["arrays"]
    for name in part.names:
        if arrays[name]["values"] is None or arrays[name]["kind"] != "tensor":
            return not_yet("outputs_not_tensors", name=name, kind=arrays[name]["kind"])
    rows = {name: (arrays[name]["shape"] or [1])[0] for name in part.names}
    if rows["y_logits"] in (800, 200):
        found = evidence["presence"]
        if not found["ran"]:
            return not_started("outputs_bound_again")
        if wrong := ended(part, found):
            return wrong
    for name in part.names:
        if rows[name] != ROWS:
            return not_yet("outputs_row_count", name=name, rows=rows[name])
    logits, probs, labels = (_column(arrays[name]["values"]) for name in part.names)
    if not np.isfinite(logits).all():
        return not_yet("outputs_nan")
    if wrong := _wrong_source(evidence["model"], logits):
        return wrong
    answers = [each for each in _answers(evidence["model"], "train") if each.shape == logits.shape]
    # The model ends with a sigmoid, and `y_logits` are its outputs as they come.
    already = kind_of_outputs(evidence["model"]) == "probabilities"
    already &= any(np.allclose(logits, each) for each in answers)
    return (
        _probabilities(logits, probs, already)
        or _labels(logits, probs, labels)
        or correct("outputs_right")
    )


def _column(values: np.ndarray) -> np.ndarray:
    return values.reshape(-1) if values.ndim == 2 and values.shape[1] == 1 else values


def _wrong_source(model: Evidence, logits: np.ndarray) -> Verdict | None:
    outputs = model["outputs"]
    if "train" not in outputs or MOODY & set(model["layers"]):
        return None
    if logits.shape != outputs["train"].shape:
        return not_yet("outputs_shape", shape=logits.shape, wanted=outputs["train"].shape)
    answers = _answers(model, "train")
    if _is_one_of(answers, logits):
        return None
    if kind_of_outputs(model) == "probabilities" and _is_one_of(answers, sigmoid(logits)):
        return None
    if _is_one_of(_answers(model, "whole"), logits):
        return not_yet("outputs_wrong_rows")
    if _is_one_of([sigmoid(answer) for answer in answers], logits):
        return not_yet("outputs_logits_are_probabilities")
    return not_yet("outputs_not_the_models")


def _is_one_of(answers: list[np.ndarray], values: np.ndarray) -> bool:
    return any(np.allclose(values, answer, atol=1e-4) for answer in answers)


def _answers(model: Evidence, rows: str) -> list[np.ndarray]:
    """What the model answered to these rows of each draw."""
    names = [f"{draw}{rows}" for draw in _DRAWS]
    return [model["outputs"][name] for name in names if name in model["outputs"]]


def sigmoid(values: np.ndarray) -> np.ndarray:
    """The probability of class 1, from logits."""
    return np.asarray(1 / (1 + np.exp(-values)))


def _softmax(rows: np.ndarray) -> np.ndarray:
    powers = np.exp(rows - rows.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _probabilities(logits: np.ndarray, probs: np.ndarray, already: bool) -> Verdict | None:
    if already:
        right = logits
    elif logits.ndim == 2:
        right = _softmax(logits)
    else:
        right = sigmoid(logits)
    if right.ndim == 2 and probs.shape == (ROWS,) and np.allclose(probs, right[:, 1], atol=1e-4):
        return None
    if probs.shape != right.shape:
        return not_yet("outputs_shape_probs", shape=probs.shape, wanted=right.shape)
    if np.allclose(probs, right, atol=1e-4):
        return None
    twice = sigmoid(right) if right.ndim == 1 else _softmax(right)
    if already and np.allclose(probs, twice, atol=1e-4):
        return not_yet("outputs_probs_already")
    if np.allclose(probs, sigmoid(right), atol=1e-4):
        return not_yet("outputs_sigmoid_twice")
    if np.allclose(probs, 1, atol=1e-6):
        return not_yet("outputs_softmax_of_one")
    return not_yet("outputs_probs_wrong", got=f"{np.ravel(probs)[0]:.4f}",
                   wanted=f"{np.ravel(right)[0]:.4f}",
                   logit=f"{np.ravel(logits)[0]:.4f}")  # fmt: skip


def _labels(logits: np.ndarray, probs: np.ndarray, labels: np.ndarray) -> Verdict | None:
    right = probs.argmax(axis=1) if probs.ndim == 2 else (probs >= 0.5).astype(float)
    if labels.shape != right.shape:
        return not_yet("outputs_shape_labels", shape=labels.shape, wanted=right.shape)
    # Exactly .5 may fall either way: `round` and `>` differ there.
    sure = np.ones(ROWS, dtype=bool) if probs.ndim == 2 else np.abs(probs - 0.5) > 1e-6
    if np.array_equal(labels[sure], right[sure]):
        return None
    if logits.ndim == 1 and np.array_equal(labels, np.round(logits)):
        return not_yet("outputs_labels_from_logits")
    if others := sorted(set(np.unique(labels)) - {0.0, 1.0}):
        return not_yet("outputs_labels_not_whole", found=f"{others[0]:.4g}")
    wrong = int((labels[sure] != right[sure]).sum())
    return not_yet("outputs_labels_wrong", wrong=wrong)
