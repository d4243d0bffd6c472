"""Exercises 4b and 7d, accuracy: is the model trained, does it hold on fresh draws, is it learned?

The three rules are those of `datasets`: the exercise's own test split, fresh draws, and copies with
other parameters, which must lose what the model knows. Where a model falls short, `causes`
says what probably went wrong.
"""

from itertools import permutations
from typing import Any

import numpy as np
import torch

from autograder.checks.datasets import Arrays, Dataset, fresh, split
from autograder.checks.evidence.describe import Evidence
from autograder.checks.evidence.models import altered_outputs, describe_model
from autograder.checks.judges import model as models
from autograder.checks.judges.causes import cause, collect_session
from autograder.checks.judges.model import is_straight, kind_of_outputs, output_count, wrong_count
from autograder.checks.recorder.watch import Names, Runs
from autograder.checks.table import Part, dataset_of
from autograder.checks.words.verdict import Verdict, blank, correct, not_yet, raised_by, with_remark
from helpers.regions import find_regions


def questions(part: Part, seed: int) -> Arrays:
    """The fresh draws without their labels, shape `(draws * rows, 2)`."""
    return {"fresh": fresh(dataset_of(part), seed)[0]}


def collect(part: Part, names: Names, runs: Runs, asked: Arrays) -> Evidence:
    """What the model answers on its own split and on fresh draws, and what altered copies answer.

    Only features go to the model; the labels stay with `judge`.
    """
    wanted = split(dataset_of(part))
    model = names.get(part.model)
    own = {"train": wanted["X_train"], "test": wanted["X_test"]}
    return {
        "model": describe_model(model, {**own, **asked, **models.questions()}),
        "altered": altered_outputs(model, wanted["X_test"]),
        "picture": _picture(model, wanted),
        "session": collect_session(part, names, runs),
    }


#: Steps of the grid behind the picture of a decision boundary in a report.
PICTURE_STEPS = 64


def _picture(model: Any, wanted: Arrays) -> Evidence | None:
    """For a report's picture, and no mark: the classes of a grid and of the exercise's rows.

    Returns:
        `grid`, int32 `(PICTURE_STEPS, PICTURE_STEPS)` as in `helpers.regions.Regions`, and
        `predicted`, int32 `(rows,)`, training rows first; None where the model gives none.
    """
    X = np.concatenate([wanted["X_train"], wanted["X_test"]])
    y = np.concatenate([wanted["y_train"], wanted["y_test"]])
    try:
        found = find_regions(model, X, y, PICTURE_STEPS)
    except (Exception, SystemExit):
        return None
    return {"grid": found.grid.astype(np.int32), "predicted": found.predicted.astype(np.int32)}


def judge(part: Part, evidence: Evidence, seed: int) -> Verdict:
    """More than the dataset's bar on the test split, by what it has learned."""
    model, session, dataset = evidence["model"], evidence["session"], dataset_of(part)
    if session["blank"] and not session["steps"]:
        return blank(part)
    if session["error"] and not session["steps"]:
        return raised_by(session["error"])
    if not model["is_module"]:
        return not_yet("model_not_module", name=part.model, kind=model["kind"])
    if model["error"]:
        return raised_by(model["error"], f"when the check called `{part.model}`")
    outputs = model["outputs"]
    if not all(np.isfinite(values).all() for values in outputs.values()):
        return not_yet("train_nan", rate=f"{session['learning_rate']:g}")
    if wrong := wrong_count(dataset, output_count(model)):
        return wrong
    wanted, (_, fresh_labels) = split(dataset), fresh(dataset, seed)
    kind = kind_of_outputs(model)
    scores = {
        "train": accuracy_of(outputs["train"], wanted["y_train"], kind),
        "test": accuracy_of(outputs["test"], wanted["y_test"], kind),
        "fresh": accuracy_of(outputs["fresh"], fresh_labels, kind),
    }
    facts = {
        "test": f"{scores['test']:.1%}",
        "fresh": f"{scores['fresh']:.1%}",
        "bar": f"{dataset.pass_above:.0%}",
        "name": part.model,
        "rows": "all rows" if session["trained_on"] == "all" else "the test rows",
    }
    if scores["test"] <= dataset.pass_above:
        if session["error"]:
            steps = f"when your cell ran, after {session['steps']} steps"
            return raised_by(session["error"], steps)
        if is_straight(model) and session["steps"]:
            return not_yet("train_linear", **facts)
        loss = _loss(outputs["train"], wanted["y_train"], kind)
        return cause(dataset, session, scores, loss, facts)
    if scores["fresh"] < dataset.fresh_bar:
        if session["trained_on"] in ("test", "all"):
            return not_yet("train_on_test_rows", **facts)
        return not_yet("train_not_general", **facts, fresh_bar=f"{dataset.fresh_bar:.0%}")
    if wrong := not_learned(dataset, part.model, evidence["altered"], kind):
        return wrong
    if session["recorder"] and not session["steps"] and not session["changed_by_hand"]:
        return not_yet("train_no_training", **facts)
    verdict = correct("train_right", **facts)
    if session["trained_on"] in ("test", "all"):
        return with_remark(verdict, "train_saw_test_rows", **facts)
    return verdict


def not_learned(dataset: Dataset, name: str, altered: Evidence | None, kind: str) -> Verdict | None:
    """The verdict where a model's answers do not come from its parameters.

    Args:
        dataset: which.
        name: what the learner calls the model.
        altered: from `altered_outputs` on the test rows.
        kind: of the outputs, as `kind_of_outputs` says.
    """
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


def _loss(outputs: np.ndarray, labels: np.ndarray, kind: str) -> float:
    """The usual loss of these outputs, whatever loss the learner chose: to compare with ln 2."""
    values, targets = torch.from_numpy(outputs), torch.from_numpy(labels)
    if kind == "probabilities":
        values = torch.logit(values.clamp(1e-6, 1 - 1e-6)) if values.ndim == 1 else values.log()
    if values.ndim == 1:
        return float(
            torch.nn.functional.binary_cross_entropy_with_logits(values, targets.to(values.dtype))
        )
    return float(torch.nn.functional.cross_entropy(values, targets))
