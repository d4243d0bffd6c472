"""What a check of another course has left in a learner's own kernel is text, and not too much."""

import json

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from autograder.checks.words.display import VERDICT
from autograder.running.marks import read_marks

FORGED = "a\x1b[2J\u202eb\r\x85c\u2028[/nope]<script>"
LONG = "x" * 1_000_000


def marks_with(output):
    facts = {"grade": True, "grade_id": "theirs", "locked": True, "points": 1}
    facts |= {"schema_version": 3, "solution": False, "task": False}
    cell = new_code_cell(outputs=[output], metadata={"nbgrader": facts})
    (mark,) = read_marks(new_notebook(cells=[cell]), "n").cells
    return mark


@pytest.mark.parametrize("text", [FORGED, LONG], ids=["hostile", "long"])
@pytest.mark.parametrize("ename", ["NotYet", "ValueError", FORGED])
def test_an_error_says_what_it_says_and_no_more(ename, text):
    evalue = f"{text}: Not yet\n{text}\nFor a person: ada: fine"
    mark = marks_with(new_output("error", ename=ename, evalue=evalue, traceback=[]))
    assert mark.code.isprintable()
    assert [line for line in mark.message.split("\n") if not line.isprintable()] == []
    assert len(json.dumps(mark.__dict__)) < 20_000


@pytest.mark.parametrize("text", [FORGED, LONG], ids=["hostile", "long"])
def test_so_does_a_verdict_that_it_claims(text):
    facts = {VERDICT: {"code": text, "message": f"{text}\n{text}", "remarks": [text, 5]}}
    mark = marks_with(new_output("display_data", data={}, metadata=facts))
    assert mark.code.isprintable()
    assert [line for line in mark.message.split("\n") if not line.isprintable()] == []
    assert len(json.dumps(mark.__dict__)) < 20_000


def test_our_own_verdict_is_read_as_it_was_written():
    facts = {"code": "passed", "message": "Good: 97 % (–5).\nNext: O'Neil-Åström", "remarks": []}
    mark = marks_with(new_output("display_data", data={}, metadata={VERDICT: facts}))
    assert (mark.code, mark.message) == (facts["code"], facts["message"])
