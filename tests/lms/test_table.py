"""Tables: no name is a formula anywhere, and who is in them can be found again."""

import csv
import io
import re

import pytest

from autograder.lms.table import as_canvas, as_csv
from tests.support.standings import stood

#: What a spreadsheet would reckon with, in its own country or in another one.
LIVE = (
    '=HYPERLINK("http://x","y")', "+A1", "-1+A1", "@SUM(A1)", "\t=A1", "\r=A1", "\n =A1",
    "\u202e=A1", "\ufeff@A1", "=cmd|' /C calc'!A0", "\uff1dA1", "\uff0bA1", "\uff0dA1", "\uff20A1",
    "=+-@A1", "a;=A1", "a\t+A1", "a\n@A1\nb", 'a";=A1;"', "a\r\n-A1",
)  # fmt: skip
HONEST = (
    "O'Neil-Åström", "-", "--", "=)", "+", "-5", "-5,5", "+1.5", "王伟", "van der Berg; Ada", "@",
    "Ada -x", "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627", "<script>", "[x](javascript:0)",
    "| a | b |", "[/nope]", "x" * 5000,
)  # fmt: skip


def cells(text):
    """What spreadsheets make of a table, in countries with the comma, the semicolon, the tab."""
    text = text.removeprefix("\ufeff")
    for separator in ",;\t":
        for line in csv.reader(io.StringIO(text, newline=None), delimiter=separator):
            yield from line
    yield from re.split(r"[;\t\r\n]", text)  # a quote within a cell may count for nothing there


def is_live(value):
    plain = "".join(filter(str.isprintable, value)).strip(' "')
    signs = re.match("[=+\\-@\uff1d\uff0b\uff0d\uff20]", plain)
    return bool(signs and re.search(r"\w", plain) and not re.fullmatch(r"[+-]?[\d.,]+", plain))


@pytest.mark.parametrize("name", LIVE)
def test_no_name_is_a_formula_in_any_country(name):
    who = stood("ada", name, name, name, "11", score=-1.0)
    for text in (as_csv([who]), as_canvas([who], "classification")):
        assert [value for value in cells(text) if is_live(value)] == []
        assert "-1" in list(cells(text))


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_name_is_as_it_was(name):
    who = stood("ada", name, name, name, "11")
    (_, line) = csv.reader(io.StringIO(as_csv([who]).removeprefix("\ufeff")))
    assert line[1:4] == [name] * 3
    *_, line = csv.reader(io.StringIO(as_canvas([who], "classification")))
    assert line[0].removeprefix("'" if "5" in name else "") == f"{name}, {name}"


@pytest.mark.parametrize("own", ["-7", "@ada", "+49-151", "-ada", "o'neil@example.org", "=a"])
def test_canvas_finds_learners_by_what_they_have_there(own):
    who = stood(own, "Ada", "L", "", own)
    *_, line = csv.reader(io.StringIO(as_canvas([who], "classification")))
    assert (line[1], line[3]) == (own, own)


def test_an_id_that_would_act_is_none_of_canvas():
    who = stood("=cmd|' /C calc'!A0", "Ada", "L", "", "")
    assert [each for each in cells(as_canvas([who], "classification")) if is_live(each)] == []
