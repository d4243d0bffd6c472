"""What version 0.1 kept in files goes into the gradebook's tables once, whole, and stays there."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from autograder.cli.main import main
from autograder.gradebook import takeover
from autograder.gradebook.tables import ALL
from tests.support import kept
from tests.support.classes import hashes
from tests.upgrade.course import marks, old_class


@pytest.fixture
def course(tmp_path, monkeypatch):
    found = old_class(tmp_path / "course")
    monkeypatch.chdir(found)
    return found


def tables(course):
    with closing(sqlite3.connect(course / "grading/gradebook.db")) as database:
        names = database.execute("select name from sqlite_master where type = 'table'").fetchall()
    return {name for (name,) in names if name.startswith("autograder_")}


def test_the_files_are_left_as_they_are_and_count_no_more(course):
    folders = [course / "grading" / each for each in ("records", "decisions")]
    before, found = [hashes(each) for each in folders], marks(course)
    assert main(["export"]) == 1  # two learners wait for a person
    assert [hashes(each) for each in folders] == before
    for path in (course / "grading/decisions").iterdir():
        path.unlink()
    assert main(["export"]) == 1
    assert marks(course) == found


def test_points_typed_in_formgrader_become_decisions(course):
    main(["export"])
    typed = [each[:5] for each in kept.decisions(course) if each[4] == "formgrader"]
    with closing(sqlite3.connect(course / "grading/gradebook.db")) as database:
        by_hand = {row[:2]: row[2] for row in database.execute(kept.BY_HAND)}
    assert typed
    for student, check, kind, points, _ in typed:
        assert (kind, points) == ("points", by_hand[student, check])
    main(["export"])
    assert [each[:5] for each in kept.decisions(course) if each[4] == "formgrader"] == typed


def test_a_take_over_that_is_stopped_has_not_begun(course, monkeypatch):
    before = marks(course)
    write = takeover.write_decisions

    def stop(*arguments):
        raise OSError("the power is gone")

    monkeypatch.setattr(takeover, "write_decisions", stop)
    assert main(["export"]) == 2
    assert not tables(course)
    monkeypatch.setattr(takeover, "write_decisions", write)
    assert main(["export"]) == 1
    assert tables(course) == ALL.tables.keys()
    assert marks(course) == before


def test_what_cannot_be_read_is_passed_over(course):
    (log,) = (course / "grading/decisions").iterdir()
    text = log.read_text("utf-8")
    log.write_text(text[:-30] + '\n"no decision"\n{"student": "ada"}\n', "utf-8")
    broken = next((course / "grading/records/hana").rglob("*.json"))
    broken.write_text("{", "utf-8")
    main(["export"])
    assert "hana" not in kept.records(course)
    assert len(kept.records(course)) == len(marks(course)) - 1
