"""Every test leaves no figure and no notebook session behind."""

import pytest


@pytest.fixture(autouse=True)
def no_figures_left():
    yield
    import matplotlib.pyplot as plt

    plt.close("all")
