"""What is wrong with a page, for somebody who hears it, sees no colours, or has only a keyboard.

Each function gives a list of sentences, empty where all is well. axe-core finds most of it; what
it can't know of a notebook is asked here.
"""

from __future__ import annotations

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

#: What the notebook's page brings along itself, and no cell of ours can change: axe's rule, the
#: elements, why. A rule stays on for all other elements.
TEMPLATE: tuple[tuple[str, str, str], ...] = (
    ("color-contrast", ".jp-InputPrompt, .jp-OutputPrompt", "the pale [1]: beside each cell"),
    ("color-contrast", ".highlight span", "the theme's colours for code"),
    ("link-in-text-block", ".jp-RenderedMarkdown a", "the theme underlines a link on hover only"),
)
#: nbconvert writes it where a picture has none.
NO_ALT = "No description has been provided for this image"
FILE_NAME = re.compile(r"\S+\.(png|jpe?g|gif|svg|webp)$", re.IGNORECASE)


def violations(
    page: Page, *, inside: str | None = None, rules: list[str] | None = None
) -> list[str]:
    """What axe-core reports or can't decide, each with its rule, its element and axe's help.

    Args:
        page: an open page.
        inside: a selector of the part to look at; None for the whole page.
        rules: axe's rules to ask; None for all of them.
    """
    options: dict[str, object] = {"resultTypes": ["violations", "incomplete"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    response = Axe().run(page, context=inside, options=options).response
    return [
        f"{rule['id']}: {rule['help']}: {node['html'][:200]} ({node.get('failureSummary')})"
        for rule in response["violations"] + response["incomplete"]
        for node in rule["nodes"]
        if not _too_short(node) and not _of_the_template(page, rule["id"], node["target"][-1])
    ]


def _too_short(node: dict[str, Any]) -> bool:
    # axe never decides whether a single character can be read.
    return any((one["data"] or {}).get("messageKey") == "shortTextContent" for one in node["any"])


def _of_the_template(page: Page, rule: str, target: str) -> bool:
    selectors = ", ".join(elements for name, elements, _ in TEMPLATE if name == rule)
    return bool(selectors) and page.evaluate(
        "([target, own]) => document.querySelector(target).matches(own)", [target, selectors]
    )


def pictures(page: Page) -> list[str]:
    """Pictures that say nothing to somebody who can't see them, or that are not shown at all."""
    wrong = []
    for image in page.locator("img").all():
        alt = (image.get_attribute("alt") or "").strip()
        shown = image.evaluate("image => image.complete && image.naturalWidth > 0")
        if not re.search(r"\w", alt) or alt == NO_ALT:
            wrong.append(f"a picture has no alternative text: {_start(image)}")
        elif FILE_NAME.match(alt):
            wrong.append(f"a picture's alternative text is a file name: {alt}")
        if not shown:
            wrong.append(f"a picture needs the network or a missing file: {_start(image)}")
    return wrong


def headings(page: Page) -> list[str]:
    """A page has one h1, and each level follows the one above it."""
    found = [
        (int(heading.evaluate("h => h.tagName[1]")), heading.inner_text().removesuffix("¶"))
        for heading in page.locator("h1, h2, h3, h4, h5, h6").all()
    ]
    wrong = [f"a heading has no text (h{level})" for level, text in found if not text.strip()]
    ones = [text for level, text in found if level == 1]
    if len(ones) != 1:
        wrong.append(f"{len(ones)} headings of level 1 instead of one: {ones}")
    before = 0
    for level, text in found:
        if level > before + 1:
            wrong.append(f"h{level} comes after h{before}: {text}")
        before = level
    return wrong


def links(page: Page) -> list[str]:
    """Links must say in words where they lead; the template's own ¶ beside headings aside."""
    return [
        f"a link has no words: {_start(link)}"
        for link in page.locator("a[href]:not(.anchor-link)").all()
        if not re.search(r"[^\W\d_]", link.inner_text())
        or re.match(r"https?://", link.inner_text().strip())
    ]


# Every coloured element of an HTML output. Two that say the same in different colours, or one
# that says nothing, leave somebody who sees no colours without their meaning.
_COLOURED = """() => [...document.querySelectorAll('.jp-RenderedHTML')].flatMap((output) => {
  const look = (node) => {
    const style = getComputedStyle(node);
    return [style.color, style.backgroundColor, style.borderLeftColor].join(' ');
  };
  const coloured = (node) =>
    /color|background|border|fill/.test(node.getAttribute('style') || '') ||
    node.hasAttribute('color') || node.hasAttribute('bgcolor') ||
    getComputedStyle(node).color !== getComputedStyle(output).color;
  return [...output.querySelectorAll('*')].filter(
    (node) => coloured(node) && !['IMG', 'STYLE', 'SCRIPT', 'A'].includes(node.tagName)
  ).map((node) => ({text: node.innerText.trim(), look: look(node), html: node.outerHTML}));
})"""


def colour_alone(page: Page) -> list[str]:
    """Parts of HTML outputs that differ in colour and not in words."""
    wrong, looks = [], {}
    for part in page.evaluate(_COLOURED):
        if not re.search(r"[^\W\d_]{2}", part["text"]):
            wrong.append(f"only its colour says what it means: {part['html'][:200]}")
        elif looks.setdefault(part["text"], part["look"]) != part["look"]:
            wrong.append(f"the same words in two colours: {part['html'][:200]}")
    return wrong


def folded_blocks(page: Page) -> list[str]:
    """Folded blocks that Tab does not reach, or that Enter does not open."""
    blocks = page.locator("details")
    blocks.evaluate_all("all => all.forEach((one) => { one.open = false; })")
    page.evaluate("document.activeElement.blur()")
    opened: set[int] = set()
    stops = page.locator("a[href], [tabindex], button, input, summary").count()
    for _ in range(stops + 1):
        page.keyboard.press("Tab")
        at = page.evaluate(
            "[...document.querySelectorAll('summary')].indexOf(document.activeElement)"
        )
        if at >= 0 and at not in opened:
            page.keyboard.press("Enter")
            opened.add(at)
    return [
        f"a folded block can't be opened by keyboard: {_start(block)}"
        for block in blocks.all()
        if not block.evaluate("one => one.open && one.querySelector('summary').innerText.trim()")
    ]


def _start(element: Locator) -> str:
    return element.evaluate("node => node.outerHTML")[:200]
