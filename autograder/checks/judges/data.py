"""Exercises 1 and 7a: are the data tensors of the right form, and the right rows, rightly split?

Form and content are two checks: NumPy arrays with the right numbers earn the second point.
"""

import numpy as np

from autograder.checks.datasets import SPLIT_SEED, Arrays, Dataset, draw, split
from autograder.checks.evidence.describe import Evidence, describe_array
from autograder.checks.judges.regions import placing
from autograder.checks.recorder.watch import Names, Runs
from autograder.checks.table import Part, dataset_of
from autograder.checks.words.verdict import (
    Verdict,
    correct,
    not_started,
    not_yet,
    with_remark,
)
from helpers.data import MOON_NOISE

FEATURES = ("X", "X_train", "X_test")
LABELS = ("y", "y_train", "y_test")
#: What the split leaves.
PARTS = (*FEATURES[1:], *LABELS[1:])


def collect(part: Part, names: Names, runs: Runs, asked: Arrays) -> Evidence:
    """The six arrays as they stand, described and copied."""
    return {"arrays": {name: describe_array(names.get(name)) for name in FEATURES + LABELS}}


def judge_tensors(part: Part, evidence: Evidence, seed: int) -> Verdict:
    """Tensors of the right dtype and shape, with the labels that belong to the dataset.

    How many rows there are, and which, is the other check's question.
    """
    arrays, dataset = evidence["arrays"], dataset_of(part)
    for name in FEATURES + LABELS:
        if arrays[name]["kind"] != "tensor":
            return not_yet("data_not_tensors", name=name, kind=arrays[name]["kind"])
    misnamed = _unpacking(arrays)
    if misnamed:
        arrays = _by_shape(arrays)
    if wrong := (
        _dtypes(dataset, arrays) or _shapes(dataset, arrays) or _label_values(dataset, arrays)
    ):
        return wrong
    verdict = correct("data_tensors_right", rows=arrays["X"]["shape"][0])
    return with_remark(verdict, "data_tensors_misnamed") if misnamed else verdict


def judge_split(part: Part, evidence: Evidence, seed: int) -> Verdict:
    """The rows that the exercise asks for, split as it asks, each with its own label.

    In whatever container, dtype and shape they are, and whatever the classes are called: that is
    the other check's question. `X` and `y` may even be missing, if the parts are there.
    """
    arrays, dataset = evidence["arrays"], dataset_of(part)
    if evidence["presence"]["rescued"]:
        return not_started("rescued", label=part.label)
    whole = [name for name in ("X", "y") if arrays[name]["kind"] != "NoneType"]
    for name in (*whole, *PARTS):
        if arrays[name]["values"] is None:
            return not_yet("data_unreadable", name=name, kind=arrays[name]["kind"])
    if wrong := _unpacking(arrays):
        return wrong
    values = {name: np.asarray(arrays[name]["values"]) for name in (*whole, *PARTS)}
    for name in values:
        if not np.isfinite(values[name]).all():
            return not_yet("data_not_finite", name=name)
        if name in LABELS:
            values[name] = _one_each(values[name])
        elif values[name].shape[1:] != (2,):
            shape = values[name].shape
            return not_yet("data_shape", name=name, shape=shape, wanted=(*shape[:1], 2))
    wanted = split(dataset)
    return (
        _sizes(dataset, values)
        or ("X" in values and _draw(dataset, values, wanted))
        or _pairs_and_split(values, wanted)
        or correct("data_split_right")
    )


def _one_each(labels: np.ndarray) -> np.ndarray:
    """Labels `(rows,)` of labels of any shape; of a one-hot row, its class."""
    one_hot = labels.ndim == 2 and labels.shape[1] > 1
    return labels.argmax(axis=1).astype(float) if one_hot else labels.reshape(-1)


def _unpacking(arrays: Evidence) -> Verdict | None:
    """Features under a label's name and labels under a feature's: the four parts are mixed up."""
    shapes = {name: tuple(found["shape"]) for name, found in arrays.items()}
    labels = [name for name in FEATURES[1:] if len(shapes[name]) == 1]
    features = [name for name in LABELS[1:] if shapes[name][1:] == (2,)]
    if labels and features:
        return not_yet("data_unpack_order", left=labels[0], left_shape=shapes[labels[0]],
                       right=features[0], right_shape=shapes[features[0]])  # fmt: skip
    return None


def _by_shape(arrays: Evidence) -> Evidence:
    """The parts under names that fit their shapes."""
    parts = [arrays[name] for name in PARTS]
    features = [part for part in parts if len(part["shape"]) == 2]
    labels = [part for part in parts if len(part["shape"]) != 2]
    if len(features) != len(labels):
        return arrays
    # The larger of each kind first, so that features and labels of the same rows come together.
    largest = [sorted(each, key=lambda part: -part["shape"][0]) for each in (features, labels)]
    return {**arrays, **dict(zip(PARTS, (*largest[0], *largest[1]), strict=True))}


def _dtypes(dataset: Dataset, arrays: Evidence) -> Verdict | None:
    for name in FEATURES:
        if arrays[name]["dtype"] != "float32":
            return not_yet("data_features_dtype", name=name, dtype=arrays[name]["dtype"])
    for name in LABELS:
        dtype, wanted = arrays[name]["dtype"], dataset.label_dtype
        if dtype != wanted:
            facts = {"name": name, "dtype": dtype, "wanted": wanted, "reason": dataset.label_reason}
            whole = dataset.binary or not dtype.startswith("float")
            return not_yet("data_labels_dtype" if whole else "data_labels_float", **facts)
    return None


def _shapes(dataset: Dataset, arrays: Evidence) -> Verdict | None:
    """Two features a row, one label a row; as many rows as the learner has."""
    shapes = {name: tuple(found["shape"]) for name, found in arrays.items()}
    for features, labels in zip(FEATURES, LABELS, strict=True):
        rows = shapes[features][:1] or (0,)
        if shapes[features] != (*rows, 2):
            return not_yet("data_shape", name=features, shape=shapes[features], wanted=(*rows, 2))
        column = dataset.binary and shapes[labels] == (*rows, 1)
        if shapes[labels] != rows and not column:
            return not_yet("data_shape", name=labels, shape=shapes[labels], wanted=rows)
    return None


def _sizes(dataset: Dataset, values: Arrays) -> Verdict | None:
    rows = {name: len(found) for name, found in values.items()}
    test = round(dataset.rows / 5)
    train = dataset.rows - test
    if rows.get("X", dataset.rows) != dataset.rows:
        return not_yet("data_sample_count", rows=rows["X"], wanted=dataset.rows)
    if rows["X_train"] == test and rows["X_test"] == train:
        return not_yet("data_sizes_swapped", train=test, test=train, wanted=train)
    if rows["X_train"] != train or rows["X_test"] != test:
        return not_yet("data_split_ratio", train=rows["X_train"], test=rows["X_test"],
                       wanted_train=train, wanted_test=test)  # fmt: skip
    for name, count in (("y", dataset.rows), ("y_train", train), ("y_test", test)):
        if rows.get(name, count) != count:
            return not_yet("data_shape", name=name, shape=(rows[name],), wanted=(count,))
    return None


def _label_values(dataset: Dataset, arrays: Evidence) -> Verdict | None:
    """All classes in `y`, counted from zero. Which of them a part has is up to the split."""
    wanted = [float(label) for label in range(dataset.classes)]
    for name in LABELS:
        values = arrays[name]["values"]
        found = wanted if values is None else np.unique(values).tolist()
        facts = {"name": name, "found": _numbers(found), "wanted": _numbers(wanted)}
        if found == [label + 1 for label in wanted]:
            return not_yet("data_labels_from_one", **facts)
        if not found or not set(found) <= set(wanted):
            return not_yet("data_label_values", **facts)
        if name == "y" and found != wanted:
            return not_yet("data_class_missing", **facts)
    return None


def _numbers(values: list[float]) -> str:
    shown = ", ".join(f"{value:g}" for value in values[:6])
    return (shown or "none") + (", ..." if len(values) > 6 else "")


def _draw(dataset: Dataset, values: Arrays, wanted: Arrays) -> Verdict | None:
    """Is `X` the draw that was asked for? If not, in what does it differ?"""
    X, right = values["X"], wanted["X"].astype(np.float64)
    if np.allclose(X, right, atol=1e-4):
        return None
    if dataset.given:
        return not_yet("data_spirals_changed")
    # With the same random_state, noise is scaled and nothing else changes.
    clean, _ = draw(dataset, SPLIT_SEED, noise=0.0)
    unit = (right - clean) / MOON_NOISE
    noise = float(((X - clean) * unit).sum() / (unit * unit).sum())
    if np.allclose(X, clean + noise * unit, atol=1e-3):
        none = abs(noise) < 1e-6
        return not_yet("data_noise", noise="no noise" if none else f"noise={abs(noise):.3g}")
    order = np.lexsort(np.round(X, 4).T), np.lexsort(np.round(right, 4).T)
    if np.allclose(X[order[0]], right[order[1]], atol=1e-3):
        return not_yet("data_rows_reordered")
    if placing(X, right) is not None:
        return not_yet("data_scaled")
    return not_yet("data_random_state")


def _pairs_and_split(values: Arrays, wanted: Arrays) -> Verdict | None:
    right = wanted["y"].astype(float)
    classes = sorted(set(right))
    if "y" in values:
        values = _recoded(values, right, classes)
        if not np.array_equal(values["y"], right):
            inverted = np.array_equal(values["y"], 1 - right)
            return not_yet("data_labels_inverted" if inverted else "data_pairs_broken", name="y")
    # By label as well, because the three spirals share their first point, the centre.
    index: dict[bytes, dict[float, int]] = {}
    for number, row in enumerate(_keys(wanted["X"])):
        index.setdefault(row.tobytes(), {})[right[number]] = number
    found: dict[str, list[int]] = {"train": [], "test": []}
    for side in found:
        for row, label in zip(_keys(values[f"X_{side}"]), values[f"y_{side}"], strict=True):
            same = index.get(row.tobytes())
            if same is None:
                return not_yet("data_rows_unknown", name=f"X_{side}")
            if float(label) not in same:
                return not_yet("data_pairs_broken", name=f"y_{side}")
            found[side].append(same[float(label)])
    if set(found["train"]) & set(found["test"]):
        return not_yet("data_overlap", rows=len(set(found["train"]) & set(found["test"])))
    if found["train"] == sorted(found["train"]):
        return not_yet("data_not_shuffled")
    keys = ("X_train", "X_test")
    if not all(np.array_equal(_keys(values[name]), _keys(wanted[name])) for name in keys):
        return not_yet("data_split_seed")
    return None


def _recoded(values: Arrays, right: np.ndarray, classes: list[float]) -> Arrays:
    """Labels such as 1 and 2, or -1 and 1, as the classes that each of them stands for."""
    pairs = set(zip(values["y"].tolist(), right.tolist(), strict=True))
    stands_for = dict(pairs)
    if set(stands_for) == set(classes) or not len(pairs) == len(stands_for) == len(classes):
        return values
    changed = {
        name: np.array([stands_for.get(label, np.nan) for label in values[name].tolist()])
        for name in LABELS
    }
    return {**values, **changed}


def _keys(rows: np.ndarray) -> np.ndarray:
    """Rows as float32, so that float32 and float64 copies of one row are the same bytes."""
    return np.asarray(rows, dtype=np.float32) + np.float32(0)  # -0.0 becomes 0.0
