"""Text that would hold the grader is given up, told, and costs the others nothing."""

from __future__ import annotations

import re
import sys
import threading
import time

import pytest

from autograder import bounds
from autograder.checks import registry
from autograder.running import ask, one_file
from tests.support import small
from tests.support.classes import NAME
from tests.support.kept import points, records


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(bounds, "SECONDS", 0.4)


def endless(*_: object, **__: object) -> None:
    while True:
        pass


def test_what_takes_too_long_is_ended_and_the_time_after_it_is_free():
    with pytest.raises(bounds.TookTooLong, match=r"longer than 0\.4 seconds"), bounds.bounded():
        endless()
    until = time.process_time() + 0.8
    while time.process_time() < until:
        pass


def test_a_pattern_that_goes_through_all_ways_heeds_the_alarm():
    with pytest.raises(bounds.TookTooLong), bounds.bounded():
        re.fullmatch("(a|a)+b", "a" * 60)


def stubborn(ended):
    """Goes on twice, whatever is raised."""
    for _ in range(2):
        try:
            endless()
        except Exception as error:
            ended.append(error)
    endless()


def test_what_catches_everything_is_ended_all_the_same():
    ended = []
    with pytest.raises(bounds.TookTooLong), bounds.bounded():
        stubborn(ended)
    assert len(ended) == 2


def test_sleeping_is_no_work(monkeypatch):
    with bounds.bounded():
        time.sleep(1)
    monkeypatch.setattr(bounds, "BY_THE_CLOCK", 1)
    with pytest.raises(bounds.TookTooLong), bounds.bounded():
        time.sleep(60)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such a limit")
def test_what_needs_too_much_memory_is_ended(monkeypatch):
    monkeypatch.setattr(bounds, "_MEMORY", 100_000_000)
    with pytest.raises(MemoryError), bounds.bounded():
        bytearray(1_000_000_000)
    assert len(bytearray(1_000_000_000)) == 1_000_000_000


def test_another_thread_has_no_alarm():
    done = []

    def work():
        with bounds.bounded():
            done.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [1]


def failing_for_one(real, marks):
    def call(*arguments, **options):
        marks["calls"] += 1
        if marks["calls"] == 2:
            marks["fails"]()
        return real(*arguments, **options)

    return call


@pytest.mark.parametrize(("fails", "code"), [(endless, "too_slow"), (None, "too_large")])
def test_mending_that_goes_on_is_that_learners_alone(fails, code, tmp_path, monkeypatch):
    def full():
        raise MemoryError

    course = small.new_class(
        tmp_path / "course", dict.fromkeys(("ada", "ben", "cleo"), small.ANSWERS["ada"])
    )
    marks = {"calls": 0, "fails": fails or full}
    monkeypatch.setattr(one_file, "mend", failing_for_one(one_file.mend, marks))
    exit_code, said = small.grade(course)
    assert exit_code == 1, said
    assert records(course)["ben"][NAME]["marks"]["error"]["code"] == code
    whole = {each: sum(points(course, each).values()) for each in ("ada", "ben", "cleo")}
    assert whole == {"ada": 5, "ben": 0, "cleo": 5}


def test_judging_that_goes_on_is_no_evidence(monkeypatch):
    monkeypatch.setattr(registry, "judge", endless)
    assert ask.verdict_on("check_tanh_values", "{}", 1).code == "evidence_unusable"
