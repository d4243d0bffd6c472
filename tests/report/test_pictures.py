"""Pictures for reports: what they say, and that evidence of a wrong form gives none."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks.datasets import MOONS, SPIRALS, split
from autograder.checks.judges.training import PICTURE_STEPS
from autograder.report import pictures
from autograder.report.curves import Curve, curves_svg


def picture(task):
    own = split(task)
    rows = np.concatenate([own["y_train"], own["y_test"]]).astype(np.int32)
    return {"grid": np.zeros((PICTURE_STEPS,) * 2, dtype=np.int32), "predicted": rows}


@pytest.mark.parametrize("task", [MOONS, SPIRALS])
def test_a_boundary_counts_and_rings_what_is_wrong(task):
    grid, predicted = pictures.predictions(task, picture(task))
    total = len(split(task)["y_test"])
    right = pictures.boundary_svg(task, grid, predicted, "Yours")
    assert f"Yours: {total} of {total} test rows right, 0 ringed as wrong." in right
    assert right.count("<circle") == 0
    predicted = predicted.copy()
    predicted[-3:] = (predicted[-3:] + 1) % task.classes
    wrong = pictures.boundary_svg(task, grid, predicted, "Yours")
    assert f"{total - 3} of {total} test rows right, 3 ringed" in wrong
    assert wrong.count("<circle") == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("grid", np.zeros((3, 3), dtype=np.int32)),
        ("grid", np.full((PICTURE_STEPS,) * 2, 99, dtype=np.int32)),
        ("grid", np.full((PICTURE_STEPS,) * 2, -1, dtype=np.int32)),
        ("grid", np.zeros((PICTURE_STEPS,) * 2)),
        ("grid", "<script>"),
        ("predicted", np.zeros(5, dtype=np.int32)),
        ("predicted", None),
    ],
)
def test_evidence_of_a_wrong_form_gives_no_picture(name, value):
    assert pictures.predictions(MOONS, {**picture(MOONS), name: value}) is None


def test_no_evidence_gives_no_picture():
    assert pictures.predictions(MOONS, None) is None
    assert pictures.predictions(MOONS, []) is None


def test_classes_differ_in_more_than_colour():
    # In grey, each region has a pattern of its own: its rows of pixels differ from the others'.
    import base64
    import io

    from PIL import Image

    seen = []
    for label in range(3):
        grid = np.full((PICTURE_STEPS,) * 2, label, dtype=np.int32)
        data = pictures.regions_png(grid).partition(",")[2]
        pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("L"))
        assert len(np.unique(pixels)) == 2
        seen.append((pixels == pixels.min())[:6, :6])
    assert not any(np.array_equal(seen[a], seen[b]) for a, b in ((0, 1), (0, 2), (1, 2)))


def test_the_goal_passes_the_exercise():
    for task in (MOONS, SPIRALS):
        words = pictures.goal_svg(task).partition('aria-label="')[2].partition('"')[0]
        right, total = (int(words.split()[n]) for n in (2, 4))
        assert right / total > task.pass_above, words


def test_curves_say_where_they_begin_and_end():
    curves = [
        Curve("loss", False, [0, 10], [0.7, 0.1]),
        Curve("loss", True, [0, 10], [0.8, float("nan")]),
    ]
    svg = curves_svg(curves, "loss")
    assert "loss over epochs 0 to 10: training from 0.7 to 0.1, test from 0.8 to no number." in svg
    assert "nan" not in svg
    assert curves_svg(curves, "accuracy") == ""
    assert curves_svg([Curve("loss", False, [3], [1.0])], "loss") == ""


def test_a_histogram_counts_everybody():
    svg = pictures.histogram_svg([0, 0.05, 1, 1, 1], "Learners")
    assert 'aria-label="Learners: 0 to 10%: 2, 90 to 100%: 3."' in svg
