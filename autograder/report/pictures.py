"""Pictures for reports, as SVG and small PNG: quick enough for thousands, and self-contained.

Classes differ in colour and in pattern, their points in shape; every picture says in words what
it shows. Evidence may come from hostile code: what has not the right form gives no picture.
"""

import base64
import io
from functools import lru_cache
from html import escape
from typing import Any

import numpy as np
from PIL import Image

from autograder.checks.datasets import PUBLIC_SEED, Dataset, fresh, split
from autograder.checks.judges.training import PICTURE_STEPS
from helpers.regions import limits
from helpers.style import BLUE, COLOURS, DARK

#: Pixels of a region's picture for each step of the grid; patterns repeat every six pixels.
_SCALE, _PATTERN = 3, 6
_WIDTH = 320


def predictions(dataset: Dataset, picture: Any) -> tuple[np.ndarray, np.ndarray] | None:
    """The grid `(PICTURE_STEPS, PICTURE_STEPS)` and the labels `(rows,)` given to the own rows.

    The picture is as `checks.training` collects it, or anything else.
    """
    if not isinstance(picture, dict):
        return None
    found = []
    for name, shape in (("grid", (PICTURE_STEPS,) * 2), ("predicted", (dataset.rows,))):
        values = picture.get(name)
        if not isinstance(values, np.ndarray) or values.dtype.kind != "i" or values.shape != shape:
            return None
        if values.min() < 0 or values.max() >= len(COLOURS):
            return None
        found.append(values)
    return found[0], found[1]


def regions_png(grid: np.ndarray) -> str:
    """A `data:` address of a picture of regions, the second feature pointing up."""
    big = np.kron(grid[::-1], np.ones((_SCALE, _SCALE), dtype=np.int64)).astype(np.uint8)
    down, right = np.indices(big.shape) % _PATTERN
    marks = np.stack(
        [down == right, (down % 3 == 1) & (right % 3 == 1), down + right == 5, down == 2]
    )
    marked = np.take_along_axis(marks, (big % len(marks))[None].astype(np.int64), axis=0)[0]
    image = Image.fromarray(big * 2 + marked, mode="P")
    shades = [_pale(colour, share) for colour in COLOURS for share in (0.35, 0.6)]
    image.putpalette([value for shade in shades for value in shade])
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()


def _pale(colour: str, share: float) -> tuple[int, ...]:
    parts = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return tuple(round(255 - (255 - part) * share) for part in parts)


def boundary_svg(dataset: Dataset, grid: np.ndarray, predicted: np.ndarray, title: str) -> str:
    """The regions, the test rows on top, and a ring around each row that is misclassified.

    The grid and the classes predicted for the exercise's own rows, training rows first, are as
    from `predictions`; the title is for those who hear the picture.
    """
    own = split(dataset)
    points, labels = own["X_test"], own["y_test"]
    wrong = predicted[-len(labels) :] != labels
    count = int(np.sum(wrong))
    words = (
        f"{title}: {len(labels) - count} of {len(labels)} test rows right, {count} ringed as wrong."
    )
    (left, right), (low, high) = limits(own["X"].astype(np.float64))
    height = round(_WIDTH * (high - low) / (right - left))
    x = (points[:, 0] - left) / (right - left) * _WIDTH
    y = (high - points[:, 1]) / (high - low) * height
    drawn = []
    for label in range(dataset.classes):
        places = zip(x[labels == label], y[labels == label], strict=True)
        shapes = "".join(_shape(label, *place) for place in places)
        look = f'fill="{COLOURS[label]}" stroke="{DARK}" stroke-width=".6"'
        drawn.append(f'<path d="{shapes}" {look}/>')
    rings = "".join(
        f'<circle cx="{a:.1f}" cy="{b:.1f}" r="7"/>'
        for a, b in zip(x[wrong], y[wrong], strict=True)
    )
    return (
        f'<svg role="img" aria-label="{escape(words)}" viewBox="0 0 {_WIDTH} {height}">'
        f'<image href="{regions_png(grid)}" width="{_WIDTH}" height="{height}"'
        f' preserveAspectRatio="none"/>'
        f'{"".join(drawn)}<g fill="none" stroke="{DARK}" stroke-width="2.5">{rings}</g></svg>'
    )


def _shape(label: int, x: float, y: float) -> str:
    """A circle, a triangle or a square, as part of a path."""
    if label == 0:
        return f"M{x - 3:.1f} {y:.1f}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z"
    if label == 1:
        return f"M{x:.1f} {y - 3.6:.1f}l3.4 6h-6.8z"
    return f"M{x - 2.8:.1f} {y - 2.8:.1f}h5.6v5.6h-5.6z"


@lru_cache(maxsize=2)
def goal_svg(dataset: Dataset) -> str:
    """What a good answer looks like: each place has the class that most rows around it have."""
    from sklearn.neighbors import KNeighborsClassifier

    own = split(dataset)
    X, y = fresh(dataset, PUBLIC_SEED)
    known = KNeighborsClassifier(15).fit(
        np.concatenate([X, own["X"]]), np.concatenate([y, own["y"]])
    )
    spans = limits(own["X"].astype(np.float64))
    x1, x2 = (np.linspace(*span, PICTURE_STEPS) for span in spans)
    plane = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)
    grid = known.predict(plane).reshape(PICTURE_STEPS, PICTURE_STEPS)
    rows = np.concatenate([own["X_train"], own["X_test"]])
    return boundary_svg(dataset, grid, known.predict(rows), "The goal")


def histogram_svg(shares: list[float], words: str) -> str:
    """Bars for ten tenths of the points, which come as shares of the maximum, from 0 to 1."""
    counts, _ = np.histogram(np.clip(shares, 0, 1), bins=10, range=(0, 1))
    most = max(1, int(counts.max()))
    said = ", ".join(
        f"{10 * n} to {10 * n + 10}%: {count}" for n, count in enumerate(counts) if count
    )
    bars = "".join(
        f'<rect x="{20 + 58 * n}" y="{150 - 120 * count / most:.1f}" width="50"'
        f' height="{120 * count / most:.1f}" fill="{BLUE}"/>'
        f'<text x="{45 + 58 * n}" y="{144 - 120 * count / most:.1f}" text-anchor="middle">'
        f"{count}</text>"
        f'<text x="{45 + 58 * n}" y="168" text-anchor="middle">{10 * n}–{10 * n + 10}</text>'
        for n, count in enumerate(counts)
    )
    return (
        f'<svg role="img" aria-label="{escape(f"{words}: {said}.")}" viewBox="0 0 610 180"'
        f' font-size="13"><path d="M14 150H600" stroke="{DARK}"/>{bars}</svg>'
    )
