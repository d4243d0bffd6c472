"""What a kernel says that an expression's value is: a text or a number; nothing else is read."""

import time

import pytest

from autograder.kernels.session import _value


def value(shown):
    return _value({"user_expressions": {"value": {"data": {"text/plain": shown}}}})


@pytest.mark.parametrize(
    "plain",
    ["", "it's", 'a "word"', "'\"", "line\nend\\n \\", "\x00\x1b\u202e é 🌙", "x" * 100_000, 5, -7],
)
def test_texts_and_numbers_are_read(plain):
    assert value(repr(plain)) == plain


SLOW = {
    "equal hashes": "{" + ",".join(str(n * (2**61 - 1)) for n in range(150_000)) + "}",
    "f-string": 'f"' + "{1}" * 1_000_000 + '"',
    "tuple": "(" + "1," * 1_000_000 + ")",
    "brackets": "[" * 100_000,
    "minus": "-" * 1_000_000 + "1",
    "digits": "1" * 3_000_000,
    "texts in a row": "'a' " * 500_000,
    "quotes": "'" + "\\'" * 1_000_000,
    "nested": "'" * 3_000_000,
}


@pytest.mark.parametrize(
    "shown", [*SLOW.values(), "None", "1 + 1", "b'x'", "u'x'", "'x' if 1 else 2", None, 5]
)
def test_nothing_else_is_read_and_it_takes_no_time(shown):
    begin = time.process_time()
    assert value(shown) is None
    assert time.process_time() - begin < 2
