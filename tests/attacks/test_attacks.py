"""A class with attackers in it, graded once; and the harness that would tell if one had gained.

The whole class is `make attacks`; here is one attack or two of each kind.
"""

import errno
import re
import socket
import subprocess
import sys
from collections import Counter

import psutil
import pytest

from autograder.kernels.session import try_out
from tests.attacks import contained
from tests.attacks.attack import Attack, checks_of
from tests.attacks.classroom import CLASSMATE, PLACES, new_classroom
from tests.attacks.comparing import HONEST, MISCONCEPTION, problems, rows, totals
from tests.attacks.everybody import ATTACKS, EVERYBODY
from tests.attacks.exceptions import EXCEPTIONS, NamedException
from tests.attacks.here import grade_here
from tests.attacks.results import Findings, Result

SOME = {
    "ast-transformer",
    "mark-nan",
    "judges-patched",
    "look-up",
    "tanh-of-aten",
    "reads-the-gradebook",
    "writes-elsewhere",
    "asks-the-network",
    "daemon",
    "ends-python",
    "skip-execution",
    "checks-say-1000",
    "exec-patched-in-a-pickle",
    "computed-when-it-is-read",
    "half-a-character-in-an-error",
    "a-file-in-latin-1",
    "honest-tanh-two-exps",
    "honest-spirals-a-dictionary",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Some of the class, after one run of `autograder grade`."""
    if left_open := try_out().protection.open:
        pytest.skip(f"attacks run behind full protection alone; open here: {left_open}")
    chosen = [each for each in EVERYBODY if each.name in SOME]
    assert len(chosen) == len(SOME)
    return chosen, grade_here(tmp_path_factory.mktemp("attacks"), chosen)


def test_attacks_gain_nothing_and_honest_learners_get_what_they_deserve(graded):
    chosen, here = graded
    table = rows(chosen, here, None)
    assert problems(table, here) == []
    assert {row.name: row.here for row in table if row.kind == HONEST} == {
        "honest-tanh-two-exps": 4.0,
        "honest-spirals-a-dictionary": 12.0,
    }


def test_no_secret_was_read_and_nothing_is_left(graded):
    _, here = graded
    assert [result.seen for result in here.results.values() if result.seen] == []
    assert (here.visits, here.left, here.changed) == ([], [], [])


# --- the harness -------------------------------------------------------------------------------
FULL = dict.fromkeys(checks_of("02_tanh"), 1.0) | {"check_tanh_values": 2.0}
WORTHLESS = Attack("mine", "made up", "earns nothing")


def told(result, learner=WORTHLESS, exceptions=None, **around):
    """What is reported of one learner with a made-up result."""
    here = Findings({learner.name: result}, **around)
    return problems(rows([learner], here, None), here, exceptions or {})


def test_an_undeserved_point_is_reported():
    assert told(Result(dict.fromkeys(FULL, 0.0))) == []
    assert told(Result(FULL)) == ["mine: 5 points that are not deserved."]
    assert told(Result({**FULL, "check_tanh_values": float("nan")})) == [
        "mine: 5 points that are not deserved."
    ]
    assert told(Result({"check_tanh_pure": 1e9})) == ["mine: 1e+09 points that are not deserved."]


def test_a_point_lost_elsewhere_makes_up_for_none():
    half = Attack("half", "made up", "is not pure", lost=("tanh_pure",))
    assert half.deserved == 4
    swapped = {**dict.fromkeys(FULL, 0.0), "check_tanh_pure": 1.0}
    assert told(Result(swapped), half) == ["half: 1 points that are not deserved."]


def test_an_exception_needs_its_flag_and_an_end():
    excuse = {"mine": NamedException("cannot be seen", "seen_by_a_person")}
    assert told(Result(FULL, flags=["seen_by_a_person"]), exceptions=excuse) == []
    (missing,) = told(Result(FULL, flags=["another"]), exceptions=excuse)
    assert "without the flag seen_by_a_person" in missing
    (over,) = told(Result(dict.fromkeys(FULL, 0.0)), exceptions=excuse)
    assert "earns nothing any more" in over


def test_honest_learners_secrets_files_and_processes_are_reported():
    honest = Attack("good", HONEST, "all right", lost=())
    nothing = Result(dict.fromkeys(FULL, 0.0))
    assert told(nothing, honest) == ["good: 5 deserved points are missing."]
    assert len(told(Result(lost="no record"), honest)) == 2
    assert told(Result({}, seen=["gradebook"])) == ["mine: has read what is secret (gradebook)."]
    assert len(told(Result({}), changed=["a"], left=["b"], visits=["tcp"])) == 3


def test_totals_count_each_kind_by_itself():
    learners = [
        WORTHLESS,
        Attack("good", HONEST, "all right", lost=()),
        Attack("wrong", MISCONCEPTION, "half right", lost=("tanh_pure",)),
    ]
    here = Findings({"mine": Result(FULL), "good": Result(FULL), "wrong": Result(FULL)})
    stock = Findings({each.name: Result(lost="crashed") for each in learners})
    found = totals(rows(learners, here, stock), here, stock)
    assert (found["attacks"], found["undeserved_points_here"]) == (1, 5)
    assert (found["honest_with_full_marks_here"], found["false_rejections_here"]) == (1, 0)
    assert (found["false_acceptances_here"], found["batches_lost_stock"]) == (1, 3)


def test_the_class_is_large_and_nobody_has_anothers_name():
    assert max(Counter(each.name for each in EVERYBODY).values()) == 1
    assert CLASSMATE not in {each.name for each in EVERYBODY}
    kinds = Counter(each.kind for each in EVERYBODY)
    assert len(ATTACKS) >= 60
    assert sum(each.notebook != "02_tanh" for each in ATTACKS) >= 15
    assert kinds[HONEST] >= 20
    assert kinds[MISCONCEPTION] >= 15
    assert EXCEPTIONS.keys() <= {each.name for each in ATTACKS}


def test_everybody_can_hand_in(tmp_path):
    with new_classroom(tmp_path, []) as room:
        for each in EVERYBODY:
            text = str(each.handed_in(room.words))
            assert each.deserved >= 0
            assert not re.search(r"@[A-Z]{3,}@", text), each.name
            # What is not told cannot be read off the notebook.
            assert room.seen_in(text) == [], each.name


def test_the_classroom_sees_what_attacks_do(tmp_path):
    with new_classroom(tmp_path, [WORTHLESS]) as room:
        assert room.left_behind() == []
        (room.outside / "open" / room.mark).touch()
        sleeper = subprocess.Popen([sys.executable, "-c", "input()", room.mark], stdin=-1)
        try:
            assert f"process {sleeper.pid}" in room.left_behind()
            assert len(room.left_behind()) == 2
        finally:
            sleeper.communicate(b"\n")
        with socket.create_connection(("127.0.0.1", room.server.port)) as connection:
            assert room.seen_in(connection.recv(100).decode()) == ["network"]
        assert room.server.visits == ["tcp"]
        assert room.seen_in(str(room.tokens)) == list(PLACES)
        text = (
            room.folder / "grading/submitted/classmate/classification/02_tanh.ipynb"
        ).read_text()
        assert room.seen_in(text) == ["classmate"]


def test_stock_runs_are_contained(tmp_path):
    if why := contained.why_not():
        pytest.skip(f"attacks on stock nbgrader are not contained here: it {why}")
    folder, mark = tmp_path / "throwaway", f"sleeper-{tmp_path.name}"
    (folder / "course").mkdir(parents=True)
    outside = tmp_path / "outside.txt"
    command = [sys.executable, "-c"]
    code = (
        "import subprocess, sys\n"
        "open('inside.txt', 'w').write('x')\n"
        f"subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)', '{mark}'],\n"
        "    start_new_session=True)\n"
        f"try:\n    open('{outside}', 'w')\nexcept OSError as error:\n    print(error)\n"
    )
    assert contained.run([*command, code], folder, {}, 30) == (0, contained_words(outside))
    assert ((folder / "course/inside.txt").exists(), outside.exists()) == (True, False)
    assert contained.run([*command, "import time; time.sleep(60)"], folder, {}, 1)[0] is None
    assert contained.run([*command, "b'x' * 7 * 2**30"], folder, {}, 30)[0] == 1
    lines = (" ".join(each.info["cmdline"] or []) for each in psutil.process_iter(["cmdline"]))
    assert not [line for line in lines if mark in line]


def contained_words(path):
    return f"[Errno {errno.EROFS}] Read-only file system: '{path}'\n"
