"""`autograder` alone says what there is to do, and with which command."""

from __future__ import annotations

import os
import time

import pytest

from autograder.cli.main import main
from tests.support import small
from tests.support.classes import NAME, hand_in, new_course

BY = ("--by", "the instructor", "--reason", "Read.")


@pytest.fixture
def said(capsys):
    def run():
        capsys.readouterr()
        assert main([]) == 0
        return capsys.readouterr().out

    return run


def test_each_step_names_the_next(course, said, capsys):
    assert "1 mark waits for a person: `autograder explain cleo tanh`." in said()
    assert main(["decide", "tanh", "same", "--student", "cleo", *BY]) == 0
    assert "the pages for learners and class are not written: `autograder report`." in said()
    assert main(["report"]) == 0
    assert "marks for your LMS: `autograder export --format moodle`" in said()
    page = course / "grading/report/classification/index.html"
    os.utime(page, (time.time() - 60, time.time() - 60))
    assert main(["decide", "tanh", "full", "--student", "dan", *BY]) == 0
    assert "are older than the marks: `autograder report`." in said()
    hand_in(course, "eve", small.notebook(small.ANSWERS["ada"]))
    assert "1 submission is not graded: `autograder grade`." in said()
    hand_in(course, "fay", small.notebook(small.ANSWERS["ada"]), f"my {NAME}.ipynb")
    assert "2 submissions are not graded" in said()


def test_before_anything_was_handed_in(tmp_path, monkeypatch, said):
    monkeypatch.chdir(new_course(tmp_path / "course"))
    assert "`autograder collect ZIP_OR_FOLDER`" in said()


def test_where_there_is_no_course(tmp_path, monkeypatch, said):
    monkeypatch.chdir(tmp_path)
    found = said()
    assert "change to the folder that has solutions/" in found
    assert "`autograder check FILE.ipynb`" in found
    assert "`autograder --help`" in found
