"""What waits for a person in an assignment whose checks have no judge of ours.

There a doubt is about a solution cell, marks are of checks, and some answers are marked by hand.
"""

from __future__ import annotations

import json
import shlex
import shutil

import pytest
from nbformat.v4 import new_markdown_cell

from autograder.cli.main import main
from autograder.course.folders import read_notebook
from tests.support import extra, small
from tests.support.classes import hand_in, new_course
from tests.support.kept import points

#: Names that a shell would take for something else.
ODD = ("o'neil $HOME; (2)", "-x")
PLACEHOLDERS = {"NAME": "N. N.", "TEXT": "Because.", "POINTS": "1"}
BY = ("--by", "N. N.", "--reason", "Because.", "--assignment", "extra")


def solved():
    """Two exercises, and a question that is answered in words."""
    made = extra.solved()
    answer = "### BEGIN SOLUTION\ndef triple(x):\n    return 3 * x\n### END SOLUTION"
    made.cells += [
        extra.managed("triple", answer, solution=True),
        extra.checking("check_triple", "assert triple(1) == 3"),
        new_markdown_cell("A number and itself.", id="why"),
    ]
    facts = {"schema_version": 3, "grade_id": "why", "locked": False, "task": False}
    made.cells[-1].metadata = {"nbgrader": facts | {"solution": True, "grade": True, "points": 2}}
    return made


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Two learners, who have both answered the first exercise twice."""
    course = new_course(tmp_path_factory.mktemp("questions") / "course")
    extra.add(course, solved())
    assert small.run(course, "release", "--no-proof")[0] == 0
    for learner in ODD:
        notebook = extra.answered(
            extra.RIGHT, read_notebook(course / f"notebooks/extra/{extra.NAME}.ipynb")
        )
        place = next(n for n, cell in enumerate(notebook.cells) if cell.id == "double")
        again = json.loads(json.dumps(notebook.cells[place]))
        again["source"] = extra.NEAR
        notebook.cells.insert(place + 1, type(notebook.cells[0])(again))
        notebook.cells[-1].source = "Three of them."
        path = hand_in(course, learner, notebook, f"{extra.NAME}.ipynb")
        shutil.move(path.parent, path.parent.with_name("extra"))
    code, said = small.grade(course, "extra")
    assert code == 1, said
    return course


def asked(capsys):
    capsys.readouterr()
    main(["grade", "extra", "--json"])
    return json.loads(capsys.readouterr().out)["questions"]


def test_each_question_is_settled_by_its_command_as_a_shell_reads_it(course, capsys):
    questions = asked(capsys)
    wanted = {("several_answers", "double"), ("answers_by_hand", "")}
    assert {(each["code"], each["part"]) for each in questions} == wanted
    assert {each["student"] for each in questions} == {*ODD}
    for each in questions:
        for text in filter(None, [each["look"], each["settle"]]):
            words = [PLACEHOLDERS.get(word, word) for word in shlex.split(text)]
            assert main(words[1:]) == 0, (text, capsys.readouterr().err)
    assert asked(capsys) == []
    assert points(course, "-x", "extra")["why"] == 1


def test_a_solution_cell_stands_for_the_checks_below_it(course, capsys):
    assert main(["decide", "double", "full", "--student=-x", *BY]) == 0
    assert points(course, "-x", "extra") == {
        "check_double": 1, "check_double_more": 2, "check_triple": 0, "why": 0,
    }  # fmt: skip
    capsys.readouterr()
    for whom in (f"--student={ODD[0]}", "--all"):
        assert main(["decide", "double", "1", whom, *BY]) == 2
        assert "double has several checks (check_double, " in capsys.readouterr().err
        assert main(["decide", "dubble", "full", whom, *BY]) == 2
        assert "'dubble'" in capsys.readouterr().err


def test_what_nobody_has_marked_is_not_confirmed_with_the_rest(course, capsys):
    assert main(["decide", "extra", "same", f"--student={ODD[0]}", *BY]) == 0
    assert "why is not marked yet" in capsys.readouterr().out
    (left,) = (each for each in asked(capsys) if each["student"] == ODD[0])
    assert left["code"] == "answers_by_hand"
    assert main(["decide", "why", "same", f"--student={ODD[0]}", *BY]) == 2
    assert "why has no points yet" in capsys.readouterr().err
    assert main(["decide", "why", "2", f"--student={ODD[0]}", *BY]) == 0
    assert main(["decide", "why", "same", f"--student={ODD[0]}", *BY]) == 0
    assert points(course, ODD[0], "extra")["why"] == 2


def test_a_cell_is_taken_up_and_shown_as_that(course, capsys):
    words = ["take", "--by", "M. M.", "--assignment", "extra"]
    assert main([*words, "--part", "double", "--", "-x"]) == 0
    assert "-x: 05_more: 2 checks taken up by M. M." in capsys.readouterr().out
    taken = {each["code"]: each["taken_by"] for each in asked(capsys) if each["student"] == "-x"}
    assert taken == {"several_answers": "M. M.", "answers_by_hand": "M. M."}


def test_marks_that_wait_are_taken_up_whatever_has_become_of_the_sources(course):
    (course / f"solutions/extra/{extra.NAME}.ipynb").unlink()
    assert main(["take", "--by", "M. M.", "--assignment", "extra", "--", "-x"]) == 0


def test_the_page_shows_the_learner_s_cell_and_what_it_has(course):
    assert main(["report", "extra"]) == 0
    page = (course / "grading/report/extra/to_decide.html").read_text("utf-8")
    assert page.count("return 2\n") + page.count("return 2<") >= 2
    assert "count in <bdi>double (05_more)</bdi>" in page
    assert "Exercise :" not in page
    assert "decide why POINTS" in page
