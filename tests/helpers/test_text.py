"""Text from outside: what is honest stays as it is, and the rest can be seen for what it is."""

import re
from html import escape, unescape

import pytest
from nbconvert.filters import markdown2html

from helpers.text import as_html, as_markdown, as_name, count, printable, storable

HONEST = ("O'Neil-Åström", "-", "=)", "-5", "02_tanh (1).ipynb", "王伟", "a_b_c", "1.5 + 2")
HOSTILE = (
    "[x](javascript:0)", "![x](data:image/png;base64,x)", "<script>x</script>", "<b>x</b>",
    "`code`", "**bold**", "*x*", "~~gone~~", "$x$", "&lt;", "\\[x](y)", "<https://x.org>",
    "[x]: https://x.org", "a\\", "\\<b>", "[[x](mailto:a@b)](c)",
)  # fmt: skip


@pytest.mark.parametrize("text", HONEST)
def test_honest_text_is_as_it_was(text):
    assert printable(text) == storable(text) == as_markdown(text) == text
    assert as_name(text) in (text, repr(text))


@pytest.mark.parametrize("text", [*HOSTILE, *HONEST])
def test_markdown_shows_a_sentence_as_it_is(text):
    sentence = f"The file '{text}' is a web page."
    assert markdown2html(as_markdown(sentence)).strip() == f"<p>{escape(sentence, quote=False)}</p>"


@pytest.mark.parametrize("text", [*HOSTILE, *HONEST])
def test_html_shows_a_sentence_as_it_is_and_names_as_code(text):
    shown = as_html(f"`X_train` should be a tensor, not {text}.")
    assert unescape(re.sub("</?code>", "`", shown)) == f"`X_train` should be a tensor, not {text}."
    assert shown.startswith("<code>X_train</code> should")
    assert set(re.findall("<.*?>", shown)) == {"<code>", "</code>"}


def test_a_backtick_alone_is_a_backtick():
    assert as_html("a `b\nc d") == "a `b\nc d"
    assert as_html("`<b>`") == "<code>&lt;b&gt;</code>"


def test_a_name_is_short_and_one_line_and_in_quotes():
    for name in ("a\nFor a person: b: fine", "a\u202eb", "a\x1b[2J", "a\0", "a\ud800", "x" * 10**6):
        shown = as_name(name)
        assert shown.isprintable()
        assert len(shown) < 400
    assert as_name("ada: fine. For a person") == "'ada: fine. For a person'"


def test_a_number_has_its_noun():
    assert [count(n, "point") for n in (0, 1, 1.5, 2)] == [
        "0 points", "1 point", "1.5 points", "2 points",
    ]  # fmt: skip
    assert [count(n, "boundary", "boundaries") for n in (1, 2)] == ["1 boundary", "2 boundaries"]
