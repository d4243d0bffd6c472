"""The whole class: every attack, every honest learner, every misconception."""

from __future__ import annotations

from tests.attacks import (
    asserts,
    classmates,
    costing,
    disguised,
    forging,
    lasting,
    models,
    notebooks,
    patching,
    patching_moons,
    reaching,
    shortcuts,
    tanhs,
)

ATTACKS = [
    *asserts.ATTACKS,
    *forging.ATTACKS,
    *patching.ATTACKS,
    *patching_moons.ATTACKS,
    *shortcuts.ATTACKS,
    *models.ATTACKS,
    *tanhs.ATTACKS,
    *reaching.ATTACKS,
    *lasting.ATTACKS,
    *notebooks.ATTACKS,
    *disguised.ATTACKS,
    *costing.ATTACKS,
]
EVERYBODY = [*ATTACKS, *classmates.HONEST, *classmates.MISCONCEPTIONS]
