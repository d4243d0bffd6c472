"""A learner's notebook cannot hold the pages of others: what would take long is plain text."""

import html
import re
import time
from itertools import count

import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.kernels.settings import load_config
from autograder.nbgrader_steps.html import clean
from autograder.nbgrader_steps.plain import as_plain
from tests.support.classes import new_course

#: Of the processor; without bounds each of these takes minutes, and most of them hours.
SECONDS = 20
MUCH = 400_000


@pytest.fixture(scope="module")
def exporter(tmp_path_factory):
    return HTMLExporter(config=load_config(new_course(tmp_path_factory.mktemp("course"))))


def page_of(exporter, *cells):
    return exporter.from_notebook_node(new_notebook(cells=list(cells)), {})[0]


def times(piece):
    return piece * (MUCH // len(piece))


def shown(kind, text):
    return new_code_cell("x", outputs=[new_output("display_data", data={kind: text})])


NUMBERED = "".join(f"<b title={n}><p>" for n in range(20_000))
HOLDING = {
    "formulas that never end": new_markdown_cell(times(r"\begin{a}")),
    "lines through nothing": new_markdown_cell(times("~~")),
    "formulas that are shown": shown("text/markdown", times(r"\begin{a}")),
    "elements in each other": shown("text/html", times("<div>")),
    "elements across each other": shown("text/html", NUMBERED + "</b>" * 20_000),
    "elements in a text": new_markdown_cell(times("<div>")),
    "lines of one space": new_code_cell(times(" \n")),
    "names in names": new_code_cell(times("a.")),
    "colours of nothing": new_code_cell(
        "x", outputs=[new_output("stream", name="stdout", text=times("\x1b[m"))]
    ),
    "many texts": [new_markdown_cell(r"\begin{a}" * 1000) for _ in range(40)],
}


@pytest.mark.parametrize("cells", HOLDING.values(), ids=HOLDING)
def test_a_page_takes_no_longer_than_it_has_to(exporter, cells):
    begun = time.process_time()
    page_of(exporter, *(cells if isinstance(cells, list) else [cells]))
    assert time.process_time() - begun < SECONDS


def test_what_would_take_long_is_still_to_be_read(exporter):
    words = f"my note {'~~' * 6000} its end"
    page = page_of(exporter, new_markdown_cell(words), new_code_cell(f"y = 1{' ' * 300}# why"))
    assert as_plain(words) in page
    assert "# why" in page
    assert "<p>" in page_of(exporter, new_markdown_cell("my note"))  # and a usual one as it was


def test_a_text_that_cannot_be_rendered_costs_nobody_the_page(exporter, monkeypatch):
    def fails(self, text):
        raise RecursionError

    monkeypatch.setattr("autograder.nbgrader_steps.html.MarkdownWithMath.render", fails)
    assert as_plain("a *note*") in page_of(exporter, new_markdown_cell("a *note*"))


def test_honest_tables_and_colours_stay():
    rows = "".join(f"<tr><td>{n}</td><td><b>{n}</b></td></tr>" for n in range(2000))
    table = f"<div><table><tbody>{rows}</tbody></table></div>"
    assert clean(table) == table
    items = "".join(f"<li><p>{n}" for n, _ in zip(count(), range(500), strict=False))
    assert clean(f"<ul>{items}</ul>").count("<li>") == 500


def test_a_traceback_keeps_its_colours(exporter):
    lines = [f"\x1b[0;31mline {n}\x1b[0m" for n in range(1500)]
    output = new_output("stream", name="stderr", text="\n".join(lines))
    page = page_of(exporter, new_code_cell("x", outputs=[output]))
    assert re.search(r'<span class="ansi-red-fg">line 1499</span>', html.unescape(page))
