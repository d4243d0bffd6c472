"""A figure's alternative text: in the HTML that front ends show, and in the PNG's metadata."""

import matplotlib
import matplotlib.pyplot as plt
import pytest
from bs4 import BeautifulSoup
from IPython.core.interactiveshell import InteractiveShell
from matplotlib.figure import Figure

from autograder.checks import alt_text


@pytest.fixture
def formatters():
    """The formatters of a session in which alternative texts are installed."""
    InteractiveShell.clear_instance()
    found = InteractiveShell.instance().display_formatter.formatters
    with matplotlib.rc_context():
        alt_text.install()
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
def test_both_forms_carry_the_words_and_are_drawn_once(formatters, size):
    drawn = []

    def draw(figure):
        drawn.append(figure)
        return ("iVBORw0K\n", size) if size else "iVBORw0K\n"

    formatters["image/png"].for_type(Figure, draw)
    figure = titled('Loss & "accuracy" <1>')
    data, metadata = show(figure)
    assert drawn == [figure]
    image = BeautifulSoup(data["text/html"], "html.parser").img
    assert image["alt"] == metadata["image/png"]["alt"] == '“Loss & "accuracy" <1>”: 1 line.'
    assert image["src"] == "data:image/png;base64,iVBORw0K"
    assert {k: int(image[k]) for k in ("width", "height") if k in image.attrs} == size
    assert size.items() <= metadata["image/png"].items()


def test_a_png_that_is_asked_for_alone_is_drawn_as_the_figure_now_stands(formatters):
    formatters["image/png"].for_type(Figure, lambda figure: figure.axes[0].get_title())
    figure = titled("before")
    show(figure)
    figure.axes[0].set_title("after")
    data, metadata = formatters["image/png"](figure)
    assert data == "after"
    assert "after" in metadata["alt"]


def test_another_format_than_png_stays_the_learners_choice(formatters):
    formatters["image/svg+xml"].for_type(Figure, lambda figure: "<svg/>")
    data, _ = show(titled("mine"))
    assert set(data) == {"text/plain", "image/svg+xml"}


def test_a_figure_that_can_not_be_drawn_shows_no_broken_picture(formatters):
    formatters["image/png"].for_type(Figure, lambda figure: None)
    data, _ = show(titled("none"))
    assert set(data) == {"text/plain"}
