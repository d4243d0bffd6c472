"""What would hold a page for minutes or days is shown on it as plain text.

Formgrader and feedback make a page in one go, for one learner after the other. The Markdown, the
colours and the HTML of nbconvert, mistune, Pygments and browsers' rules take four times as long for
twice as much of the wrong text. So such text, which no honest notebook has, is not given to them.
"""

import re
from collections.abc import MutableMapping
from html import escape
from typing import Any

from jinja2 import pass_context
from nbconvert.filters.ansi import ansi2html, strip_ansi
from nbconvert.filters.highlight import Highlight2HTML

#: Characters of Markdown and of code on one page; the longest given notebook has 22,000 and 17,000.
_PAGE = 100_000
#: Of Markdown in one piece; of code in one line, and of nothing but space.
_MARKDOWN, _LINE, _SPACE = 10_000, 2_000, 200
_LONG_SPACE = re.compile(rf"\s{{{_SPACE}}}")
#: Colours times characters of one text: each colour copies what is left of it.
_COLOURS = 100_000_000
#: Elements that stand in each other. Those that the next of their kind ends do not count.
_DEPTH = 100
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_NOT_NESTED = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"),
    *("track", "wbr", "p", "li", "dd", "dt", "td", "th", "tr", "tbody", "thead", "tfoot"),
    *("colgroup", "option", "caption"),
}


def as_plain(text: str) -> str:
    """A text as HTML that shows it as it is."""
    return f"<pre>{escape(text)}</pre>"


def is_long(source: str, page: MutableMapping[str, Any] | None) -> bool:
    """Whether Markdown is too long to be rendered, with what else stands on its page."""
    return len(source) > _MARKDOWN or not _fits(source, page, "markdown")


def _fits(source: str, page: MutableMapping[str, Any] | None, what: str) -> bool:
    """Whether a text is not too much for its page; `page` keeps how much may still come."""
    name = f"moons_and_spirals_{what}"
    left = _PAGE if page is None else page.get(name, _PAGE)
    if len(source) > left:
        return False
    if page is not None:
        page[name] = left - len(source)
    return True


@pass_context
def code(context: Any, source: str, language: str = "", metadata: Any = None) -> str:
    """Code as HTML in colours; without them where finding them takes long."""
    quick = max(map(len, source.split("\n"))) <= _LINE and not _LONG_SPACE.search(source)
    quick = quick and _fits(source, context.get("resources"), "code")
    return str(Highlight2HTML(pygments_lexer="ipython3" if quick else "text")(source))


def is_deep(html: str) -> bool:
    """Whether elements stand in each other as no page that people write has them."""
    opened: dict[str, int] = {}
    depth = 0
    for end, name in _TAG.findall(html):
        tag = name.lower()
        if tag in _NOT_NESTED or (end and not opened.get(tag)):
            continue
        step = -1 if end else 1
        opened[tag] = opened.get(tag, 0) + step
        depth += step
        if depth > _DEPTH:
            return True
    return False


def colours(text: str) -> str:
    """What a cell printed, as HTML in the colours that it asks for; without, where it asks much."""
    much = text.count("\x1b") * len(text) > _COLOURS
    return str(ansi2html(strip_ansi(text) if much else text))
