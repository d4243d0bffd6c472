"""`grade --new`, for a job of every night: only what no earlier run has told ends with 1."""

from __future__ import annotations

import json

import pytest

from autograder.cli.main import main
from tests.support import small
from tests.support.classes import NAME, hand_in

BY = ("--by", "the instructor", "--reason", "Read.")


@pytest.fixture
def grade(course, capsys):
    def run(*words):
        capsys.readouterr()
        code = main(["grade", *words])
        return code, capsys.readouterr().out

    return run


def asked(said):
    return {(each["student"], each["new"]) for each in json.loads(said)["questions"]}


def test_an_old_question_is_listed_and_is_no_news(course, grade):
    code, said = grade("--new")  # told when the class was graded
    assert (code, said.count("For a person: cleo")) == (0, 1)
    assert grade()[0] == 1
    code, said = grade("--new", "--json")
    assert (code, asked(said)) == (0, {("cleo", False)})
    hand_in(course, "eve", "%PDF-", "essay.pdf")
    code, said = grade("--new", "--json")
    assert (code, asked(said)) == (1, {("cleo", False), ("eve", True)})
    (eve,) = (each for each in json.loads(said)["questions"] if each["student"] == "eve")
    assert (eve["code"], eve["notebook"]) == ("no_notebook", NAME)
    assert "essay.pdf" in eve["message"]
    assert main(["decide", NAME, "same", "--student", "eve", *BY]) == 0
    assert grade("--new")[0] == 0


def test_another_file_is_another_question(course, grade):
    hand_in(course, "cleo", small.notebook(small.ANSWERS["cleo"] + "  # again"))
    code, said = grade("--new", "--json")
    assert (code, asked(said)) == (1, {("cleo", True)})


def test_one_learner_alone_leaves_what_was_told_of_others(course, grade):
    assert grade("--student", "ada")[0] == 0
    assert grade("--new")[0] == 0


def test_what_is_about_nobody_alone_is_news_once(course, grade):
    (course / "grading/submitted/a<b/classification").mkdir(parents=True)
    code, said = grade("--new")
    assert code == 1
    assert said.index("a<b") < said.index("For a person: cleo")  # what is new comes first
    assert grade("--new")[0] == 0
