"""The notebooks as pages: can they be used by ear, without colours, and by keyboard?

Each is run, untouched and solved, turned into HTML as nbconvert does it, and opened in a browser
without a network. `build/browser/` keeps a picture of each page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import Browser, Page

from autograder.checks.words.verdict import HEADINGS
from autograder.course.folders import notebooks_in
from autograder.running.notebook import run_notebook
from tests.browser.conftest import keep_local
from tests.support import audit
from tests.support.released import read

ROOT = Path(__file__).parents[2]
NOTEBOOKS = notebooks_in(ROOT / "solutions/classification")
SCREENSHOTS = ROOT / "build/browser"


@pytest.fixture(
    scope="module",
    params=[(kind, name) for name in NOTEBOOKS for kind in ("notebooks", "solutions")],
    ids="-".join,
)
def lesson(request: pytest.FixtureRequest) -> tuple[str, str, nbformat.NotebookNode]:
    """A notebook after it was run: its kind, its name, and the notebook."""
    kind, name = request.param
    return kind, name, run_notebook(read(kind, name))


def opened(browser: Browser, html: str) -> Page:
    """A page of its own, off the network, with all folded blocks open."""
    page = keep_local(browser.new_context(viewport={"width": 1200, "height": 900})).new_page()
    page.set_content(html)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    return page


def rendered(lesson: tuple[str, str, nbformat.NotebookNode], theme: str) -> str:
    """The HTML that `jupyter nbconvert --to html` writes."""
    kind, name, notebook = lesson
    metadata = {"name": name, "path": str(ROOT / kind / "classification")}
    exporter = HTMLExporter(template_name="lab", theme=theme, embed_images=True)
    return exporter.from_notebook_node(notebook, {"metadata": metadata})[0]


@pytest.fixture(scope="module")
def lesson_page(lesson: tuple[str, str, nbformat.NotebookNode], browser: Browser) -> Iterator[Page]:
    page = opened(browser, rendered(lesson, "light"))
    kind, name, _ = lesson
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-{kind}.png", full_page=True)
    yield page
    page.context.close()


def test_axe_finds_no_fault(lesson_page: Page) -> None:
    assert audit.violations(lesson_page) == []


# Red errors stand in an untouched notebook, green lines and tables in a solved one.
@pytest.mark.parametrize(
    "lesson", [("notebooks", "02_tanh"), ("solutions", "01_moons")], ids="-".join, indirect=True
)
def test_text_and_outputs_can_be_read_on_a_dark_page(
    lesson: tuple[str, str, nbformat.NotebookNode], browser: Browser
) -> None:
    page = opened(browser, rendered(lesson, "dark"))
    kind, name, _ = lesson
    page.screenshot(path=SCREENSHOTS / f"{name}-{kind}-dark.png", full_page=True)
    ours = ".jp-OutputArea-output, .jp-RenderedMarkdown"
    assert audit.violations(page, inside=ours, rules=["color-contrast"]) == []
    page.context.close()


@pytest.mark.parametrize(
    "find",
    [audit.pictures, audit.headings, audit.links, audit.colour_alone],
    ids=lambda f: f.__name__,
)
def test_nothing_is_said_to_the_eye_alone(
    lesson_page: Page, find: Callable[[Page], list[str]]
) -> None:
    assert find(lesson_page) == []


def test_folded_blocks_open_by_keyboard(lesson_page: Page) -> None:
    assert lesson_page.locator("details").count() > 0
    assert audit.folded_blocks(lesson_page) == []


def test_every_verdict_begins_with_its_outcome_in_words(
    lesson: tuple[str, str, nbformat.NotebookNode], lesson_page: Page
) -> None:
    kind, _, notebook = lesson
    checks = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("points")]
    outcome = HEADINGS["correct" if kind == "solutions" else "not_started"]
    assert checks
    for cell in checks:
        shown = lesson_page.locator(f"[id='cell-id={cell.id}'] .jp-OutputArea-output").first
        assert shown.inner_text().strip().removeprefix("✓").strip().startswith(outcome)


DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
FAULTY = f"""<!doctype html><html lang="en"><title>Faults</title><main>
<h1>One</h1><h3>Skipped a level</h3><h1>Two</h1><h2></h2>
<img src="{DOT}"><img alt="plot.png" src="{DOT}"><img alt="{audit.NO_ALT}" src="{DOT}">
<img alt="Far away" src="https://example.org/far.png">
<p style="color:#bbb;background:#fff">Pale on white</p>
<p><a href="#x"></a> <a href="#y">https://example.org</a></p>
<div class="jp-RenderedHTML"><span style="color:#060">●</span>
<b style="color:#060">row one</b> <b style="color:#800">row one</b></div>
<details><summary tabindex="-1">Out of reach</summary>A hint</details>
<div class="jp-InputPrompt" style="color:#bbb;background:#fff">[1]:</div>
</main></html>"""


def test_the_audit_can_fail(page: Page) -> None:
    page.set_content(FAULTY)
    found = audit.violations(page)
    rules = {line.partition(":")[0] for line in found}
    assert {"image-alt", "heading-order", "color-contrast", "link-name", "empty-heading"} <= rules
    assert any("Pale on white" in line for line in found)
    assert not any("[1]:" in line for line in found)  # the template's own
    assert len(audit.pictures(page)) == 4
    assert len(audit.headings(page)) == 3
    assert len(audit.links(page)) == 2
    assert len(audit.colour_alone(page)) == 2
    assert len(audit.folded_blocks(page)) == 1
