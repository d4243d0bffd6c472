"""Exercises 5 and 7e: was the decision boundary drawn for the training rows and for the test rows?

What is looked at is what was drawn, by whatever function: as many points, over regions that are
the model's answers.
"""

from typing import Any

import numpy as np

from autograder.checks.datasets import RESCUE_SEED, Arrays, Dataset, split
from autograder.checks.evidence.describe import Evidence, describe_array
from autograder.checks.judges.outputs import ROWS
from autograder.checks.judges.regions import fit_of_regions, placing
from autograder.checks.recorder.watch import Names, Run, Runs
from autograder.checks.table import Part, dataset_of
from autograder.checks.words.verdict import Verdict, correct, ended, not_started, not_yet

#: What is drawn, by the side's name in messages.
SIDES = {"training": "X_train", "test": "X_test"}
#: Share of the places over the rows whose colour must tell what the model answers there.
TOLD = 0.93
#: Share of them that must be painted, if bare ones are to be left out.
PAINTED = 0.8
#: What of an axes' description is evidence.
_KEPT = ("title", "x", "y", "points", "places", "regions")


def collect(part: Part, names: Names, runs: Runs, asked: Arrays) -> Evidence:
    """The axes drawn by this exercise's own cell when it last drew any, and by cells after it.

    Where no cell bears the exercise's line, those drawn since the model was trained.
    """
    runs, model = runs or [], names.get(part.model)
    own = [n for n, run in enumerate(runs) if run.exercise == part.label and run.axes]
    trained = [n for n, run in enumerate(runs) if any(each.holds(model) for each in run.steps)]
    since = runs[(own or trained)[-1] :] if own or trained else []
    rows = {name: describe_array(names.get(name))["values"] for name in ("X", *SIDES.values())}
    likely = [pair[name] for pair in _pairs(dataset_of(part), rows) for name in SIDES.values()]
    axes = []
    for n, run in enumerate(since):
        for ax in run.axes if run.exercise in (None, part.label) else ():
            found = {key: ax[key] for key in _KEPT}
            if ax.get("paint") is not None:
                then = _model_then(part, run, since[n + 1 :], names)
                found["fit"] = fit_of_regions(then, ax, likely)
            axes.append(found)
    return {"axes": axes, "own": rows}


def _model_then(part: Part, run: Run, later: list[Run], names: Names) -> Any:
    """The model as it was when a cell had drawn; None where that is not known."""
    if run.outputs and run.outputs.get("model") is not None:
        return run.outputs["model"]
    model, then = names.get(part.model), run.models.get(part.model)
    changed = any(part.model in each.changed for each in later)
    return model if then is not None and then() is model and not changed else None


def _pairs(dataset: Dataset, own: Evidence) -> list[Arrays]:
    """What may be drawn as training and test rows: the learner's own, the exercise's, the rescue's.

    A draw or a split of another kind is judged in the first exercise, and not here.
    """
    known = [split(dataset), split(dataset, RESCUE_SEED)]
    return [own, *known] if _are_parts(dataset, own) else known


def _are_parts(dataset: Dataset, own: Evidence) -> bool:
    """True if the learner's two sets are parts of the rows that were split, and not a few of them.

    They may have been scaled since.
    """
    train, test = (np.asarray(own[name], dtype=np.float64) for name in SIDES.values())
    if any(part.shape[1:] != (2,) or len(part) < ROWS for part in (train, test)):
        return False
    # Evidence of earlier versions has no `X`; then only the exercise's numbers of rows will do.
    whole = np.asarray(split(dataset)["X"] if own.get("X") is None else own["X"])
    both = np.concatenate([train, test])
    if 2 * len(both) < len(whole):
        return False
    known = {row.tobytes() for row in whole.astype(np.float32)}
    there = all(row.tobytes() in known for row in both.astype(np.float32))
    return there or placing(both, whole) is not None


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
    pairs = _pairs(dataset, evidence["own"])
    shown = {
        side: [ax for ax in with_regions if any(_shows(ax, pair[name]) for pair in pairs)]
        for side, name in SIDES.items()
    }
    if not all(shown.values()):
        if wrong := ended(part, found):  # it may have ended the cell before the second picture
            return wrong
        for side in (side for side in SIDES if not shown[side]):
            if any(_shows(ax, pair[SIDES[side]]) for ax in axes for pair in pairs):
                return not_yet("plot_bare_points", side=side)
        return _lacking(with_regions, [side for side in SIDES if not shown[side]], pairs)
    for side in SIDES:
        if wrong := _wrong_regions(part, shown[side], side):
            return wrong
    unnamed = [ax for ax in with_regions if not ax["title"]]
    return correct("plot_right_untitled" if unnamed else "plot_right")


def _shows(ax: Evidence, rows: np.ndarray) -> bool:
    return placing(ax["places"], rows) is not None


def _lacking(axes: list[Evidence], lacking: list[str], pairs: list[Arrays]) -> Verdict:
    """The verdict where some rows are in no picture of their own."""
    together = [np.concatenate([pair[name] for name in SIDES.values()]) for pair in pairs]
    if any(_shows(ax, both) for ax in axes for both in together):
        return not_yet("plot_one_axes")
    wanted = {side: len(pairs[0][name]) for side, name in SIDES.items()}
    drawn = sorted({ax["points"] for ax in axes})
    if lost := [side for side in lacking if wanted[side] not in drawn]:
        return not_yet("plot_set_missing", side=" and ".join(lost),
                       points=", ".join(map(str, drawn)),
                       training=wanted["training"], test=wanted["test"])  # fmt: skip
    return not_yet("plot_other_points", side=lacking[0], count=wanted[lacking[0]])


def _wrong_regions(part: Part, axes: list[Evidence], side: str) -> Verdict | None:
    """The verdict where none of these axes has the model's regions. What cannot be read may be."""
    fits = [fit for ax in axes if (fit := ax.get("fit"))]  # earlier versions did not look
    if len(fits) < len(axes):
        return None
    best = max(fits, key=lambda fit: float(fit["told"]))
    where_painted = best["told_where_painted"] >= TOLD
    if best["told"] >= TOLD or (where_painted and best["painted"] >= PAINTED):
        return None
    if where_painted:
        return not_yet("plot_regions_part", side=side, share=f"{best['painted']:.0%}")
    return not_yet("plot_other_regions", side=side, name=part.model)
