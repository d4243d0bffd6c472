"""A class that version 0.1 has graded: later code finds it, and finds the same marks.

`build_class` says how it was made. What is compared was written down then, in `expected.json`.
"""

from __future__ import annotations

import json

import pytest

from tests.support.small import run
from tests.upgrade.course import (
    decided,
    decisions,
    evidence,
    expected,
    marks,
    old_class,
    records,
)

EXPECTED = expected()
LEARNERS = sorted(EXPECTED["learners"])
#: One whose notebook carries its own checks, and one who was given an earlier release.
FEW = ["hana", "ivo"]


@pytest.fixture
def course(tmp_path):
    return old_class(tmp_path / "course")


def points(found, learner):
    """What grading again must find again, by notebook and check."""
    return {
        name: {
            check: {key: cell[key] for key in ("code", "automatic", "points", "max")}
            for check, cell in notebook["checks"].items()
        }
        for name, notebook in found[learner].items()
    }


def test_the_class_is_what_was_written_down(course):
    """Of each kind one: the other tests compare with this."""
    assert marks(course) == EXPECTED["marks"]
    assert decisions(course) == decided(EXPECTED["decisions"])
    found = [each for notebooks in EXPECTED["marks"].values() for each in notebooks.values()]
    assert sum(each["on_record"] for each in found) == EXPECTED["notebooks"]
    outcomes = {cell["outcome"] for each in found for cell in each["checks"].values()}
    assert outcomes == {"correct", "not_yet", "not_started", "raised", None}
    assert {each["error"] for each in found} == {"truncated", None}
    assert {note for each in found for note in each["mended"]} == {"older_release", "copies"}
    assert {flag for each in found for flag in each["flags"]} == {"tanh_library"}
    assert sum(each["late_penalty"] > 0 for each in found) == 2
    assert sum(bool(each["for_a_person"]) for each in EXPECTED["learners"].values()) == 2


def of_a_library(cell):
    """A passed check of a library's tanh, as judged now: marks by hand stay."""
    if cell["by_hand"] is None:
        cell["points"] = 0.0
    return {**cell, "code": "tanh_library", "outcome": "not_yet", "automatic": 0.0}


def test_judging_again_changes_a_librarys_tanh_and_nothing_else(course):
    before, wanted = evidence(course), expected()["marks"]
    changed = []
    for learner, notebooks in wanted.items():
        found = notebooks["02_tanh"]
        if "tanh_library" in found["flags"]:
            changed += [(learner, check) for check, cell in found["checks"].items()
                        if cell["outcome"] == "correct"]  # fmt: skip
            found["checks"] = {c: of_a_library(cell) for c, cell in found["checks"].items()}
    code, said, errors = run(course, "regrade", "--dry-run")
    assert code == 0, errors
    judged = sum(not each["error"] for own in records(course).values() for each in own.values())
    assert f"{judged} notebooks" in said
    assert f"{len(changed)} verdicts differ" in said
    assert marks(course) == EXPECTED["marks"]
    listed = [line for line in said.splitlines() if " -> " in line]
    assert len(listed) == len(changed)
    assert all(any(who in line and check in line for line in listed) for who, check in changed)
    code, said, errors = run(course, "regrade")
    assert code == 0, errors
    assert marks(course) == wanted
    assert decisions(course) == decided(EXPECTED["decisions"])
    assert evidence(course) == before


def test_there_is_nothing_to_grade_and_the_same_persons_wait(course):
    before = evidence(course)
    code, said, errors = run(course, "grade", "--json")
    assert code == 1, errors
    found = json.loads(said)
    assert (found["graded"], found["graded_before"]) == (0, EXPECTED["notebooks"])
    for learner in found["learners"]:
        old = EXPECTED["learners"][learner["student"]]
        assert {key: learner[key] for key in old} == old
    assert len(found["learners"]) == len(LEARNERS)
    assert marks(course) == EXPECTED["marks"]
    assert decisions(course) == decided(EXPECTED["decisions"])
    assert evidence(course) == before


@pytest.mark.parametrize("learner", FEW)
def test_grading_again_finds_the_same(course, learner):
    code, said, errors = run(course, "grade", "--force", "--json", "--student", learner)
    assert code == 0, errors
    assert json.loads(said)["graded"] == len(records(course)[learner])
    found = marks(course)
    for each in LEARNERS:
        assert points(found, each) == points(EXPECTED["marks"], each)


@pytest.mark.slow
def test_grading_everybody_again_finds_the_same(course):
    """Codes and points alone: who waits for a person then is another matter."""
    code, said, _ = run(course, "grade", "--force", "--json")
    assert code in (0, 1)
    assert json.loads(said)["graded"] == EXPECTED["notebooks"]
    found = marks(course)
    for each in LEARNERS:
        assert points(found, each) == points(EXPECTED["marks"], each)
        for name, notebook in EXPECTED["marks"][each].items():
            assert found[each][name]["late_penalty"] == notebook["late_penalty"]
