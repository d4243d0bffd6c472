"""The two datasets as a judge needs them: the exercise's own split, fresh draws, the bars to pass.

Where the bars come from (measured over 5,000 trained variants): honest models that pass their own
split score at least .931 on fresh moons and .843 on fresh spirals; straight lines score .887 and
.53. Bars of .92 and .82 on pooled draws therefore reject fewer than one honest model in 1000.
Zeroing every parameter drops honest models to .50 and .37; a look-up table stays where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from helpers.data import draw_moons, draw_spirals

Arrays = dict[str, np.ndarray]

#: The seed of the fresh draws in a learner's own check. A grader draws from a secret seed.
#: Large, so that it is no small integer that a model could be fitted to by trying them all.
PUBLIC_SEED = 0x6D6F6F6E73_73706972616C73
TEST_ROWS = 0.2
SPLIT_SEED = 42
#: The seed of the rescue's draw: rows to go on with that are never the exercise's own.
RESCUE_SEED = 0x7265_73637565


@dataclass(frozen=True)
class Task:
    """One dataset and what passing on it means.

    Attributes:
        draw: gives `(X, y)` tensors for a seed, of the exercise's size.
        rows: how many rows that is.
        classes: how many classes.
        label_dtype: what the labels' dtype has to be, and `label_reason` why.
        pass_above: the accuracy that the exercise's test split must exceed.
        fresh_bar: the pooled accuracy that fresh draws must reach.
        zeroed_bar: accuracy that a model with all parameters at zero must stay below.
    """

    name: str
    model_name: str
    draw: Callable[[int], tuple[object, object]]
    rows: int
    classes: int
    label_dtype: str
    label_reason: str
    pass_above: float
    fresh_bar: float
    zeroed_bar: float
    fresh_draws: int = 5


MOONS = Task(
    name="moons",
    model_name="moon_model",
    draw=lambda seed: draw_moons(seed=seed),
    rows=1000,
    classes=2,
    label_dtype="float32",
    label_reason="binary cross-entropy compares them with floating-point outputs",
    pass_above=0.96,
    fresh_bar=0.92,
    zeroed_bar=0.75,
)
SPIRALS = Task(
    name="spirals",
    model_name="spiral_model",
    draw=lambda seed: draw_spirals(seed=seed),
    rows=300,
    classes=3,
    label_dtype="int64",
    label_reason="cross-entropy takes class numbers",
    pass_above=0.95,
    fresh_bar=0.82,
    zeroed_bar=0.60,
)


def task_of(check_id: str) -> Task:
    """The dataset that a check or part belongs to."""
    return SPIRALS if "spirals" in check_id else MOONS


def draw(task: Task, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """One draw as arrays: features float32 `(rows, 2)` and labels int64 `(rows,)`."""
    X, y = task.draw(seed)
    return np.asarray(X, dtype=np.float32), np.asarray(y).astype(np.int64)


@lru_cache(maxsize=4)
def split(task: Task, seed: int = SPLIT_SEED) -> Arrays:
    """The exercise's own six arrays, by the names that learners give them.

    Args:
        task: which dataset.
        seed: of the draw; `RESCUE_SEED` gives the rescue's rows.
    """
    from sklearn.model_selection import train_test_split

    X, y = draw(task, seed)
    parts = train_test_split(X, y, test_size=TEST_ROWS, random_state=SPLIT_SEED)
    names = ("X_train", "X_test", "y_train", "y_test")
    return {"X": X, "y": y, **dict(zip(names, parts, strict=True))}


@lru_cache(maxsize=4)
def fresh(task: Task, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Fresh draws, pooled: features `(draws * rows, 2)` and labels `(draws * rows,)`.

    Args:
        task: which dataset.
        seed: any non-negative integer; each draw gets a seed of its own made from it, never a
            small one that could be found by trying.
    """
    seeds = [(seed << 8) + (1 << 96) + number for number in range(task.fresh_draws)]
    draws = [draw(task, each) for each in seeds]
    return np.concatenate([X for X, _ in draws]), np.concatenate([y for _, y in draws])
