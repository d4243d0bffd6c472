"""A stretch task: features made by hand, with which a linear classifier tells the spirals apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from autograder.checks.datasets import SPIRALS, Arrays, fresh, split
from autograder.checks.evidence.describe import Evidence, describe_array, error_of
from autograder.checks.words.preconditions import raised_where
from autograder.checks.words.verdict import Verdict, correct, not_yet

NAME = "spiral_features"
#: What a good answer needs. Found by fitting the classifier below on the sine and the cosine of
#: (angle - 4 * radius), the turn of the arms: 100% of the test rows and 99.7% of fresh draws. Other
#: turns, from 2 to 5, pass too; the sine alone passes for 4 and not for 3 or 5. So do the 18
#: products of powers of x1 and x2 up to the fifth, with 97.1% of fresh draws.
FEWEST = 2
MOST = 20


def _points(seed: int) -> Arrays:
    own, (features, _) = split(SPIRALS), fresh(SPIRALS, seed)
    return {"train": own["X_train"], "test": own["X_test"], "fresh": features}


def collect(function: Any, seed: int) -> Evidence:
    """The features of the training rows, the test rows and fresh draws. No label goes in."""
    found: Evidence = {"kind": type(function).__name__, "callable": callable(function)}
    found |= {"error": None, "features": {}}
    try:
        for name, X in _points(seed).items() if callable(function) else ():
            found["features"][name] = describe_array(function(torch.from_numpy(X.copy())))
    except (Exception, SystemExit) as error:
        found["error"] = error_of(error)
    return found


def judge(evidence: Evidence, seed: int) -> Verdict:
    """Up to 20 finite features a row; with them a linear classifier passes the exercise's rules."""
    if not evidence["callable"]:
        return not_yet("task_not_function", name=NAME, kind=evidence["kind"])
    if evidence["error"]:
        return raised_where(evidence["error"], f"when the check called `{NAME}`")
    points, features = _points(seed), {}
    for name, found in evidence["features"].items():
        if found["kind"] not in ("tensor", "NumPy array"):
            return not_yet("features_not_tensor", kind=found["kind"])
        shape = tuple(found["shape"])
        if len(shape) != 2 or shape[0] != len(points[name]) or shape[1] == 0:
            return not_yet("features_shape", shape=shape, rows=len(points[name]))
        if shape[1] > MOST:
            return not_yet("features_many", count=shape[1], most=MOST)
        if found["values"] is None:
            return not_yet("features_not_tensor", kind=f"{found['kind']} of {found['dtype']}")
        features[name] = found["values"]
        bad = ~np.isfinite(features[name]).all(axis=1)
        if bad.any():
            x1, x2 = points[name][bad][0] + 0.0
            return not_yet("features_not_finite", x=f"({x1:.3g}, {x2:.3g})", rows=int(bad.sum()))
    if features["train"].shape == points["train"].shape and np.allclose(
        features["train"], points["train"]
    ):
        return not_yet("features_same")
    return _judge_fit(features, seed)


def _judge_fit(features: Arrays, seed: int) -> Verdict:
    # Loading scikit-learn takes seconds, so only those who come this far pay for it.
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    own, (_, fresh_labels) = split(SPIRALS), fresh(SPIRALS, seed)
    classifier = make_pipeline(StandardScaler(), LogisticRegression(C=100, max_iter=2000))
    classifier.fit(features["train"], own["y_train"])
    test = float(classifier.score(features["test"], own["y_test"]))
    anew = float(classifier.score(features["fresh"], fresh_labels))
    count = features["train"].shape[1]
    facts = {
        "test": f"{test:.1%}",
        "fresh": f"{anew:.1%}",
        "bar": f"{SPIRALS.pass_above:.0%}",
        "fresh_bar": f"{SPIRALS.fresh_bar:.0%}",
        "count": "1 feature" if count == 1 else f"{count} features",
        "fewest": FEWEST,
    }
    if test <= SPIRALS.pass_above:
        return not_yet("features_below", **facts)
    if anew < SPIRALS.fresh_bar:
        return not_yet("features_not_general", **facts)
    return correct("features_right_fewest" if count <= FEWEST else "features_right", **facts)
