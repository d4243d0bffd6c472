"""What reads learners' text takes ten times as long for ten times as much, and never a hundred."""

from __future__ import annotations

import gc
import importlib
import math
import pkgutil
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

import autograder
import helpers
from autograder.checks.judges import progress
from autograder.checks.words import errors, messages
from autograder.course import cell_text, setup_cell
from autograder.course.lessons import own_lessons
from autograder.mending.mend import mend
from autograder.report.curves import read_curves
from autograder.running import illustrations, review_flags
from autograder.submissions.cells import Cell, SubmittedCells
from helpers import text

#: What hostile text is made of, over and over; besides the words of each pattern itself.
PIECES = (
    *("torch.a,\n", "torch.a,", "a=", "a = 1\n", "0.1, ", "1, 2\n", "1", "1.", "e1", "1 ep"),
    *(" ", "\n", " \n", "\t", "#\n", "# Exercise ", "(", "{", "{a", "[", "\\", "'", '"""', "'\n"),
    *("for ", "for a, ", "as ", "import ", "import a, ", "from a ", "from a.", "ep ", "Epoch 1: "),
    *("loss ", "loss: 1 ", "nan", "check(", "check('check_", "setattr( ", "torch", "torch.", "=="),
    *("exec ", "def ", "class ", "\x1b[1;", "a_1_", "-", "---> 1 ", "a" * 50, "é", "\ud835", "\r"),
    *("Target size ", "target size [1] ", "autograder.checks.check( ", "```\n", "!", "!pip\n"),
)
#: Shorter times say nothing.
LEAST = 0.05
TIMES = 12


def patterns() -> dict[str, re.Pattern[str]]:
    """All compiled patterns of the product, by module and name."""
    found: dict[str, re.Pattern[str]] = {}

    def add(name: str, value: Any) -> None:
        if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
            found[name] = value
        elif isinstance(value, (tuple, list)):
            for number, each in enumerate(value):
                add(f"{name}[{number}]", each)
        elif isinstance(value, dict):
            for key, each in value.items():
                add(f"{name}[{key}]", each)

    for package in (autograder, helpers):
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            # What makes a process a program, or one that workers are forked from, stays out.
            if ".answers" in each.name or each.name.endswith(("__main__", ".preload")):
                continue
            for name, value in vars(importlib.import_module(each.name)).items():
                add(f"{each.name}.{name}", value)
    return found


PATTERNS = patterns()
FUNCTIONS: dict[str, Callable[[str], object]] = {
    "mend": lambda source: mend(
        SubmittedCells([Cell("code", source), Cell("markdown", source)]),
        own_lessons().templates["02_tanh"],
    ),
    "code_to_review": lambda source: review_flags.code_to_review(
        [Cell("code", source)], own_lessons().templates["02_tanh"]
    ),
    "bound_names": cell_text.bound_names,
    "unfenced": cell_text.unfenced,
    "heading": cell_text.heading,
    "as_released": lambda source: setup_cell.as_released(source + "PARCEL", ""),
    "passed_over": lambda source: illustrations._bound(source),
    "spoken": lambda source: illustrations._spoken(source[: illustrations._LOOK_AT]),
    "pieces": progress.pieces,
    "judge_text": progress._judge_text,
    "read_curves": read_curves,
    "code_of_error": lambda source: errors.code_of_error({"type": "Error", "message": source}),
    "without_draws": lambda source: messages.without_draws("tanh_wrong", source),
    "printable": text.printable,
    "as_name": text.as_name,
    "storable": text.storable,
}


class TooLongError(Exception):
    pass


@contextmanager
def stopped_after(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def seconds(call: Callable[[], object], most: float) -> float:
    """Of the processor; infinity where it does not end in time."""
    gc.disable()  # it looks at all that other tests have left
    begun = time.process_time()
    try:
        with stopped_after(most):
            call()
    except TooLongError:
        return math.inf
    except ValueError:
        pass
    finally:
        gc.enable()
    return time.process_time() - begun


def slow(
    read: Callable[[str], object], sizes: tuple[int, int], own: tuple[str, ...] = ()
) -> list[str]:
    """The first piece with which a longer text takes far longer; each costs its time."""
    most = 60 * sizes[1] / 1e6 + 2
    for piece in (*PIECES, *own):
        texts = [(piece * (size // len(piece) + 1))[:size] for size in sizes]
        for end in ("", "1.5"):
            one, ten = (partial(read, each + end) for each in texts)
            # What is quick at its full size needs no look at a smaller one.
            took = seconds(ten, most)
            if took < LEAST:
                continue
            # A busy machine is slow now and then: both are measured again, and have to agree.
            for _ in range(4):
                bound = TIMES * max(seconds(one, most), LEAST / 10)
                if took <= bound or took == math.inf:
                    break
                took = seconds(ten, most)
            if took > bound:
                return [f"{piece!r} and {end!r}: {bound / TIMES:.4f} s, and {took:.4f} s"]
    return []


def words_of(pattern: re.Pattern[str]) -> tuple[str, ...]:
    """The pattern's own words, which lead farthest into it."""
    plain = re.sub(r"\(\?[a-zA-Z:=!<]+|\\[a-zA-Z]|[][(){}?*+^$|]", "\n", pattern.pattern)
    found = {each.replace("\\", "") for each in plain.split("\n")} - {"", " "}
    return tuple(sorted(found, key=len, reverse=True)[:6])


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_is_linear(name: str) -> None:
    pattern = PATTERNS[name]
    own = words_of(pattern)
    assert slow(lambda t: [*pattern.finditer(t)], (5_000, 50_000), own) == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_reads_a_text_is_linear(name: str) -> None:
    assert slow(FUNCTIONS[name], (5_000, 50_000)) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", [*PATTERNS, *FUNCTIONS])
def test_up_to_a_million_characters(name: str) -> None:
    if name in FUNCTIONS:
        assert slow(FUNCTIONS[name], (100_000, 1_000_000)) == []
        return
    pattern = PATTERNS[name]
    assert slow(lambda t: [*pattern.finditer(t)], (100_000, 1_000_000), words_of(pattern)) == []


def test_the_measure_can_fail() -> None:
    square = re.compile(r"(\d+)\.?\s*[eé]p")
    assert slow(lambda t: [*square.finditer(t)], (1_000, 10_000))
