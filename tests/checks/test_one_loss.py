"""One mistake with the data costs the point that it belongs to, and no other.

Later checks take the rows that the learner has. What is no part of them earns nothing all the same.
"""

from __future__ import annotations

import pytest

from tests.support.honest_forms import BCE, CROSS, all_checks, misses
from tests.support.misconceptions import DRAW, MOONS, SPIRALS, SPLIT, TENSORS
from tests.support.playing import loop, play, spiral_loop

NOISY = MOONS + "X, y = make_moons(1000, {0})\n" + TENSORS + SPLIT
LATE = (
    "X_train, X_test = (torch.tensor(a, dtype=torch.float32) for a in (X_train, X_test))\n"
    "y_train, y_test = (torch.tensor(a, dtype={0}) for a in (y_train, y_test))\n"
)
PLOT = (
    "for rows in ((X_train, y_train), (X_test, y_test)):\n"
    "    plt.figure()\n    plot_decision_boundary({0}, *rows, title='Mine')"
)
#: What is written into exercise 1, and the check that it costs.
IN_MOONS = {
    "a fifth to train": (DRAW + TENSORS + SPLIT.replace("test_size", "train_size"), "split"),
    "three tenths": (DRAW + TENSORS + SPLIT.replace("0.2", "0.3"), "split"),
    "a quarter": (DRAW + TENSORS + SPLIT.replace("test_size=0.2, ", ""), "split"),
    "two hundred and one": (DRAW + TENSORS + SPLIT.replace("0.2", "201"), "split"),
    "no seed": (DRAW + TENSORS + SPLIT.replace(", random_state=42", ""), "split"),
    "stratified": (DRAW + TENSORS + SPLIT.replace("=42", "=42, stratify=y"), "split"),
    "not shuffled": (DRAW + TENSORS + SPLIT.replace("random_state=42", "shuffle=False"), "split"),
    "sets swapped": (
        DRAW + TENSORS + SPLIT.replace("X_train, X_test, y_train, y_test",
                                       "X_test, X_train, y_test, y_train"), "split"),
    "a validation set too": (
        DRAW + TENSORS + SPLIT + "X_train, X_val, y_train, y_val = "
        "train_test_split(X_train, y_train, test_size=0.25, random_state=42)", "split"),
    "no noise": (NOISY.format("random_state=42"), "split"),
    "more noise": (NOISY.format("noise=0.1, random_state=42"), "split"),
    "another draw": (NOISY.format("noise=0.07"), "split"),
    "too few rows": (
        (MOONS + "X, y = make_moons(500, noise=0.07, random_state=42)\n" + TENSORS + SPLIT),
        "split"),
    "more rows, another split": (
        MOONS + "X, y = make_moons(2000, noise=0.07, random_state=42)\n" + TENSORS
        + SPLIT.replace("0.2", "0.25"), "split"),
    "arrays first": (DRAW + SPLIT + LATE.format("torch.float32"), "tensors"),
    "tables": (
        DRAW + "import pandas as pd\nX, y = pd.DataFrame(X), pd.Series(y)\n" + SPLIT
        + "X_train, X_test, y_train, y_test = "
        "(a.to_numpy() for a in (X_train, X_test, y_train, y_test))\n"
        + LATE.format("torch.float32"), "tensors"),
    "integers": (DRAW + TENSORS + "y = y.long()\n" + SPLIT, "tensors"),
    "doubles": (DRAW + TENSORS + "X = X.double()\n" + SPLIT, "tensors"),
}  # fmt: skip
IN_SPIRALS = {
    "three tenths": (SPIRALS + SPLIT.replace("0.2", "0.3"), "split"),
    "no seed": (SPIRALS + SPLIT.replace(", random_state=42", ""), "split"),
    "stratified": (SPIRALS + SPLIT.replace("=42", "=42, stratify=y"), "split"),
    "arrays first, and nothing else": (
        SPLIT.replace("(X, y,", "(spiral_points, spiral_classes,") + LATE.format("torch.long"),
        "tensors"),
    "arrays first": (
        "X, y = spiral_points, spiral_classes\n" + SPLIT + LATE.format("torch.long"), "tensors"),
    "int32": (SPIRALS + "y = y.int()\n" + SPLIT, "tensors"),
    "doubles": (SPIRALS + "X = X.double()\n" + SPLIT, "tensors"),
}  # fmt: skip
#: How the rest is written by someone whose loop has to convert.
MODEL_ROWS = "X_train, X_test = X_train.float(), X_test.float()\n"
OUTPUTS = (
    "y_logits = moon_model(X_train[:10].float()).detach().squeeze()\n"
    "y_probs = torch.sigmoid(y_logits)\ny_labels = torch.round(y_probs)"
)


@pytest.mark.parametrize("mistake", IN_MOONS)
def test_in_the_moons(mistake: str) -> None:
    data, lost = IN_MOONS[mistake]
    converted = MODEL_ROWS + "y_train, y_test = y_train.float(), y_test.float()\n"
    found = misses(
        "01_moons", all_checks("moons"), moons_data=data, moons_loss_optimizer=BCE,
        moons_outputs=OUTPUTS, moons_train=converted + loop(epochs=200),
        moons_plot=PLOT.format("moon_model"),
    )  # fmt: skip
    assert list(found) == [f"check_moons_data_{lost}"], found


@pytest.mark.parametrize("mistake", IN_SPIRALS)
def test_in_the_spirals(mistake: str) -> None:
    data, lost = IN_SPIRALS[mistake]
    converted = MODEL_ROWS + "y_train, y_test = y_train.long(), y_test.long()\n"
    found = misses(
        "03_spirals", all_checks("spirals"), spirals_data=data, spirals_loss_optimizer=CROSS,
        spirals_train=converted + spiral_loop(epochs=400), spirals_plot=PLOT.format("spiral_model"),
    )  # fmt: skip
    assert list(found) == [f"check_spirals_data_{lost}"], found


#: Mistakes after which nobody trains; the data checks alone are asked.
MIXED = {
    "unpacked in pairs": ("split", SPLIT.replace("X_test, y_train", "y_train, X_test")),
    "labels passed first": ("split", SPLIT.replace("(X, y,", "(y, X,")),
    "labels unpacked first": (
        "split", SPLIT.replace("X_train, X_test, y_train, y_test =",
                               "y_train, y_test, X_train, X_test =")),
    "counted from one": ("tensors", "y = y + 1\n" + SPLIT),
    "labels in words": ("tensors", "y = 10 * y + 5\n" + SPLIT),
    "labels in a column": ("tensors", "y = y.reshape(-1, 1, 1)\n" + SPLIT),
    "one hot": ("tensors", "y = nn.functional.one_hot(y.long()).to(y.dtype)\n" + SPLIT),
    "logarithms": ("split", "X = X.log()\n" + SPLIT),
    "scaled before": ("split", "X = (X - X.mean(0)) / X.std(0)\n" + SPLIT),
    "scaled after": ("split", SPLIT + "X_train, X_test = X_train / 2, X_test / 2"),
}  # fmt: skip


@pytest.mark.parametrize("part", ["moons_data", "spirals_data"])
@pytest.mark.parametrize("mistake", MIXED)
def test_of_two_data_checks_one_is_lost(mistake: str, part: str) -> None:
    lost, source = MIXED[mistake]
    begin = DRAW + TENSORS if part == "moons_data" else SPIRALS
    asked = [f"check_{part}_tensors", f"check_{part}_split"]
    notebook = "01_moons" if part == "moons_data" else "03_spirals"
    lesson = play(notebook, until=part, **{part: begin + source})
    said = {check: lesson.verdict(check) for check in asked}
    failed = [check for check, verdict in said.items() if not verdict.passed]
    assert failed == [f"check_{part}_{lost}"], said
    mixed = "data_unpack_order" in {verdict.code for verdict in said.values()}
    assert said[asked[0]].remarks == (("data_tensors_misnamed",) if mixed else ())


#: Rows that nobody would call the training and test rows.
UNEARNED = {
    "two rows": "X_train, y_train, X_test, y_test = X[:2], y[:2], X[2:4], y[2:4]",
    "few rows": "X_train, y_train, X_test, y_test = X[:20], y[:20], X[20:40], y[20:40]",
    "rows of no dataset": (
        "X_train, y_train, X_test, y_test = torch.rand(800, 2), y[:800], "
        "torch.rand(200, 2), y[800:]"
    ),
    "some rows of no dataset": "X_train = torch.cat([X_train[:400], torch.rand(400, 2)])",
}


@pytest.mark.parametrize("rows", UNEARNED)
def test_a_picture_of_other_rows_earns_nothing(rows: str) -> None:
    lesson = play("01_moons", until="moons_plot", moons_train="pass",
                  moons_plot=UNEARNED[rows] + "\n" + PLOT.format("moon_model"))  # fmt: skip
    verdict = lesson.verdict("check_moons_plot")
    assert verdict.code in ("plot_set_missing", "plot_other_points"), verdict.text()
