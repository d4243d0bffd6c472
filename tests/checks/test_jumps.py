"""Answers that are looked up, as soon as a small network is trained, are told to a person."""

from __future__ import annotations

import pytest

from tests.attacks.attack import QUICK
from tests.attacks.shortcuts import ATTACKS
from tests.support.honest_forms import MOON_MODELS
from tests.support.playing import play

BEHIND = [each for each in ATTACKS if each.kind == "looked up behind a gate"]
MOONS = {part: source for part, source in QUICK.items() if part.startswith("moons")}
#: Those of the honest models whose answers bend the most, or are the least like others.
HONEST = (
    *("probabilities-and-bce-loss", "sigmoid-activations", "sine-activation", "a-tuple"),
    *("batch-norm-left-in-train-mode", "features-made-by-hand", "outputs-of-shape-n-2"),
)


def remarks_of(**answers: str) -> tuple[str, ...]:
    lesson = play("01_moons", until="moons_train", **{**MOONS, **answers})  # type: ignore[arg-type]
    verdict = lesson.verdict("check_moons_train_accuracy")
    assert verdict.passed, verdict.text()
    return verdict.remarks


@pytest.mark.parametrize("attack", BEHIND, ids=[each.name for each in BEHIND])
def test_a_person_is_told_of_rows_behind_a_gate(attack):
    assert remarks_of(**attack.answers) == ("train_jumps",)


@pytest.mark.parametrize("form", HONEST)
def test_a_network_is_no_question_for_a_person(form):
    assert remarks_of(**MOON_MODELS[form]) == ()


def test_nor_is_one_for_three_classes():
    spirals = {part: source for part, source in QUICK.items() if part.startswith("spirals")}
    lesson = play("03_spirals", until="spirals_train", **spirals)  # type: ignore[arg-type]
    verdict = lesson.verdict("check_spirals_train_accuracy")
    assert verdict.passed, verdict.text()
    assert verdict.remarks == ()
