"""The datasets as a judge needs them: the exercise's own split, fresh draws, the bars to pass.

Where the bars come from (measured over 5,000 trained variants): honest models that pass their own
split score at least .931 on fresh moons and .843 on fresh spirals; straight lines score .887 and
.53. Bars of .92 and .82 on pooled draws therefore reject fewer than one honest model in 1000.
Zeroing every parameter drops honest models to .50 and .37; a look-up table stays where it was.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

Arrays = dict[str, np.ndarray]
#: What learners call the data and its split, in the order in which they come.
SIX = ("X", "y", "X_train", "X_test", "y_train", "y_test")
#: The seed of the fresh draws in a learner's own check. A grader draws from a secret seed.
#: Large, so that it is no small integer that a model could be fitted to by trying them all.
PUBLIC_SEED = 0x6D6F6F6E73_73706972616C73
TEST_ROWS = 0.2
SPLIT_SEED = 42
#: The seed of the rescue's draw: rows to go on with that are never the exercise's own.
RESCUE_SEED = 0x7265_73637565


@dataclass(frozen=True)
class Dataset:
    """One dataset and what passing on it means.

    Attributes:
        maker: the function of `helpers.data` that draws it, in the exercise's size.
        rows: how many rows that is.
        classes: how many classes.
        label_dtype: what the labels' dtype has to be, and `label_reason` why.
        given: a cell of the notebook draws it, and the learner only splits it.
        pass_above: the accuracy that the exercise's test split must exceed.
        fresh_bar: the pooled accuracy that fresh draws must reach.
        zeroed_bar: accuracy that a model with all parameters at zero must stay below.
        most_epochs: within which training should be done.
        rescue_width: neurons in each hidden layer of the rescue's model.
        rescue_rate: the learning rate of the rescue's optimizer.
    """

    maker: str
    rows: int
    classes: int
    label_dtype: str
    label_reason: str
    given: bool
    pass_above: float
    fresh_bar: float
    zeroed_bar: float
    most_epochs: int
    rescue_width: int
    rescue_rate: float
    fresh_draws: int = 5

    @property
    def binary(self) -> bool:
        """Two classes: one output a row is enough, and labels may be compared with it as floats."""
        return self.classes == 2


MOONS = Dataset(
    maker="draw_moons",
    rows=1000,
    classes=2,
    label_dtype="float32",
    label_reason="binary cross-entropy compares them with floating-point outputs",
    given=False,
    pass_above=0.96,
    fresh_bar=0.92,
    zeroed_bar=0.75,
    most_epochs=1000,
    rescue_width=16,
    rescue_rate=0.01,
)
SPIRALS = Dataset(
    maker="draw_spirals",
    rows=300,
    classes=3,
    label_dtype="int64",
    label_reason="cross-entropy takes class numbers",
    given=True,
    pass_above=0.95,
    fresh_bar=0.82,
    zeroed_bar=0.60,
    most_epochs=1000,
    rescue_width=32,
    rescue_rate=0.02,
)


def draw(dataset: Dataset, seed: int, **changes: Any) -> tuple[np.ndarray, np.ndarray]:
    """One draw as arrays: features float32 `(rows, 2)` and labels int64 `(rows,)`.

    `changes` are arguments of its maker, such as `noise`.
    """
    from helpers import data  # brings torch, which those who only read the table can spare

    X, y = getattr(data, dataset.maker)(seed=seed, **changes)
    return np.asarray(X, dtype=np.float32), np.asarray(y).astype(np.int64)


@lru_cache(maxsize=4)
def split(dataset: Dataset, seed: int = SPLIT_SEED) -> Arrays:
    """The six arrays, the exercise's own or the rescue's, by the names that learners give them."""
    from sklearn.model_selection import train_test_split

    X, y = draw(dataset, seed)
    parts = train_test_split(X, y, test_size=TEST_ROWS, random_state=SPLIT_SEED)
    return dict(zip(SIX, (X, y, *parts), strict=True))


@lru_cache(maxsize=4)
def fresh(dataset: Dataset, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Fresh draws, pooled: features `(draws * rows, 2)` and labels `(draws * rows,)`."""
    # Each draw gets a seed of its own, never a small one that could be found by trying.
    seeds = [(seed << 8) + (1 << 96) + number for number in range(dataset.fresh_draws)]
    features, labels = zip(*(draw(dataset, each) for each in seeds), strict=True)
    return np.concatenate(features), np.concatenate(labels)
