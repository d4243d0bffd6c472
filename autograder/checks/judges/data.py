"""Exercises 1 and 7a: are the data tensors of the right form, and the right rows, rightly split?

Form and content are two checks: NumPy arrays with the right numbers earn the second point.
"""

import numpy as np

from autograder.checks.datasets import SPLIT_SEED, Arrays, Dataset, draw, split
from autograder.checks.evidence.describe import Evidence, describe_array
from autograder.checks.recorder.watch import Names, Runs
from autograder.checks.table import Part, dataset_of
from autograder.checks.words.verdict import Verdict, correct, not_yet
from helpers.data import MOON_NOISE

FEATURES = ("X", "X_train", "X_test")
LABELS = ("y", "y_train", "y_test")


def collect(part: Part, names: Names, runs: Runs, asked: Arrays) -> Evidence:
    """The six arrays as they stand, described and copied."""
    return {"arrays": {name: describe_array(names.get(name)) for name in FEATURES + LABELS}}


def judge_tensors(part: Part, evidence: Evidence, seed: int) -> Verdict:
    """Tensors of the right dtype and shape, with the labels that belong to the dataset."""
    arrays, dataset = evidence["arrays"], dataset_of(part)
    for name in FEATURES + LABELS:
        if arrays[name]["kind"] != "tensor":
            return not_yet("data_not_tensors", name=name, kind=arrays[name]["kind"])
    return (
        _unpacking(arrays)
        or _dtypes(dataset, arrays)
        or _shapes(dataset, arrays)
        or _label_values(dataset, arrays)
        or correct("data_tensors_right", rows=dataset.rows)
    )


def judge_split(part: Part, evidence: Evidence, seed: int) -> Verdict:
    """The rows that the exercise asks for, split as it asks, each with its own label."""
    arrays, dataset = evidence["arrays"], dataset_of(part)
    for name in FEATURES + LABELS:
        if arrays[name]["values"] is None:
            return not_yet("data_unreadable", name=name, kind=arrays[name]["kind"])
    if wrong := (_unpacking(arrays) or _shapes(dataset, arrays) or _label_values(dataset, arrays)):
        return wrong
    values = {name: np.asarray(arrays[name]["values"]) for name in FEATURES}
    values |= {name: np.asarray(arrays[name]["values"]).reshape(-1) for name in LABELS}
    wanted = split(dataset)
    return (
        _draw(dataset, values, wanted)
        or _pairs_and_split(values, wanted)
        or correct("data_split_right")
    )


def _unpacking(arrays: Evidence) -> Verdict | None:
    """Features under a label's name and labels under a feature's: the four parts are mixed up."""
    shapes = {name: tuple(found["shape"]) for name, found in arrays.items()}
    labels = [name for name in FEATURES[1:] if len(shapes[name]) == 1]
    features = [name for name in LABELS[1:] if shapes[name][1:] == (2,)]
    if labels and features:
        return not_yet("data_unpack_order", left=labels[0], left_shape=shapes[labels[0]],
                       right=features[0], right_shape=shapes[features[0]])  # fmt: skip
    return None


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
    shapes = {name: tuple(found["shape"]) for name, found in arrays.items()}
    rows = {name: shape[0] if shape else 0 for name, shape in shapes.items()}
    test = round(dataset.rows / 5)
    train = dataset.rows - test
    if rows["X"] != dataset.rows:
        return not_yet("data_sample_count", rows=rows["X"], wanted=dataset.rows)
    if rows["X_train"] == test and rows["X_test"] == train:
        return not_yet("data_sizes_swapped", train=test, test=train, wanted=train)
    if rows["X_train"] != train or rows["X_test"] != test:
        return not_yet("data_split_ratio", train=rows["X_train"], test=rows["X_test"],
                       wanted_train=train, wanted_test=test)  # fmt: skip
    for names, rest in ((FEATURES, (2,)), (LABELS, ())):
        for name, count in zip(names, (dataset.rows, train, test), strict=True):
            column = name in LABELS and dataset.binary and shapes[name] == (count, 1)
            if shapes[name] != (count, *rest) and not column:
                return not_yet("data_shape", name=name, shape=shapes[name], wanted=(count, *rest))
    return None


def _label_values(dataset: Dataset, arrays: Evidence) -> Verdict | None:
    for name in FEATURES + LABELS:
        values = arrays[name]["values"]
        if values is not None and not np.isfinite(values).all():
            return not_yet("data_not_finite", name=name)
    wanted = [float(label) for label in range(dataset.classes)]
    for name in LABELS:
        values = arrays[name]["values"]
        found = wanted if values is None else np.unique(values).tolist()
        if found == wanted:
            continue
        facts = {"name": name, "found": _numbers(found), "wanted": _numbers(wanted)}
        if found == [label + 1 for label in wanted]:
            return not_yet("data_labels_from_one", **facts)
        if set(found) < set(wanted):
            return not_yet("data_class_missing", **facts)
        return not_yet("data_label_values", **facts)
    return None


def _numbers(values: list[float]) -> str:
    shown = ", ".join(f"{value:g}" for value in values[:6])
    return shown + (", ..." if len(values) > 6 else "")


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
    return not_yet("data_random_state")


def _pairs_and_split(values: Arrays, wanted: Arrays) -> Verdict | None:
    y, right = values["y"], wanted["y"]
    if not np.array_equal(y, right):
        inverted = np.array_equal(y, 1 - right)
        return not_yet("data_labels_inverted" if inverted else "data_pairs_broken", name="y")
    # By label as well, because the three spirals share their first point, the centre.
    index: dict[bytes, dict[float, int]] = {}
    for number, row in enumerate(_keys(wanted["X"])):
        index.setdefault(row.tobytes(), {})[float(right[number])] = number
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


def _keys(rows: np.ndarray) -> np.ndarray:
    """Rows as float32, so that float32 and float64 copies of one row are the same bytes."""
    return np.asarray(rows, dtype=np.float32) + np.float32(0)  # -0.0 becomes 0.0
