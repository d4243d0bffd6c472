"""What follows from a correction: each regrades what it must and no more, and says whom it hits."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.utils import compute_checksum

from autograder.checks.words.verdict import correct, not_yet
from autograder.classroom.course import open_course
from autograder.classroom.plan import todos
from autograder.classroom.questions import questions
from autograder.cli.main import main
from autograder.course.folders import masters
from autograder.course.lessons import (
    Source,
    SourceCell,
    checks_hash,
    lesson,
    only_points_differ,
    own_lessons,
)
from tests.support.classes import NAME, hand_in
from tests.support.damage import find
from tests.support.judges import judge_instead
from tests.support.kept import nbgraders, points, records

STABLE, VALUES = "check_tanh_stable", "check_tanh_values"
BY = ("--by", "N. N.", "--reason", "A fair idea.")


def asked(capsys, about=""):
    capsys.readouterr()
    main(["grade"])
    lines = capsys.readouterr().out.splitlines()
    return [line for line in lines if line.startswith("For a person: ") and about in line]


def worth(course, value, check=VALUES):
    """As `nbgrader generate_assignment` enters a check that is worth something else."""
    with nbgraders(course) as book:
        book.find_grade_cell(check, NAME, "classification").max_score = value
        source = book.find_source_cell(check, NAME, "classification")
        about = {"grade_id": check, "grade": True, "solution": False, "points": value}
        cell = new_code_cell(source.source, metadata={"nbgrader": about})
        source.checksum = compute_checksum(cell)
        book.db.commit()


@pytest.fixture
def no_run(monkeypatch):
    def refuses(jobs, **_):
        assert not jobs, "something was run"
        yield from ()

    monkeypatch.setattr("autograder.workers.pool.run_jobs", refuses)
    # The gradebook of this class is not made anew from its unchanged solutions.
    monkeypatch.setattr("autograder.gradebook.book.are_entered", lambda *_: True)


@pytest.mark.parametrize("given", ["2", "same"])
def test_points_for_a_check_that_is_worth_something_else_now(course, capsys, no_run, given):
    assert main(["decide", VALUES, given, "--student", "dan", *BY]) == 0
    assert not asked(capsys, "dan")
    worth(course, 4)
    (line,) = asked(capsys, "dan")
    assert f"N. N.'s points by hand for {VALUES}: 2 of 2 then, the check has 4 now" in line
    assert points(course, "dan")[VALUES] == 2
    confirm = f"autograder decide {VALUES} same --student dan --by NAME --reason TEXT"
    capsys.readouterr()
    main(["grade"])
    said = capsys.readouterr().out.splitlines()
    assert said[said.index(line) + 1].strip() == confirm
    assert main(["decide", VALUES, "same", "--student", "dan", *BY]) == 0
    assert not asked(capsys, "dan")
    assert points(course, "dan")[VALUES] == 2


def test_fewer_points_are_asked_about_too(course, capsys, no_run):
    assert main(["decide", VALUES, "2", "--student", "dan", *BY]) == 0
    worth(course, 1)
    assert "2 of 2 then, the check has 1 now" in str(asked(capsys, "dan"))
    assert points(course, "dan")[VALUES] == 1


def test_full_follows_by_itself(course, capsys, no_run):
    assert main(["decide", VALUES, "full", "--student", "dan", *BY]) == 0
    worth(course, 4)
    assert not asked(capsys, "dan")
    assert points(course, "dan")[VALUES] == 4


def test_what_everybody_was_given_is_told_once(course, capsys, no_run):
    assert main(["decide", VALUES, "1", "--all", *BY]) == 0
    worth(course, 4)
    (line,) = asked(capsys, "1 of 2 then")
    assert "about check_tanh_values for everybody: 1 of 2 then, the check has 4 now" in line
    assert main(["decide", VALUES, "2", "--all", *BY]) == 0
    assert not asked(capsys, "1 of 2 then")


def test_points_for_nothing_handed_in_are_asked_about_too(course):
    """An oral examination, say."""

    def asks():
        mine.book.settle()
        with nbgraders(course) as book:
            return book.find_grade(VALUES, NAME, "classification", "dan").needs_manual_grade

    mine = open_course("classification")
    mine.book.miss("dan", NAME)
    assert main(["decide", VALUES, "2", "--student", "dan", *BY]) == 0
    assert not asks()
    worth(course, 4)
    assert asks()
    standings, _ = mine.book.standings(["dan"])
    (question,) = questions(mine, standings.values())
    assert "2 of 2 then, the check has 4 now" in question.message
    worth(course, 2)
    assert not asks()
    worth(course, 4)
    assert main(["decide", VALUES, "3", "--student", "dan", *BY]) == 0
    assert not asks()


def test_new_points_need_no_run(course, capsys, no_run):
    before = {each: points(course, each) for each in ("ada", "dan")}
    worth(course, 1, STABLE)
    main(["grade"])
    assert "New points" not in capsys.readouterr().out  # the same as before
    worth(course, 4, STABLE)
    main(["grade"])
    said = capsys.readouterr().out
    assert "0 notebooks to grade" in said
    assert "New points in 3 notebooks: entered without a run." in said
    assert points(course, "ada") == before["ada"] | {STABLE: 4}
    assert points(course, "dan") == before["dan"]
    (cell,) = [c for c in records(course)["ada"][NAME]["marks"]["cells"] if c["grade_id"] == STABLE]
    assert (cell["score"], cell["max_score"]) == (4, 4)
    main(["grade"])
    assert "New points" not in capsys.readouterr().out


def left_after(how):
    """What is left to do for each learner after a change of a check: to grade, and new points."""
    mine = open_course("classification")
    template = copy.deepcopy(mine.lessons.templates[NAME])
    how(next(slot.node for slot in template.slots if slot.key == VALUES))
    master = copy.deepcopy(masters()[NAME])
    how(master.cells[find(master, VALUES)])
    templates = {**mine.lessons.templates, NAME: template}
    checks = {**mine.lessons.checks, NAME: checks_hash(master)}
    mine.lessons = replace(mine.lessons, templates=templates, checks=checks)
    return {todo.submission.student: (todo.grade, todo.points) for todo in todos(mine, None, False)}


def test_a_corrected_check_is_graded_again_and_new_points_are_not(course):
    def other_text(cell):
        cell.source += "\nassert tanh(torch.tensor(0.0)) == 0"

    def other_points(cell):
        cell.metadata.nbgrader.points = 7

    everybody = ("ada", "cleo", "dan")
    assert left_after(other_text) == dict.fromkeys(everybody, ([NAME], []))
    assert left_after(other_points) == dict.fromkeys(everybody, ([], [NAME]))
    assert left_after(lambda cell: None) == dict.fromkeys(everybody, ([], []))


@pytest.mark.parametrize("name", list(own_lessons().templates))
def test_a_template_knows_the_hash_of_its_notebook(name):
    lessons = own_lessons()
    now = lessons.checks[name]
    assert only_points_differ(lessons.templates[name], now, now, {})
    assert not only_points_differ(lessons.templates[name], now, "another", {})


def test_the_model_of_an_answer_in_words_changes_nobody_s_marks():
    master = copy.deepcopy(masters()[NAME])
    cell = master.cells[find(master, VALUES)]
    cell.metadata.nbgrader.solution = True
    before = checks_hash(master)
    cell.source, cell.metadata.nbgrader.points = "Because.", 3
    assert checks_hash(master) == before


def test_in_another_course_a_hidden_test_counts_and_a_text_does_not():
    def asked_of(text="Read.", hidden="assert f(1) == 2", model="Because."):
        """The hash of what marks rest on, of a notebook with a text, a check and an essay."""
        about = {"schema_version": 3, "locked": False, "task": False}
        check = {**about, "grade_id": "check", "grade": True, "solution": False, "points": 1}
        essay = {**about, "grade_id": "essay", "grade": True, "solution": True, "points": 2}
        cells = [
            new_markdown_cell(text),
            new_code_cell("assert f", metadata={"nbgrader": check}),
            new_markdown_cell(model, metadata={"nbgrader": essay}),
        ]
        kept = {
            "check": SourceCell("code", hidden, True, None, 1.0),
            "essay": SourceCell("markdown", "", False, None, 2.0),
        }
        source = Source(None, frozenset(kept), kept)
        notebook = new_notebook(cells=cells)
        return lesson("any", notebook, notebook, source)[1]

    assert asked_of(text="Read it twice.") == asked_of(model="As it is.") == asked_of()
    assert asked_of(hidden="assert f(1) == 3") != asked_of()


# --- a corrected judge ------------------------------------------------------------------------


def test_a_dry_run_says_who_gains_and_who_loses(course, monkeypatch, capsys):
    judge_instead(monkeypatch, STABLE, correct("tanh_stable_right"), now="tanh_overflow")
    judge_instead(monkeypatch, VALUES, not_yet("tanh_constant"))
    assert main(["decide", VALUES, "2", "--student", "ada", *BY]) == 0
    capsys.readouterr()
    before = records(course)
    assert main(["regrade", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "dan in all: loses 1 point, 4 of 5 before and 3 after." in said
    assert "ada in all: no change, 5 of 5 before and 5 after." in said
    hidden = f"ada in all: {VALUES} stays at 2, whatever is judged: N. N. gave 2 points on 20"
    assert hidden in said
    assert records(course) == before
    assert main(["regrade"]) == 0
    assert "dan in all: loses 1 point, 4 of 5 before and 3 after." in capsys.readouterr().out
    assert sum(points(course, "dan").values()) == 3


def test_totals_are_what_counts_after_being_late(course, monkeypatch, capsys):
    hand_in(course, "dan", "2026-03-02 09:00:00 UTC", "timestamp.txt")
    with (course / "nbgrader_config.py").open("a") as config:
        config.write('\nc.AssignLatePenalties.plugin_class = "autograder.late.LatePolicy"\n')
        config.write("c.LatePolicy.percent_a_day = 20\n")
    with nbgraders(course) as book:
        book.update_or_create_assignment("classification", duedate="2026-03-01 10:00:00 UTC")
    main(["grade"])
    judge_instead(monkeypatch, STABLE, correct("tanh_stable_right"), now="tanh_overflow")
    graded = course / f"grading/autograded/dan/classification/{NAME}.ipynb"
    text = graded.read_bytes()
    capsys.readouterr()
    assert main(["regrade", "--dry-run"]) == 0
    said = capsys.readouterr().out
    gains = "dan in all: gains 0.8 points, 3.2 of 5 before and 4 after, less 0.8 and 1 for being"
    assert gains in said
    assert graded.read_bytes() == text
    assert sum(points(course, "dan").values()) == 4
