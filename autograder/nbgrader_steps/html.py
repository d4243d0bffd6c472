"""HTML of a learner's, made fit for an instructor's browser: what may stay is listed here.

nbgrader's templates show Markdown as it stands, so it is cleaned after it was rendered; HTML
outputs are cleaned as well. `nbgrader_config.py` puts both functions in the place of nbconvert's
filters of the same names. The cleaning itself is nh3's, which reads HTML as browsers do. What would
take long is shown as plain text (`plain.py`).
"""

import re
from collections.abc import Callable
from html import escape
from typing import Any

import nh3
from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.nbgrader_steps.plain import as_plain, is_deep, is_long

# No form, no frame, no <svg> or <math>, and nothing that loads, runs or styles.
_TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd"),
    *("del", "details", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4"),
    *("h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp"),
    *("small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th"),
    *("thead", "tr", "u", "ul", "var"),
}

#: By attribute, the tags that may bear it, and what it may say. No id: the page's scripts and
#: links go by ids. Classes are those of highlighted code and of pandas' tables.
_NUMBER = re.compile(r"\d{1,4}")
_ALLOWED: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("href", "a", re.compile(r"(https?://|mailto:)[^\0-\x20]+", re.IGNORECASE)),
    ("src", "img", re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*")),
    ("alt", "img", re.compile(r".*", re.DOTALL)),
    ("title", "a abbr img", re.compile(r".*", re.DOTALL)),
    ("width", "img", _NUMBER),
    ("height", "img", _NUMBER),
    ("colspan", "td th", _NUMBER),
    ("rowspan", "td th", _NUMBER),
    ("scope", "th", re.compile(r"row|col|rowgroup|colgroup")),
    ("border", "table", re.compile(r"[01]")),
    ("start", "ol", _NUMBER),
    ("open", "details", re.compile(r"(open)?")),
    ("class", "span", re.compile(r"[a-z][a-z0-9]{0,2}")),
    ("class", "div", re.compile(r"highlight( hl-\w+)?")),
    ("class", "table", re.compile(r"dataframe")),
    ("style", "td th tr", re.compile(r"text-align: ?(left|right|center);?")),
)


def _may_stay(tag: str, name: str, value: str) -> str | None:
    """An attribute's value if it is one of those above; None takes the attribute away."""
    known = (
        form for attribute, tags, form in _ALLOWED if name == attribute and tag in tags.split()
    )
    return value if any(form.fullmatch(value) for form in known) else None


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style", "title"},  # what is in them is no text for people
    attributes={tag: {name for name, tags, _ in _ALLOWED if tag in tags.split()} for tag in _TAGS},
    attribute_filter=_may_stay,
    url_schemes={"http", "https", "mailto", "data"},  # `_ALLOWED` says where
)


def clean(html: Any) -> str:
    """What is left of a piece of HTML when all that can act, load, hide or cover is taken away."""
    text = html.decode("utf-8", "replace") if isinstance(html, bytes) else str(html)
    return as_plain(text) if is_deep(text) else _CLEANER.clean(text)


class _Renderer(IPythonRenderer):
    """nbconvert's, for which a missing picture is no reason to give up the page."""

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """A picture, or in its place that it is missing."""
        for each in (url, text):  # mistune has changed their order
            name = each.removeprefix("attachment:")
            if name != each and name not in self.attachments:
                return f"(A picture is missing: {escape(name)})"
        return str(super().image(text, url, title))


@pass_context
def markdown(context: Any, source: str) -> str:
    """Markdown as clean HTML, its formulas left for MathJax."""
    if is_long(source, context.get("resources")):
        return as_plain(source)
    # A cell's attached pictures are found in the template's context.
    cell = context.get("cell") or {}
    renderer = _Renderer(
        escape=False, attachments=cell.get("attachments") or {}, exclude_anchor_links=True
    )
    render: Callable[[str], Any] = MarkdownWithMath(renderer=renderer).render
    try:
        return clean(render(source))
    except Exception:  # a text that the renderer cannot take; the page has others
        return as_plain(source)


#: What an output may be shown as. SVG becomes a picture of its own, in which no script runs.
_TEXTS = ("text/plain", "text/html", "text/markdown", "text/latex", "image/svg+xml")
_PICTURES = ("image/png", "image/jpeg")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
#: nbgrader's templates write a cell's name into the page as it is.
_NAME = re.compile(r"[\w.-]+", re.ASCII)

#: What formgrader tells its template about a learner.
_ABOUT = ("student", "first_name", "last_name", "notebook_path")
#: Marks that turn text round: code would read in another order than it runs in.
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Inert(NbGraderPreprocessor):
    """Leaves of a notebook what its page needs, and nothing that acts."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Take the notebook's own metadata away, as title and widgets; then look at each cell.

        Formgrader's page names the learner, and its template writes the name as it is.
        """
        resources |= {name: escape(resources[name]) for name in _ABOUT if resources.get(name)}
        nb.metadata = from_dict({"language_info": {"name": "python"}})
        for cell in nb.cells:
            _make_inert(cell)
        return nb, resources


def _make_inert(cell: NotebookNode) -> None:
    marks = cell.metadata.get("nbgrader")
    named = isinstance(marks, dict) and _NAME.fullmatch(str(marks.get("grade_id", "")))
    cell.metadata = from_dict({"nbgrader": marks} if named else {})
    if not _NAME.fullmatch(str(cell.get("id", ""))):
        cell.pop("id", None)
    if cell.cell_type == "code":
        cell.source = _TURNS.sub(lambda mark: ascii(mark[0])[1:-1], cell.source)
        cell.outputs = [_inert_output(output) for output in cell.outputs]


def _inert_output(output: NotebookNode) -> NotebookNode:
    """An output of the same kind that shows the same, as far as it may be shown."""
    kind = output.output_type
    if kind == "stream":
        name = output.name if output.name in ("stdout", "stderr") else "stdout"
        return new_output(kind, name=name, text=output.text)
    if kind == "error":
        return new_output(
            kind, ename=output.ename, evalue=output.evalue, traceback=output.traceback
        )
    data = {mime: value for mime, value in output.data.items() if _may_be_shown(mime, value)}
    if not data:
        data = {"text/plain": f"(not shown here: {', '.join(output.data) or 'an empty output'})"}
    metadata = {
        mime: facts
        for mime in _PICTURES
        if mime in data and (facts := _picture_facts(output.metadata.get(mime)))
    }
    count = {"execution_count": output.execution_count} if kind == "execute_result" else {}
    return new_output(kind, data=data, metadata=metadata, **count)


def _may_be_shown(mime: str, value: Any) -> bool:
    if not isinstance(value, str):
        return False
    return mime in _TEXTS or (mime in _PICTURES and bool(_BASE64.fullmatch(value)))


def _picture_facts(facts: Any) -> dict[str, Any]:
    """A picture's words and size. The template writes a size without quotes: only whole numbers."""
    known = facts if isinstance(facts, dict) else {}
    alt = known.get("alt")
    sizes = {name: known.get(name) for name in ("width", "height")}
    return {
        **({"alt": alt} if isinstance(alt, str) else {}),
        **{name: size for name, size in sizes.items() if type(size) is int and size > 0},
    }
