"""A kernel that is forked with the imports done does what one that starts afresh does."""

from __future__ import annotations

import re

import pytest
from traitlets.config import Config

from autograder.kernels.session import Kernel
from tests.kernels.same_cells import CELLS

#: What differs between any two kernels: names of folders, addresses, times, process ids.
VARYING = {
    r"moons-[a-z0-9_]{8}": "moons-X",
    r"0x[0-9a-f]{6,}": "0xX",
    r"ipykernel_\d+|/tmp/ipykernel": "ipykernel_X",
    r"\d+(\.\d+)? [mnμ]?s ± .*? per loop": "X s",
    r"Thread-\d+": "Thread-X",
}


def outputs(*, warm: bool) -> list[str]:
    """What each cell shows, as text without what varies."""
    config = Config()
    config.Sandbox.warm = warm
    with Kernel(config) as kernel:
        assert (kernel.cold == "") == warm, kernel.cold
        runs = [kernel.run(cell) for cell in CELLS]
        assert not kernel.dead
    texts = []
    for run in runs:
        text = "\n".join(str(dict(output)) for output in run.outputs)
        for varying, same in VARYING.items():
            text = re.sub(varying, same, text)
        texts.append(text)
    return texts


@pytest.fixture(scope="module")
def both():
    return outputs(warm=True), outputs(warm=False)


@pytest.mark.parametrize("number", range(len(CELLS)))
def test_a_cell_shows_the_same(both, number):
    warm, cold = both
    assert warm[number] == cold[number], CELLS[number]
