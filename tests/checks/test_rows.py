"""Which rows a loop trains on: only what is just their gradient is called so."""

from __future__ import annotations

import pytest

from autograder.checks.judges.session import collect_session
from autograder.checks.recorder import watch
from autograder.checks.table import PARTS
from tests.support.misconceptions import DRAW, SPIRALS, SPLIT, TENSORS
from tests.support.playing import loop, play, spiral_loop

#: Splits of people who forgot the seed, chose another, or kept the classes' shares.
SPLITS = {
    "the exercise's": SPLIT,
    "no-seed": SPLIT.replace(", random_state=42", ""),
    "another-seed": SPLIT.replace("random_state=42", "random_state=0"),
    "stratified": SPLIT.replace("random_state=42", "random_state=42, stratify=y"),
    "sliced": "X_train, X_test, y_train, y_test = X[:800], X[800:], y[:800], y[800:]\n",
}


def rows_of(notebook: str, **answers: str) -> str:
    part = PARTS["moons_train" if notebook == "01_moons" else "spirals_train"]
    lesson = play(notebook, until=part.id, **answers)
    return str(collect_session(part, lesson.names, watch.recorded())["trained_on"])


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize(("rows", "side"), [("_train", "train"), ("_test", "test"), ("", "all")])
def test_the_learners_own_rows_are_known(split: str, rows: str, side: str) -> None:
    data = DRAW + TENSORS + SPLITS[split]
    assert rows_of("01_moons", moons_data=data, moons_train=loop(epochs=3, rows=rows)) == side


@pytest.mark.parametrize("split", ["no-seed", "stratified"])
def test_a_stratified_split_of_the_spirals_is_no_training_on_all_rows(split: str) -> None:
    answers = {"spirals_data": SPIRALS + SPLITS[split], "spirals_train": spiral_loop(epochs=3)}
    assert rows_of("03_spirals", **answers) == "train"


def test_a_second_step_on_test_rows_is_seen() -> None:
    source = """
for epoch in range(3):
    for rows, labels in ((X_train, y_train), (X_test, y_test)):
        loss = loss_fn(moon_model(rows).squeeze(1), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
"""
    assert rows_of("01_moons", moons_train=source) == "test"


@pytest.mark.parametrize("batch", ["X_train[:400], y_train[:400]", "X_train[::2], y_train[::2]"])
def test_nothing_is_claimed_of_batches(batch: str) -> None:
    source = f"""
rows, labels = {batch}
for epoch in range(3):
    loss = loss_fn(moon_model(rows).squeeze(1), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""
    assert rows_of("01_moons", moons_train=source) == ""


def test_what_was_seen_is_told_and_costs_nothing_alone() -> None:
    lesson = play("01_moons", until="moons_train", moons_train=loop(rows=""))
    verdict = lesson.verdict("check_moons_train_accuracy")
    assert verdict.passed
    assert "your loop took a step on all rows" in verdict.message
