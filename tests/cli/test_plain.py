"""Whatever reaches a command from outside, its lines are its own: arguments, ids, reasons."""

import ast
import json
import os
import re
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.console import complain, say, table
from tests.support import small
from tests.support.classes import NAME, hand_in, new_course

FORGED = "ada\nFor a person: ben: everything is fine\x1b[2J\u202e[/nope]"


def plain(text):
    """Every line is printable, and none is a learner's."""
    lines = text.splitlines()
    assert [line for line in lines if not line.isprintable()] == []
    assert [line for line in lines if line.startswith("For a person: ben: every")] == []
    return text


@pytest.mark.parametrize(
    "words", [("check", "a.ipynb", FORGED), ("check", f"--{FORGED}"), (FORGED,)]
)
def test_an_argument_that_a_shell_has_made_of_a_files_name(words, tmp_path):
    code, said, complained = small.run(tmp_path, *words)
    assert code == 2
    assert "everything is fine\\x1b[2J\\u202e[/nope]" in plain(said + complained)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """nbgrader's own commands have entered a learner whose folder had such a name."""
    made = new_course(tmp_path_factory.mktemp("plain") / "course")
    hand_in(made, "ben", small.notebook(small.ANSWERS["ben"]))
    small.grade(made)
    with Gradebook(f"sqlite:///{made / 'grading/gradebook.db'}", "moons-and-spirals") as book:
        book.add_student(FORGED)
        book.add_submission("classification", FORGED)
        notebook = book.find_submission_notebook(NAME, "classification", FORGED)
        for grade in notebook.grades:
            grade.auto_score, grade.needs_manual_grade = 0, True
        book.db.commit()
    return made


@pytest.mark.parametrize(
    "words",
    [
        ("export",),
        ("decide", "check_tanh_values", "1", "--student", FORGED, "--by", FORGED, "--reason", "r"),
        ("decide", "tanh", "full", "--all", "--by", FORGED, "--reason", FORGED),
        ("explain", "ben", "tanh"),
        ("regrade", "--dry-run"),
        ("report",),
        ("grade",),
    ],
    ids=lambda words: words[0],
)
def test_an_id_an_author_and_a_reason(course, words):
    _, said, complained = small.run(course, *words)
    assert "Traceback" not in plain(said + complained)


@pytest.mark.parametrize("name", [FORGED, os.fsdecode(b"J\xfcrg.ipynb"), '=1+1"},{"x.ipynb'])
def test_json_is_one_object_that_every_program_can_read(name, tmp_path):
    hand_in(tmp_path, "ada", "<html>", name)
    path = f"grading/submitted/ada/classification/{name}"
    code, said, _ = small.run(tmp_path, "check", "--json", path)
    assert code == 2
    assert said.isascii()
    found = json.loads(said)
    json.dumps(found, ensure_ascii=False).encode()
    assert found["error"]["message"].isprintable()
    assert found["error"]["code"] == "html_page"


def test_honest_names_are_shown_as_they_are(capsys):
    table("O'Neil-Åström", ("who", ">points"), [("=)", "-1"), ("[/nope] 王伟", "-")])
    say("O'Neil-Åström: -")
    complain("=)")
    said = capsys.readouterr()
    for each in ("O'Neil-Åström", "=)", "-1", "[/nope] 王伟"):
        assert each in said.out
    assert said.err == "=)\n"


def test_only_one_place_prints():
    """Learners' own notebooks aside: checks and helpers print there, in the learner's kernel."""
    found = {
        path.as_posix()
        for path in Path("autograder").rglob("*.py")
        if not {"checks", "answers"} & set(path.parts)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and re.fullmatch(r"print|.*\b(echo|stdout\.\w+|stderr\.\w+)", ast.unparse(node.func))
    }
    # The fork server, a process of its own, has one fixed sentence.
    assert found == {"autograder/console.py", "autograder/kernels/forkserver.py"}
