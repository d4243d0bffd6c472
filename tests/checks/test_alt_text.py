"""A figure's alternative text, in the HTML that front ends show; and no picture twice."""

import matplotlib
import matplotlib.pyplot as plt
import pytest
from bs4 import BeautifulSoup
from IPython.core.interactiveshell import InteractiveShell
from matplotlib.figure import Figure

from autograder.checks.recorder import pictures


@pytest.fixture
def formatters():
    """The formatters of a session in which alternative texts are installed."""
    InteractiveShell.clear_instance()
    found = InteractiveShell.instance().display_formatter.formatters
    with matplotlib.rc_context():
        pictures.add_texts()
        yield found
    InteractiveShell.clear_instance()
    plt.close("all")


def show(figure):
    """A figure's data and metadata by type, as `display` asks for them."""
    return InteractiveShell.instance().display_formatter.format(figure)


def titled(title):
    figure, ax = plt.subplots()
    ax.plot([0, 1], [0, 1])
    ax.set_title(title)
    return figure


@pytest.mark.parametrize("size", [{}, {"width": 320, "height": 240}])
def test_the_picture_carries_the_words_and_is_drawn_and_held_once(formatters, size):
    drawn = []

    def draw(figure):
        drawn.append(figure)
        return ("iVBORw0K\n", size) if size else "iVBORw0K\n"

    formatters["image/png"].for_type(Figure, draw)
    figure = titled('Loss & "accuracy" <1>')
    data, _ = show(figure)
    assert drawn == [figure]
    assert set(data) == {"text/plain", "text/html"}
    image = BeautifulSoup(data["text/html"], "html.parser").img
    assert image["alt"] == '“Loss & "accuracy" <1>”: 1 line.'
    assert image["src"] == "data:image/png;base64,iVBORw0K"
    assert {k: int(image[k]) for k in ("width", "height") if k in image.attrs} == size


def test_every_figure_is_drawn_as_it_now_stands(formatters):
    formatters["image/png"].for_type(Figure, lambda figure: figure.axes[0].get_title())
    figure = titled("before")
    show(figure)
    figure.axes[0].set_title("after")
    titled("another")  # a new figure sets nothing up anew
    data, _ = show(figure)
    assert 'base64,after"' in data["text/html"]
    assert "“after”" in data["text/html"]


def test_another_format_than_png_stays_the_learners_choice(formatters):
    formatters["image/svg+xml"].for_type(Figure, lambda figure: "<svg/>")
    data, _ = show(titled("mine"))
    assert set(data) == {"text/plain", "image/svg+xml"}


def test_a_figure_that_can_not_be_drawn_shows_no_broken_picture(formatters):
    formatters["image/png"].for_type(Figure, lambda figure: None)
    data, _ = show(titled("none"))
    assert set(data) == {"text/plain"}
