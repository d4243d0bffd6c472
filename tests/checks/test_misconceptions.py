"""Each thing that learners get wrong, as they write it, and the message code that it has to meet.

A row is (name, part, the learner's source, check, outcome, code); a last entry may exchange earlier
parts' answers. To add a misconception, add a row.
"""

from __future__ import annotations

from typing import Any

import pytest

from autograder.checks.words.messages import catalogue
from tests.support.misconceptions import (
    ROWS,
    SOFTMAX_MODEL,
)
from tests.support.playing import loop, notebook_of, play, solution


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[1]}-{row[0]}" for row in ROWS])
def test_misconception_meets_its_own_message(row: tuple[Any, ...]) -> None:
    _, part, source, aspect, outcome, code, *before = row
    answers = {**(before[0] if before else {}), part: source}
    if part.endswith("_plot"):  # the picture is judged, whoever trained the model
        answers.setdefault(part.replace("plot", "train"), "pass")
    lesson = play(notebook_of(part), until=part, **answers)
    verdict = lesson.verdict(f"check_{part}_{aspect}".rstrip("_"))
    assert (verdict.outcome, verdict.code) == (outcome, code), verdict.text()
    assert verdict.message
    assert verdict.next_step or "next" not in catalogue()[code]


def test_every_name_is_given_once() -> None:
    names = [(row[1], row[0]) for row in ROWS]
    assert len(names) == len(set(names))


def test_a_model_made_anew_by_running_its_cell_again() -> None:
    lesson = play("01_moons", until="moons_train", moons_train=loop(epochs=21))
    lesson.answer("moons_model", solution("moons_model"))
    assert lesson.verdict("check_moons_train_accuracy").code == "train_model_made_anew"


def test_a_softmax_at_the_end_is_worth_a_remark_and_no_point() -> None:
    lesson = play("03_spirals", until="spirals_model", **SOFTMAX_MODEL)
    verdict = lesson.verdict("check_spirals_model_outputs")
    assert verdict.passed
    assert verdict.remarks == ("model_softmax_output",)
