"""Reads how the plane of one axes is painted, at points of it. Knows axes, and no model.

Regions are drawn in many ways: filled contours, meshes, images, a grid of dots. What is read are
the numbers that Matplotlib was given, and not pixels.
"""

from typing import Any

import numpy as np

#: Dots beyond this many are no rows of a dataset: they paint a field.
MOST_ROWS = 2000
#: A grid has few columns and few rows for its many dots; rows with noise have no two alike.
_PLACES_A_DOT, _LEAST_DOTS = 8, 100
#: Of dots without order so many are looked at; a layer of more polygons is left unread.
_MOST_PARTS = 5000
#: Where a layer paints nothing.
BARE = -1.0


def is_field(dots: np.ndarray) -> bool:
    """True if dots `(N, 2)` are a grid over the plane, or a class's part of one, and no rows."""
    if len(dots) > MOST_ROWS:
        return True
    return len(dots) >= _LEAST_DOTS and _grid_of(dots) is not None


def is_region(artist: Any) -> bool:
    """True if an artist paints areas of the plane, or draws the contours between them."""
    from matplotlib.collections import PolyCollection, QuadMesh
    from matplotlib.contour import ContourSet

    if isinstance(artist, (ContourSet, QuadMesh)) or type(artist).__name__ == "PolyQuadMesh":
        return True
    return isinstance(artist, PolyCollection) and artist.get_array() is not None


def paint_at(ax: Any, points: np.ndarray) -> np.ndarray | None:
    """What is painted at points `(P, 2)` of an axes.

    Returns:
        Some columns for each layer that could be read, float32: equal rows look alike, and `BARE`
        stands where a layer paints nothing. None where no layer could be read.
    """
    columns = []
    for artist in (*ax.collections, *ax.images):
        try:
            found = _paint_of(artist, points)
        except Exception:  # an artist of an unusual kind: then nothing is said of it
            found = None
        if found is not None:
            columns.append(found)
    return np.concatenate(columns, axis=1).astype(np.float32) if columns else None


def _paint_of(artist: Any, points: np.ndarray) -> np.ndarray | None:
    from matplotlib.collections import PathCollection
    from matplotlib.image import AxesImage

    if type(artist) is AxesImage:
        return _of_pixels(artist, points)
    if isinstance(artist, PathCollection):
        dots = np.asarray(artist.get_offsets(), dtype=np.float64)
        return _of_nearest(dots, _numbers(artist), points) if is_field(dots) else None
    if not is_region(artist):
        return None
    if hasattr(artist, "get_coordinates"):
        dots, numbers = np.asarray(artist.get_coordinates(), dtype=np.float64), _numbers(artist)
        if len(numbers) != dots.size // 2:  # one colour for each cell, and not for each corner
            dots = (dots[1:, 1:] + dots[:-1, 1:] + dots[1:, :-1] + dots[:-1, :-1]) / 4
        return _of_nearest(dots.reshape(-1, 2), numbers, points)
    return _of_polygons(artist, points) if getattr(artist, "filled", True) else None


def _numbers(artist: Any) -> np.ndarray:
    """What each part of an artist is coloured by, `(parts, numbers)`, from 0 to 1."""
    values = artist.get_array()
    if values is None or getattr(values, "ndim", 1) == 3:  # colours
        values = artist.get_facecolor() if values is None else values
        values = np.reshape(values, (-1, np.shape(values)[-1]))
    else:
        values = np.ma.ravel(values)[:, None]
    found = np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan)
    low, high = np.nanmin(found), np.nanmax(found)
    return np.nan_to_num((found - low) / ((high - low) or 1.0), nan=BARE)


def _of_pixels(image: Any, points: np.ndarray) -> np.ndarray:
    left, right, bottom, top = image.get_extent()
    across, down = ((points - (left, bottom)) / (right - left, top - bottom)).T
    down = 1 - down if image.origin == "upper" else down
    height, width = image.get_array().shape[:2]
    row, column = (
        np.clip((s * n).astype(int), 0, n - 1) for s, n in ((down, height), (across, width))
    )
    hair = 1e-6  # a point on the edge may come to lie just outside
    outside = (np.abs(across - 0.5) > 0.5 + hair) | (np.abs(down - 0.5) > 0.5 + hair)
    found = _numbers(image).reshape(height, width, -1)[row, column]
    found[outside] = BARE
    return found


def _of_polygons(artist: Any, points: np.ndarray) -> np.ndarray | None:
    """The number of the last part that covers each point; a part may have holes."""
    parts, values = artist.get_paths(), artist.get_array()
    if len(parts) > _MOST_PARTS or (values is not None and len(values) not in (0, len(parts))):
        return None  # as `hexbin`, whose many parts have one path
    numbers = _numbers(artist) if values is not None and len(values) else None
    if numbers is None:
        numbers = np.linspace(0, 1, len(parts))[:, None]
    found = np.full((len(points), 1), BARE)
    for path, number in zip(parts, numbers, strict=True):
        covered = np.zeros(len(points), dtype=bool)
        for ring in path.to_polygons():
            covered ^= _inside(ring, points)
        found[covered] = number
    return found


def _inside(ring: np.ndarray, points: np.ndarray) -> np.ndarray:
    from matplotlib.path import Path

    return np.asarray(Path(ring).contains_points(points))


def _of_nearest(dots: np.ndarray, numbers: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The number of the dot that is nearest to each point, within a grid's own spacing."""
    numbers = numbers if len(numbers) == len(dots) else np.repeat(numbers[:1], len(dots), axis=0)
    grid = _grid_of(dots)
    if grid is None:
        step = len(dots) // _MOST_PARTS + 1
        away = ((points[:, None] - dots[None, ::step]) ** 2).sum(axis=2)
        return numbers[::step][away.argmin(axis=1)]
    table = np.full((len(grid[0]), len(grid[1]), numbers.shape[1]), BARE)
    table[tuple(_nearest(values, dots[:, n])[0] for n, values in enumerate(grid))] = numbers
    (column, near_x), (row, near_y) = (
        _nearest(values, points[:, n]) for n, values in enumerate(grid)
    )
    return np.where((near_x & near_y)[:, None], table[column, row], BARE)


def _grid_of(dots: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Where the columns and the rows of a grid of dots stand; None if they are no grid."""
    # Sums and differences may leave two of one column a hair apart.
    spans = np.maximum(np.ptp(dots, axis=0), 1e-12)
    columns, rows = (np.unique(np.round(dots[:, n] / spans[n], 9)) * spans[n] for n in (0, 1))
    fits = min(len(columns), len(rows)) > 1 and len(columns) * len(rows) <= _PLACES_A_DOT * len(
        dots
    )
    return (columns, rows) if fits else None


def _nearest(values: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The place of the value nearest to each wanted one, and whether it is no step away."""
    found = np.searchsorted((values[1:] + values[:-1]) / 2, wanted)
    return found, np.abs(values[found] - wanted) <= np.diff(values).max()
