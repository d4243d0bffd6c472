"""Text from outside: what is honest stays as it is, and the rest can be seen for what it is."""

import re
from html import escape, unescape

import pytest
from nbconvert.filters import markdown2html

from helpers.text import as_html, as_markdown, as_name, as_said, count, printable, storable

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


@pytest.mark.parametrize("blank", ["\u115f", "\u1160", "\u2800", "\u3164", "\uffa0"])
def test_letters_that_are_seen_as_space_are_no_part_of_a_name(blank):
    """They are letters and printable, so that a name of them would pass for a sentence of ours."""
    name = blank.join(("01_moons.ipynb", "is", "graded.", "All", "is", "well"))
    for shown in (as_name(name), printable(f"The file {name}")):
        assert blank not in shown
        assert ascii(blank)[1:-1] in shown
    assert as_name(name) == f"'{printable(name)}'"


@pytest.mark.parametrize("stop", ".!?\u2026\u061f\u06d4\u0964\u3002\uff01\uff1f\uff61")
def test_what_goes_on_after_a_full_stop_of_any_script_is_in_quotes(stop):
    said = f"no such file{stop} For a person: all is well"
    assert as_said(said) == repr(said)
    assert as_said(f"3{stop}5 of 7") == f"3{stop}5 of 7"


def test_a_number_has_its_noun():
    assert [count(n, "point") for n in (0, 1, 1.5, 2)] == [
        "0 points", "1 point", "1.5 points", "2 points",
    ]  # fmt: skip
    assert [count(n, "boundary", "boundaries") for n in (1, 2)] == ["1 boundary", "2 boundaries"]
