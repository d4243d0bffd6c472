"""Every learner of the sample class gets what the work deserves, part by part."""

import pytest

from autograder.checks.table import PARTS
from autograder.demo.sample import sample_class
from tests.demo.classroom import play, points

MOONS = ("moons_data", "moons_model", "moons_loss_optimizer", "moons_outputs", "moons_train")
MOONS += ("moons_plot",)
SPIRALS = ("spirals_data", "spirals_model", "spirals_loss_optimizer", "spirals_train")
SPIRALS += ("spirals_plot",)
FULL = (2, 2, 2, 1, 4, 1), 5, (2, 2, 2, 5, 1)
NOT_HANDED_IN = ()

#: Points in the parts of moons, in tanh, and in the parts of spirals.
EXPECTED = {
    "blank": ((0, 0, 0, 0, 0, 0), 0, (0, 0, 0, 0, 0)),
    "chatty-loop": FULL,
    "crashes-midway": ((2, 2, 2, 1, 1, 0), 0, (2, 0, 2, 0, 0)),
    "half-finished": ((2, 2, 1, 1, 0, 0), 4, NOT_HANDED_IN),
    "library-tanh": (NOT_HANDED_IN, 0, NOT_HANDED_IN),
    "linear-model": ((2, 1, 2, 1, 1, 1), None, (2, 1, 2, 0, 1)),
    "own-names": ((2, 0, 1, 0, 0, 0), 0, NOT_HANDED_IN),
    "perfect-functional": FULL,
    "perfect-sequential": FULL,
    "saved-by-colab": FULL,
    "seed-answers": ((2, 2, 2, 1, 4, 1), 2, (2, 2, 2, 0, 1)),
    "wrong-labels-dtype": ((1, 2, 2, 1, 4, 1), 4, (1, 2, 2, 0, 0)),
}


def expected_points(name: str) -> dict[str, float]:
    """Points by part, of the notebooks handed in."""
    moons, tanh, spirals = EXPECTED[name]
    result = dict(zip(MOONS + SPIRALS, moons + spirals, strict=False))
    if not moons:
        result = dict(zip(SPIRALS, spirals, strict=False))
    return result if tanh is None else {**result, "tanh": tanh}


def test_the_table_names_everyone():
    assert [learner.name for learner in sample_class()] == sorted(EXPECTED)
    assert {*MOONS, "tanh", *SPIRALS} == set(PARTS)


@pytest.mark.parametrize("learner", sample_class(), ids=lambda learner: learner.name)
def test_marks_are_deserved_and_stated_in_the_file(learner):
    verdicts = play(learner)
    earned = points(verdicts)
    messages = {check: v.text() for check, v in verdicts.items() if not v.passed}
    assert earned == expected_points(learner.name), messages
    assert sum(earned.values()) == learner.earns
