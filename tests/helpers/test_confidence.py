"""How sure a model is: probabilities as bands of a picture, and as shares in words."""

import re

import numpy as np
import pytest
import torch
from matplotlib.collections import PathCollection

from helpers.confidence import describe_confidence, plot_confidence
from helpers.data import draw_moons, draw_spirals
from helpers.goal import ideal_moons, ideal_spirals
from helpers.predict import predicted_probabilities
from helpers.regions import find_regions

MOONS, SPIRALS = draw_moons(60), draw_spirals(20)
SQUARE = torch.tensor([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]]), [0, 0, 1, 1]


def always(logit):
    return lambda X: torch.where(X[:, 0] > 0, logit, -logit)


@pytest.mark.parametrize(
    ("outputs", "wanted"),
    [
        (torch.tensor([0.0, 0.5, 1.0]), [[1, 0], [0.5, 0.5], [0, 1]]),  # probabilities already
        (torch.tensor([[-1.0986], [1.0986]]), [[0.75, 0.25], [0.25, 0.75]]),
        (torch.tensor([[0.2, 0.3, 0.5]]), [[0.2, 0.3, 0.5]]),
        (torch.tensor([[0.0, 0.0, 0.0, 0.0]]), [[0.25, 0.25, 0.25, 0.25]]),
        (torch.tensor([[0.2, 0.2]]), [[0.5, 0.5]]),  # from 0 to 1, and no row of probabilities
    ],
)
def test_probabilities_of_every_class(outputs, wanted):
    torch.testing.assert_close(
        predicted_probabilities(outputs), torch.tensor(wanted).float(), atol=1e-4, rtol=0
    )


def test_confidence_is_that_of_the_class_on_the_grid():
    regions = find_regions(always(2.0), *SQUARE)
    np.testing.assert_allclose(regions.confidence, torch.sigmoid(torch.tensor(2.0)), rtol=1e-6)
    assert find_regions(ideal_spirals, *SPIRALS).confidence.min() >= 1 / 3


@pytest.mark.parametrize(("ideal", "data"), [(ideal_moons, MOONS), (ideal_spirals, SPIRALS)])
def test_the_picture_has_points_bands_and_a_legend_that_names_them(ideal, data):
    ax = plot_confidence(ideal, *data, title="How sure")
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    classes = [f"class {label}" for label in np.unique(data[1]).astype(int)]
    assert words == [*classes, "boundary", "75% sure", "95% sure"]
    points = [c for c in ax.collections if isinstance(c, PathCollection)]
    assert sum(len(c.get_offsets()) for c in points) == len(data[1])
    dashes = {tuple(line.get_linestyle() for line in ax.get_legend().get_lines())}
    assert len(set(*dashes)) == 3, "each line has a dash of its own"
    assert (ax.get_title(), ax.get_xlabel(), ax.get_aspect()) == ("How sure", "feature 1 (x1)", 1)


def test_opacity_grows_with_confidence():
    colours = []
    for logit in (0.5, 2.0, 6.0):  # 62%, 88% and more than 99%
        ax = plot_confidence(always(logit), *SQUARE)
        fills = [c for c in ax.collections if getattr(c, "filled", False)]
        drawn = [c for c in fills for path in c.get_paths() if len(path.vertices)]
        paths = [
            (path, colour)
            for c in drawn
            for path, colour in zip(c.get_paths(), c.get_facecolor(), strict=True)
            if len(path.vertices)
        ]
        colours.append({round(float(colour[3]), 2) for _, colour in paths})
    assert colours == [{0.1}, {0.3}, {0.55}]


def test_words():
    assert describe_confidence(always(6.0), *SQUARE) == (
        "The model is at least 95% sure on 100.0% of the area shown and less than 75% sure on "
        "0.0% of the area shown. It is least sure near its boundary."
    )
    shares = re.findall(r"([\d.]+)% of", describe_confidence(ideal_moons, *MOONS))
    assert 90 < float(shares[0]) < 100
    assert 0 < float(shares[1]) < 10
