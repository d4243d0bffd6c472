"""Evidence survives packing to the last bit, and a hostile text is refused before it costs much."""

import json

import numpy as np
import pytest

from autograder.checks.datasets import PUBLIC_SEED
from autograder.checks.evidence.packing import (
    _LIMIT,
    ARRAY_BYTES_LIMIT,
    BadEvidence,
    pack,
    unpack,
)
from autograder.checks.registry import collect, judge, questions
from autograder.checks.table import CHECKS
from tests.support.lesson import Lesson

NOTEBOOKS = {"moons": "01_moons", "tanh": "02_tanh", "spirals": "03_spirals"}


def same(a, b):
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and np.array_equal(a, b, equal_nan=True)
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b or a != a


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_every_check_judges_unpacked_evidence_as_it_judges_the_original(notebook):
    lesson = Lesson(NOTEBOOKS[notebook])
    total = 0
    for check in CHECKS:
        if notebook not in check:
            continue
        evidence = collect(check, lesson.names, lesson.runs, questions(check, PUBLIC_SEED))
        text = pack(evidence)
        total += len(text)
        again = unpack(text)
        assert same(evidence, again), check
        assert judge(check, again, PUBLIC_SEED) == judge(check, evidence, PUBLIC_SEED)
    assert total < 250_000, "a notebook's evidence stays compact"


@pytest.mark.parametrize(
    "array",
    [
        np.array([1.5, np.nan, np.inf, -0.0]),
        np.array([0.1, 1e300]),  # does not fit into float32
        np.zeros((0, 2)),
        np.arange(6).reshape(2, 3),
        np.array([True, False]),
        np.array(3.0),
        np.arange(8.0)[::2],  # not contiguous
        np.array([0.1], dtype=np.float32),
    ],
)
def test_arrays_come_back_equal(array):
    again = unpack(pack({"a": array}))["a"]
    assert again.shape == array.shape
    assert np.array_equal(again, array, equal_nan=True)
    assert (again.dtype, again.flags.writeable) == (array.dtype, True)


def test_plain_values_come_back():
    value = {"a": [1, 2.5, None, True, "text"], "b": {"c": []}}
    assert unpack(pack(value)) == value
    assert unpack(pack((1, {3, 2}, np.int64(4)))) == [1, [2, 3], 4]


@pytest.mark.parametrize(
    "value", [object(), {1: 2}, b"bytes", np.array(["a"]), np.array([1j]), {"__array__": 1}]
)
def test_what_is_no_evidence_is_not_packed(value):
    with pytest.raises(TypeError, match="evidence cannot"):
        pack(value)


def described(**changes):
    good = json.loads(pack(np.arange(3.0)))
    return json.dumps({**good, **changes})


BOMB = json.loads(pack(np.zeros(ARRAY_BYTES_LIMIT // 8)))
HOSTILE = {
    "not JSON": "{",
    "nothing": "",
    "a number without end": "9" * 100_000,
    "too long": '"' + "x" * _LIMIT + '"',
    "too deep": "[" * 40 + "]" * 40,
    "far too deep": "[" * 200_000 + "]" * 200_000,
    "an object dtype": described(__array__="object"),
    "no such dtype": described(__array__="float16"),
    "a dtype that is a list": described(__array__=[1]),
    "kept as something larger": described(kept="float64", __array__="float32"),
    "kept as a list": described(kept=[]),
    "a negative shape": described(shape=[-3]),
    "a shape that is text": described(shape="3"),
    "a shape of truth values": described(shape=[True]),
    "too many dimensions": described(shape=[1, 1, 1, 1, 3]),
    "another shape": described(shape=[4]),
    "a huge shape": described(shape=[10**12]),
    "bytes that are none": described(bytes="%%%"),
    "bytes that are a number": described(bytes=3),
    "bytes that are not compressed": described(bytes="AAAA"),
    "more bytes than it says": json.dumps({**BOMB, "shape": [8]}),
    "two large arrays": json.dumps([BOMB, BOMB, BOMB]),
}


def reason(text):
    """Why a text is refused; "" if it is not."""
    try:
        unpack(text)
    except BadEvidence as error:
        return str(error)
    return ""


def test_every_hostile_text_is_refused():
    said = {name: reason(text) for name, text in HOSTILE.items()}
    named = ("it ", "an array in it ", "its arrays ")
    assert {name: why for name, why in said.items() if not why.startswith(named)} == {}
