"""The picture of a learner's tanh: what is drawn, what is said, and what stays hidden."""

from __future__ import annotations

import re

import numpy as np
import pytest

from autograder.checks.registry import questions
from autograder.report.curves import activation_svg, curve_of

SEED = 2**90 + 7
CHECK = "check_tanh_values"


def evidence(function):
    x = questions(CHECK, SEED)["points"].astype(np.float64)
    return {"answers": {"points": {"values": function(x)}}}


def said(function):
    return re.search(
        r'aria-label="(.*?)"', activation_svg(curve_of(CHECK, evidence(function), SEED))
    )[1]


def test_the_curve_is_the_learners():
    curve = curve_of(CHECK, evidence(lambda x: np.tanh(x / 2)), SEED)
    assert np.abs(curve - np.tanh(np.linspace(-5, 5, 121) / 2)).max() < 0.01


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (np.tanh, "they are one line"),
        (lambda x: -np.tanh(x), "up to 2 apart"),
        (np.sinh, "up to 73 apart"),
    ],
)
def test_words_say_how_far_apart_the_lines_are(function, words):
    assert words.split()[0] in said(function)
    assert re.sub(r"\d+\.?\d*", "", words) in re.sub(r"\d+\.?\d*", "", said(function))


def test_values_that_are_not_finite_leave_the_others():
    shown = activation_svg(
        curve_of(CHECK, evidence(lambda x: np.where(x > 0, np.nan, np.tanh(x))), SEED)
    )
    assert "nan" not in shown
    assert shown.count("<polyline") == 2


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"answers": None},
        {"answers": {"points": None}},
        {"answers": {"points": {"values": None}}},
        {"answers": {"points": {"values": np.zeros(3)}}},
        {"answers": {"points": {"values": np.full(400, np.nan)}}},
        {"answers": {"points": {"values": np.array(["<script>"] * 400)}}},
    ],
)
def test_what_is_no_evidence_gives_no_picture(other):
    assert curve_of(CHECK, other, SEED) is None


def test_no_fresh_point_can_be_read_from_the_picture():
    x = questions(CHECK, SEED)["points"]
    shown = activation_svg(curve_of(CHECK, evidence(np.tanh), SEED))
    places = {float(each.split(",")[0]) for each in re.findall(r"[\d.]+,[\d.]+", shown)}
    assert len(places) == 121
    assert np.allclose(np.diff(sorted(places)), 270 / 120, atol=0.11)  # even, whatever was asked
    assert len(x) == 400
