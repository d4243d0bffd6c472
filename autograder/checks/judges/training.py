"""Exercises 4b and 7d, accuracy: is the model trained, does it hold on fresh draws, is it learned?

The three rules are those of `datasets`: the exercise's own test split, fresh draws, and copies with
other parameters, which must lose what the model knows. Where a model falls short, the message says
why: what the session shows, or what was seen when copies of it were trained otherwise. That
decides no mark.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.checks.datasets import Arrays, fresh, split
from autograder.checks.evidence.describe import (
    Evidence,
    altered_outputs,
    describe_model,
)
from autograder.checks.judges import model as models
from autograder.checks.judges.advice import advice
from autograder.checks.judges.before import (
    before_training,
    changed_nothing,
    outputs_before,
    outputs_of_last_step,
    passes,
)
from autograder.checks.judges.jumps import jumps
from autograder.checks.judges.progress import reported_epochs
from autograder.checks.judges.scores import (
    accuracy_of,
    facts_of,
    loss_of,
    not_learned,
    scores_of,
)
from autograder.checks.judges.session import collect_session
from autograder.checks.judges.trials.search import findings
from autograder.checks.recorder.watch import Names, Runs
from autograder.checks.table import Part, dataset_of
from autograder.checks.words.messages import say
from autograder.checks.words.verdict import Verdict, correct, ended, not_yet, raised_by, with_remark
from helpers.regions import find_regions

#: Advice that does not say why the classes are swapped.
_NOT_OF_LABELS = (
    "tried_nothing",
    "tried_labels",
    "tried_more",
    "tried_seed",
    "tried_loop_differs",
)
#: So few right answers come of labels that were swapped; guessing gives half.
INVERTED = 0.35


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
    described = describe_model(model, {**own, **asked, **models.questions()})
    session = {**collect_session(part, names, runs), "epochs": reported_epochs(model, runs)}
    return {
        "model": described,
        "tried": [] if _shown(session) else _tried(part, names, runs, described),
        "altered": altered_outputs(model, wanted["X_test"]),
        "picture": _picture(model, wanted),
        "session": session,
        "first": outputs_before(model, runs, {"test": wanted["X_test"], **asked}),
        "last": outputs_of_last_step(model, runs, {"test": wanted["X_test"], **asked}),
        "jumps": jumps(model, runs, wanted["X_test"]),
    }


def _tried(part: Part, names: Names, runs: Runs, model: Evidence) -> list[Evidence]:
    """What helps a copy of a model that was trained and falls short; empty for any other."""
    dataset, learner = dataset_of(part), names.get(part.model)
    records = [r for run in runs or [] for r in run.steps if r.holds(learner)]
    if not records or model["error"]:
        return []
    kind = models.kind_of_outputs(model)
    if kind == "unknown" and (before := before_training(learner, runs)) is not None:
        kind = models.kind_of_outputs(describe_model(before, models.questions()))
    if kind == "unknown" or models.wrong_count(dataset, models.output_count(model)):
        return []
    outputs, labels = model["outputs"]["test"], split(dataset)["y_test"]
    finite = np.isfinite(outputs).all()
    if finite and accuracy_of(outputs, labels, kind) > dataset.pass_above:
        return []
    straight = bool(finite) and models.is_straight(model)
    return findings(part, names, records, kind, straight)


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
    if not session["steps"] and (wrong := ended(part, session)):
        return wrong
    if not model["is_module"]:
        return not_yet("model_not_module", name=part.model, kind=model["kind"])
    if model["error"]:
        return models.failed(part.model, model, f"when the check called `{part.model}`")
    outputs = model["outputs"]
    if not all(np.isfinite(values).all() for values in outputs.values()):
        verdict = not_yet("train_nan")
        return advice(evidence.get("tried"), verdict.message) or verdict
    if wrong := models.wrong_count(dataset, models.output_count(model)):
        return wrong
    kind = models.kind_of_outputs(model)
    scores = scores_of(dataset, outputs, kind, seed)
    facts = {
        **facts_of(dataset, scores),
        "name": part.model,
        "rows": "all rows" if session["trained_on"] == "all" else "the test rows",
    }
    if scores["test"] <= dataset.pass_above:
        if session["error"]:
            steps = f"when your cell ran, after {session['steps']} steps"
            return raised_by(session["error"], steps)
        loss = loss_of(outputs["train"], split(dataset)["y_train"], kind)
        if passes(dataset, evidence.get("last"), kind, seed):
            return not_yet("train_changed_after", **facts)
        inverted = dataset.binary and _inverted(session, scores, loss)
        return _fell_short(evidence, inverted or scores["test"] < 0.15, facts)
    if scores["fresh"] < dataset.fresh_bar:
        if session["trained_on"] in ("test", "all"):
            return not_yet("train_on_test_rows", **facts)
        return not_yet("train_not_general", **facts)
    if wrong := not_learned(dataset, part.model, evidence["altered"], kind):
        return wrong
    if session["recorder"] and not session["steps"] and not session["changed_by_hand"]:
        return not_yet("train_no_training", **facts)
    verdict = correct("train_right", **facts)
    first, last = evidence.get("first"), evidence.get("last")  # earlier versions have neither
    if passes(dataset, first, kind, seed):
        if changed_nothing(first, outputs):
            return not_yet("train_changed_nothing", **facts)
        verdict = with_remark(verdict, "train_passed_before", **facts)
    after_the_last = last is not None and not passes(dataset, last, kind, seed)
    if after_the_last or (session["changed_by_hand"] and not trains(session)):
        verdict = with_remark(verdict, "train_set_by_hand", **facts)
    if evidence.get("jumps"):
        verdict = with_remark(verdict, "train_jumps", **facts)
    if session["trained_on"] in ("test", "all"):
        return with_remark(verdict, "train_saw_test_rows", **facts)
    return verdict


def _fell_short(evidence: Evidence, inverted: bool, facts: dict[str, str]) -> Verdict:
    """The verdict below the bar: what the session shows, or else what trials have shown."""
    session = evidence["session"]
    if code := _shown(session):
        counts = {name: session.get(name) for name in ("models", "all_steps", "epochs")}
        return not_yet(code, own_steps=session["steps"], **counts, **facts)
    verdict = advice(evidence.get("tried"), say("words_fell_short", **facts)[0])
    # What turns labels round is in the loop, or has changed y_train; more epochs do not help it.
    inverted = inverted and not _mixed(evidence)
    if inverted and (verdict is None or verdict.code in _NOT_OF_LABELS):
        return not_yet("train_labels_inverted", **facts)
    seen = ["train_inverted"] if inverted else []
    if session["trained_on"] in ("test", "all"):
        if verdict is None:
            return not_yet("train_on_test_rows", **facts)
        seen.append("train_saw_test_rows")
    if session["never_cleared"]:
        seen.append("train_never_cleared")
    if verdict is None:
        straight = models.is_straight(evidence["model"])
        verdict = not_yet("train_linear" if straight else "train_below", **facts)
    for code in seen:
        _, step = say(code, **facts)
        verdict = with_remark(verdict, code, **facts)
        verdict = replace(verdict, next_step=f"{step} {verdict.next_step}".strip())
    return verdict


def _mixed(evidence: Evidence) -> bool:
    """True if the labels of the rows that were trained on are other rows' labels."""
    last = (evidence.get("tried") or [{}])[-1]
    return "labels" in last.get("changes", ()) and bool(last["facts"].get("mixed"))


def trains(session: Evidence) -> bool:
    """True if a step, or at least a slope, was seen."""
    return bool(session["steps"] or session["has_gradient"])


def _inverted(session: Evidence, scores: Mapping[str, float], loss: float) -> bool:
    """True if a model of two classes has learned, and calls most rows by the other's name."""
    learned = session["steps"] and not session["without_gradient"] and loss > 1.05 * math.log(2)
    return bool(learned and max(scores["test"], scores["train"]) <= INVERTED)


def _shown(session: Evidence) -> str:
    """Why a model falls short, where the session shows it, as the code of a message; else ""."""
    if session["recorder"] and not session["steps"]:
        if session.get("left_behind"):  # an earlier version has not looked
            return "train_optimizer_left_behind"
        if session["made_anew"]:
            return "train_model_made_anew"
        if session["other_steps"]:
            return "train_other_model"
        return "train_no_step" if session["has_gradient"] else "train_no_training"
    if session.get("without_slope"):  # an earlier version has not seen that
        return "train_no_slope"
    if session["without_gradient"]:
        return "train_no_backward"
    # An earlier version has counted neither.
    made, epochs = session.get("models", 0), session.get("epochs", 0)
    if made > 2 and 0 < epochs <= made:
        return "train_each_anew"
    return "train_fewer_steps" if epochs > session["steps"] > 0 else ""
