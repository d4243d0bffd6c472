"""Whatever a learner hands in, and whatever goes wrong with it, costs no other learner anything."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

import pytest

from autograder.checks.words.verdict import Verdict
from autograder.classroom import enter, overview, plan, questions, regrade
from autograder.gradebook import book, settle, standing
from autograder.mending import mend
from autograder.report import gather, write
from autograder.running import evidence, notebook, one_file, retry
from autograder.submissions import folder
from autograder.workers import job
from tests.support import remembered, small
from tests.support.classes import NAME, hand_in, new_course
from tests.support.kept import points, records

RIGHT = small.ANSWERS["ada"]
HALF, BELL, TURN = "\\ud800", "\\x1b]0;x\\x07\\x1b[31m", "\\u202e"
#: What learners hand in, by a word for it; each is honest work with something odd in it.
ODD = {
    "error": f"raise ValueError('{HALF}\\0{BELL}[/nope]{TURN}')",
    "error-of-the-answer": f"def tanh(x):\n    raise ValueError('{HALF}\\0{BELL}{TURN}')",
    "printed": f"{RIGHT}\nprint('{HALF}\\0{BELL}', flush=True)",
    "shown": f"{RIGHT}\ndisplay({{'text/plain': '{HALF}\\0', 'x/{HALF}': '1'}}, raw=True)",
    "deep": f"{RIGHT}\ndeep = []\nfor _ in range(900): deep = [deep]\n"
    "display({'application/json': deep}, raw=True, metadata={'a': deep})",
    "source": f"{RIGHT}\n# \ud800 \0 \x1b[31m \u202e",
    "type": "class \ud835\udcb3(Exception): pass\nraise \ud835\udcb3('x')",
}


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """A class of such learners, graded once, and what was said."""
    course = new_course(tmp_path_factory.mktemp("odd") / "course")
    hand_in(course, "honest", small.notebook(RIGHT))
    for learner, answer in ODD.items():
        hand_in(course, learner, json.dumps(small.notebook(answer)))
    hand_in(
        course, "file-name", small.notebook(RIGHT), "a\nFor a person: honest: all is well.ipynb"
    )
    hand_in(course, "data-name", small.notebook(RIGHT))
    hand_in(course, "data-name", "1,2", os.fsdecode(b"J\xfcrg\x1b[31m.csv"))
    hand_in(course, "hour", small.notebook(RIGHT))
    hand_in(
        course, "hour", "2026-01-01\0\n\ud800".encode("utf-8", "surrogatepass"), "timestamp.txt"
    )
    for name in (b"J\xfcrg", b"two\nlines"):
        hand_in(course, os.fsdecode(name), small.notebook(RIGHT))
    return course, small.run(course, "grade", "--workers", "2")


def test_everybody_is_graded_and_entered(odd):
    course, (code, said, complained) = odd
    assert code == 1
    assert "Traceback" not in said + complained
    whole = {learner: sum(points(course, learner).values()) for learner in records(course)}
    right = dict.fromkeys(("honest", *ODD, "file-name", "data-name", "hour"), 5)
    assert whole == right | {"error": 0, "error-of-the-answer": 0, "type": 0}
    assert all(book[NAME]["marks"]["error"] is None for book in records(course).values())
    small.whole(course)


def test_folders_that_can_be_nobodys_are_named(odd):
    _, (_, said, _) = odd
    lines = [line for line in said.splitlines() if "no learner's id" in line]
    assert lines == [
        "For a person: 'J\\udcfcrg': the folder's name is no learner's id: rename it, and grade "
        "again.",
        "For a person: 'two\\nlines': the folder's name is no learner's id: rename it, and grade "
        "again.",
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("report",),
        ("export",),
        ("export", "--format", "canvas"),
        ("regrade", "--dry-run"),
        ("explain", "error", "tanh"),
        ("explain", "file-name", "tanh"),
        ("grade",),
    ],
    ids=" ".join,
)
def test_what_is_said_is_plain_text(odd, words):
    course, _ = odd
    code, said, complained = small.run(course, *words)
    assert code in (0, 1), said + complained
    assert "Traceback" not in said + complained
    for line in (said + complained).splitlines():
        assert line.isprintable(), line
        assert not line.startswith("For a person: honest: all is well")


def test_files_for_people_can_be_written_and_say_it_too(odd):
    course, _ = odd
    small.run(course, "report")
    for page in (course / "grading/report").rglob("*.html"):
        text = page.read_text("utf-8")
        assert not set(text) & {"\0", "\x1b", "\x07", "\u202e"}, page


#: Functions of a submission's way; each is made to fail for one learner.
WAY = [
    (plan, "submission_of"), (folder, "read_bytes"), (folder, "read_cells"),
    (folder, "fitting_template"), (folder, "read_companions"), (folder, "_choose"),
    (one_file, "read_cells"), (one_file, "mend"), (mend, "recut"), (mend, "match"),
    (mend, "choose"), (mend, "arrange"), (one_file, "code_to_review"), (one_file, "claimed"),
    (job, "mended_file"), (job, "run_mended"), (job, "read_companions"), (retry, "run_notebook"),
    (notebook, "ask"), (notebook, "verdict_on"), (retry, "read_marks"),
    (enter, "begin"), (enter, "job_of"), (evidence, "write"), (enter, "marks_of"),
    (enter, "record_of"), (enter, "_enter"), (book, "write_record"), (book.Gradebook, "keep"),
    (settle, "rule"), (book, "settle"), (overview, "_fill"), (questions, "doubts"),
]  # fmt: skip
PAGES = [
    (gather, "_notebook"), (gather, "questions_about"),
    (write, "learner_page"), (write, "class_page"),
    (standing, "_standing"), (regrade, "_changes"), (settle, "rule"),
]  # fmt: skip
#: These fail while ben's notebook runs; all others' runs may be those of an earlier class.
RUNNING = ("run_notebook", "ask", "verdict_on", "read_marks")
#: After these, the next run is tried too: it finds what the fault has cost.
AGAIN = ("read_cells", "mend", "run_mended", "begin", "_enter", "settle")
#: These get nothing that says whose it is; each is called once for a learner, and ben is second.
NAMELESS = ("fitting_template", "_choose", "marks_of")


class BoomError(Exception):
    pass


def _is_bens(value):
    if isinstance(value, (list, tuple)):
        return any(map(_is_bens, value))
    if isinstance(value, Path):
        return "ben" in value.parts
    known = [getattr(value, name, "") for name in ("student", "id", "submission")]
    return "ben" in (value, *known) or "ben" in [getattr(each, "student", "") for each in known]


@contextlib.contextmanager
def failing_for_ben(place, name, monkeypatch):
    """One function fails for ben, as a fault of ours would; jobs run in this process."""
    real, run, at_work, called = getattr(place, name), job.run_job, [""], [0]

    def fails(*arguments, **options):
        called[0] += 1
        second = name in NAMELESS and called[0] == 2
        if second or at_work[0] == "ben" or any(map(_is_bens, [*arguments, *options.values()])):
            raise BoomError("the inside of it")
        return real(*arguments, **options)

    def run_job(each):
        at_work[0] = each.student
        try:
            return run(each)
        finally:
            at_work[0] = ""

    with monkeypatch.context() as patched:
        patched.setattr(place, name, fails)
        patched.setattr("autograder.workers.process.run_job", run_job)
        yield


@pytest.mark.parametrize(("place", "name"), WAY, ids=[name for _, name in WAY])
def test_a_fault_of_ours_is_one_learners_alone(place, name, tmp_path, monkeypatch):
    answers = dict.fromkeys(("ada", "ben", "cleo"), RIGHT)
    course = small.new_class(tmp_path / "course", answers)
    runs = contextlib.nullcontext if name in RUNNING else remembered.runs
    with failing_for_ben(place, name, monkeypatch), runs():
        code, said = small.grade(course)
    assert code == 1, said
    assert "Traceback" not in said
    assert any("ben: " in line and "Boom" in line for line in said.splitlines()), said
    assert [sum(points(course, each).values()) for each in ("ada", "cleo")] == [5, 5]
    if name in AGAIN:
        with remembered.runs():
            code, said = small.grade(course)
        assert (code, sum(points(course, "ben").values())) == (0, 5), said


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    answers = dict.fromkeys(("ada", "ben", "cleo"), RIGHT)
    course = small.new_class(tmp_path_factory.mktemp("three") / "course", answers)
    with remembered.runs():
        assert small.grade(course)[0] == 0
    return course


@pytest.mark.parametrize(("place", "name"), PAGES, ids=[name for _, name in PAGES])
def test_nor_does_it_cost_others_their_pages_and_lines(place, name, three, monkeypatch):
    told = ""
    with failing_for_ben(place, name, monkeypatch):
        for words in (("report",), ("export",), ("regrade",)):
            code, said, complained = small.run(three, *words)
            assert code in (0, 1), said + complained
            told += said
    assert "ben: " in told
    assert "Boom" in told
    pages = {path.stem for path in (three / "grading/report/classification").rglob("*.html")}
    assert {"ada", "cleo", "index"} <= pages
    table = (three / "grading/export/classification-csv.csv").read_text("utf-8-sig")
    assert {"ada", "cleo"} <= {line.partition(",")[0] for line in table.splitlines()}


def test_a_graded_notebook_that_is_broken_keeps_nobody_from_new_marks(three, monkeypatch):
    wrong = Verdict("not_yet", "tanh_coarse_e", "Wrong.")
    change = regrade.Change("check_tanh_values", 2.0, 0.0, "tanh_values_right", wrong)
    monkeypatch.setattr(regrade, "_changes", lambda *_: [change])
    (three / f"grading/autograded/ben/classification/{NAME}.ipynb").write_text("{", "utf-8")
    code, said, complained = small.run(three, "regrade")
    assert code == 1, said + complained
    assert any(line.startswith("ben: ") and NAME in line for line in said.splitlines()[-1:]), said
    assert [sum(points(three, each).values()) for each in ("ada", "ben", "cleo")] == [3, 5, 3]
