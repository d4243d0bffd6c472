"""Exercises 5 and 7e: was the decision boundary drawn for the training rows and for the test rows?

What is looked at is what was drawn, by whatever function: a filled region and as many points.
"""

from typing import Any

import numpy as np

from autograder.checks.datasets import RESCUE_SEED, Arrays, split
from autograder.checks.evidence.describe import Evidence, describe_array
from autograder.checks.recorder.watch import Names, Runs
from autograder.checks.table import Part, dataset_of
from autograder.checks.words.verdict import Verdict, correct, ended, not_started, not_yet

#: What is drawn, by the side's name in messages.
SIDES = {"training": "X_train", "test": "X_test"}
#: Share of the points that must lie on rows; a learner may have marked some anew.
MOST = 0.9


def collect(part: Part, names: Names, runs: Runs, asked: Arrays) -> Evidence:
    """The axes drawn by this exercise's own cell when it last drew any, and by cells after it.

    Where no cell bears the exercise's line, those drawn since the model was trained.
    """
    runs, model = runs or [], names.get(part.model)
    own = [n for n, run in enumerate(runs) if run.exercise == part.label and run.axes]
    trained = [n for n, run in enumerate(runs) if any(each.holds(model) for each in run.steps)]
    since = runs[(own or trained)[-1] :] if own or trained else []
    axes = [ax for run in since if run.exercise in (None, part.label) for ax in run.axes]
    rows = {name: describe_array(names.get(name))["values"] for name in SIDES.values()}
    return {"axes": axes, "own": rows}


def judge(part: Part, evidence: Evidence, seed: int) -> Verdict:
    """One picture with the training rows and one with the test rows, both over regions."""
    found, dataset = evidence["presence"], dataset_of(part)
    if not found["recorder"]:
        return not_started("plot_not_seen")
    axes = evidence["axes"]
    with_regions = [ax for ax in axes if ax["regions"]]
    if not with_regions:
        if wrong := ended(part, found):
            return wrong
        if not axes and not found["ran"]:
            return not_started("plot_not_seen")
        return not_yet("plot_no_regions" if axes else "plot_nothing_drawn")
    test_rows = dataset.rows // 5
    wanted = {"training": dataset.rows - test_rows, "test": test_rows}
    drawn = {ax["points"] for ax in with_regions}
    lacking = [side for side, rows in wanted.items() if rows not in drawn]
    if lacking:
        return not_yet("plot_set_missing", side=" and ".join(lacking),
                       points=", ".join(map(str, sorted(drawn))),
                       training=wanted["training"], test=wanted["test"])  # fmt: skip
    for side, name in SIDES.items():
        # A draw or a split of another kind is judged in the first exercise, and not here.
        rows = [split(dataset)[name], split(dataset, RESCUE_SEED)[name], evidence["own"][name]]
        here = [ax["places"] for ax in with_regions if ax["points"] == wanted[side]]
        if not any(_are_rows(places, each) for places in here for each in rows):
            return not_yet("plot_other_points", side=side, count=wanted[side])
    unnamed = [ax for ax in with_regions if not ax["title"]]
    return correct("plot_right_untitled" if unnamed else "plot_right")


def _are_rows(places: Any, rows: np.ndarray | None) -> bool:
    """True if nearly all points lie where rows do, whichever feature is drawn to the right.

    Each feature may have been scaled and shifted for the picture.
    """
    if places is None or rows is None or np.shape(places) != rows.shape:
        return False
    found = np.asarray(places, dtype=np.float64)
    return any(
        all(_same_values(found[:, n], rows[:, m]) > MOST for n, m in enumerate(axes))
        for axes in ((0, 1), (1, 0))
    )


def _same_values(found: np.ndarray, wanted: np.ndarray) -> float:
    """How well the sorted values of a feature fit a straight line through the wanted ones."""
    one, other = np.sort(found), np.sort(wanted)
    if not np.isfinite(one).all() or np.ptp(one) == 0:
        return 0.0
    slope, start = np.polyfit(other, one, 1)
    return float(np.mean(np.abs(slope * other + start - one) < 1e-3 * np.ptp(one)))
