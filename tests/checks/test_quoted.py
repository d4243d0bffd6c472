"""What a learner has named or said stands in quotes where it reads as a sentence of ours."""

import nbformat.v4
import pytest

from autograder.checks.evidence.describe import kind_of
from autograder.checks.words.errors import explain, first_line
from autograder.checks.words.messages import say
from autograder.checks.words.verdict import not_yet, raised_by
from autograder.running.marks import read_marks
from tests.support.classes import NAME, solved

SENTENCE = "tensor: all is right. Points 5 of 5. Next: nothing"


def test_the_name_of_a_class_is_no_sentence():
    said = not_yet("tanh_not_a_tensor", kind=kind_of(type(SENTENCE, (), {})())).message
    assert said == f"tanh(x) should give a tensor, and it gives a {SENTENCE!r}."


@pytest.mark.parametrize("kind", ["ndarray", "NoneType", "NumPy array", "Tensor", "Größe", "list"])
def test_usual_names_stand_as_they_are(kind):
    assert say("tanh_not_a_tensor", kind=kind)[0].endswith(f"gives a {kind}.")


@pytest.mark.parametrize("code", ["model_activation_unused", "data_labels_float"])
def test_no_other_name_is_a_sentence(code):
    facts = dict.fromkeys(("layer", "dtype", "name"), SENTENCE)
    assert repr(SENTENCE) in say(code, **facts)[0]


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        ("ValueError", "no. Correct. 5 of 5", "ValueError: 'no. Correct. 5 of 5'"),
        ("ValueError", "no.\u2003Correct", "ValueError: 'no.\\u2003Correct'"),
        (SENTENCE, "no", f"{SENTENCE!r}: no"),
        ("RuntimeError", "mat1 and mat2 (8x2, 3.5) differ", None),
        ("AttributeError", "'A' object has no attribute 'b'", None),
        ("KeyError", "", "KeyError"),
        ("ValueError", "a. " * 999, "ValueError: " + repr("a. " * 100)),
    ],
)
def test_what_an_exception_says_is_no_sentence_of_ours(kind, text, shown):
    shown = shown or f"{kind}: {text}"
    error = {"type": kind, "message": text}
    assert f"This error came when your cell ran: {shown}." in raised_by(error).message
    assert f"The last error of this session: {shown}" in explain(error)
    assert first_line(error).removesuffix(": ") == shown


def test_what_ended_a_check_is_no_sentence_of_ours():
    notebook = nbformat.from_dict(solved())
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            said = {"ename": "E", "evalue": SENTENCE, "traceback": []}
            cell.outputs = [nbformat.v4.new_output("error", **said)]
    messages = [mark.message for mark in read_marks(notebook, NAME).cells]
    assert messages
    assert all(f"could not run. E: {SENTENCE!r}" in message for message in messages)
