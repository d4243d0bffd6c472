"""Learners get another id, turn out to be one, or leave: with all that there is, or nothing."""

import json
import os
import re
import shlex
import shutil
import sqlite3
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.classroom import moving
from autograder.cli.main import main
from autograder.course.nbgrader_log import quiet
from autograder.files import held
from autograder.gradebook import merging, people
from autograder.running import retry
from autograder.workers import pool
from tests.support import small
from tests.support.archives import ENGLISH, NOTEBOOK, zipped
from tests.support.classes import NAME, hand_in
from tests.support.kept import decisions, nbgraders, points, records

WHY = ("--by", "N. N.", "--reason", "a fair idea")
DECIDE = ("decide", "check_tanh_values", "1", *WHY)
PLACES = ("submitted", "autograded", "evidence")


@pytest.fixture
def without_kernels(monkeypatch):
    monkeypatch.setattr(pool, "cores", lambda: 1)
    monkeypatch.setattr(retry, "run_notebook", lambda notebook, **options: notebook)


def students(course):
    with nbgraders(course) as gradebook:
        return [each.id for each in gradebook.students]


def folders(course, student):
    grading = course / "grading"
    return [name for name in PLACES if (grading / name / student).is_dir()]


def test_rename_moves_everything(course, capsys):
    main([*DECIDE, "--student", "dan"])
    main(["extend", "dan", "2", *WHY])
    main(["report"])
    with nbgraders(course) as gradebook:
        gradebook.update_or_create_student("dan", last_name="D", email="d@x.org", lms_user_id="7")
    before = points(course, "dan")
    capsys.readouterr()
    assert main(["learner", "rename", "dan", "dana@x.org"]) == 0
    said = capsys.readouterr().out
    expected = "with 1 submission, 1 graded notebook, 1 decision, 1 extension."
    assert f"dan is dana@x.org now, {expected}" in said
    assert points(course, "dana@x.org") == before
    assert students(course) == ["ada", "cleo", "dana@x.org"]
    with nbgraders(course) as gradebook:
        dana = gradebook.find_student("dana@x.org")
        assert (dana.last_name, dana.email, dana.lms_user_id) == ("D", "d@x.org", "7")
    assert records(course)["dana@x.org"][NAME]["student"] == "dana@x.org"
    assert [each[0] for each in decisions(course)] == ["dana@x.org"]
    assert (folders(course, "dan"), folders(course, "dana@x.org")) == ([], [*PLACES])
    pages = course / "grading/report/classification/learners"
    assert sorted(each.stem for each in pages.iterdir()) == ["ada", "cleo", "dana@x.org"]
    assert main(["explain", "dana@x.org", "tanh"]) == 0
    assert "no evidence" not in capsys.readouterr().out
    assert main(["deadline"]) == 0
    assert "Extension: dana@x.org" in capsys.readouterr().out
    assert small.grade(course)[1].startswith("classification: 3 learners, 0 notebooks to grade")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("rename", "zoe", "eve"), "There is no learner 'zoe'"),
        (("rename", "ada", "dan"), "`autograder learner merge ada dan` makes them one"),
        (("rename", "ada", "ada"), "is the id of a learner already"),
        (("rename", "ada", "a/b"), "'a/b' can be no learner's id"),
        (("rename", "ada", ".."), "can be no learner's id"),
        (("rename", "ada", "*"), "can be no learner's id"),
        (("rename", "ada", "<b>"), "can be no learner's id"),
        (("rename", "ada", "a\u202eb"), "can be no learner's id"),
        (("rename", "ada", "x" * 121), "can be no learner's id"),
        (("rename", "ada", ""), "can be no learner's id"),
        (("merge", "zoe", "ada"), "There is no learner 'zoe'"),
        (("merge", "ada", "zoe"), "There is no learner 'zoe'"),
        (("merge", "ada", "ada"), "Name two learners"),
        (("remove", "zoe"), "There is no learner 'zoe'"),
        (("remove", "zoe", "--yes"), "There is no learner 'zoe'"),
        (("remove", ".."), "There is no learner '..'"),
        (("remove", "../submitted/ada", "--yes"), "There is no learner"),
        (("remove", "", "--yes"), "There is no learner ''"),
        (("rename", "../submitted", "eve"), "There is no learner"),
    ],
)
def test_what_cannot_be_done_changes_nothing(course, capsys, words, why):
    before = (small.book(course), *(folders(course, each) for each in ("ada", "dan")))
    assert main(["learner", *words]) == 2
    assert why in capsys.readouterr().err
    assert (small.book(course), *(folders(course, each) for each in ("ada", "dan"))) == before


def test_a_folder_renamed_by_hand_is_told_and_its_marks_follow(course, capsys):
    submitted = course / "grading/submitted"
    (submitted / "dan").rename(submitted / "dana")
    assert main(["learner", "list"]) == 1
    said = capsys.readouterr().out
    assert "For a person: dan has marks in the gradebook, and no folder in submitted/." in said
    assert "4 learners." in said
    before = points(course, "dan")
    assert main(["learner", "rename", "dan", "dana"]) == 0
    assert points(course, "dana") == before
    assert main(["learner", "list"]) == 0
    assert folders(course, "dana") == [*PLACES]


def test_merge_of_an_id_left_behind_and_the_new_one(course, capsys, without_kernels):
    main([*DECIDE, "--student", "dan"])
    submitted = course / "grading/submitted"
    (submitted / "dan").rename(submitted / "dana")
    main(["grade"])
    assert sum(points(course, "dana").values()) == 5, "counted twice"
    capsys.readouterr()
    assert main(["learner", "merge", "dan", "dana"]) == 0
    assert f"{NAME}: the file of dana counts (02_tanh.ipynb)." in capsys.readouterr().out
    assert students(course) == ["ada", "cleo", "dana"]
    assert points(course, "dana")["check_tanh_values"] == 1, "what was decided still holds"
    assert folders(course, "dan") == []


@pytest.mark.parametrize("newer", ["dan", "ada"])
def test_of_two_files_the_newer_counts_after_a_merge(course, capsys, without_kernels, newer):
    main([*DECIDE, "--student", "dan"])
    main(["decide", "check_tanh_pure", "0", "--student", "ada", *WHY])
    for who, date in (("dan", 1_000), ("ada", 1_000)):
        path = course / f"grading/submitted/{who}/classification/{NAME}.ipynb"
        os.utime(path, (date + (who == newer), date + (who == newer)))
    hand_in(course, "dan", "2026-01-03 00:00:00 UTC", "timestamp.txt")
    hand_in(course, "ada", "2026-01-02 00:00:00 UTC", "timestamp.txt")
    hand_in(course, "dan", "1,2", "data.csv")
    found = records(course)[newer][NAME]["sha256"]
    capsys.readouterr()
    assert main(["learner", "merge", "dan", "ada"]) == 0
    assert f"the file of {newer} counts" in capsys.readouterr().out
    assert students(course) == ["ada", "cleo"]
    record = records(course)["ada"][NAME]
    assert (record["student"], record["sha256"]) == ("ada", found)
    assert [each[:2] for each in decisions(course)] == [
        ("ada", "check_tanh_values"), ("ada", "check_tanh_pure"),
    ]  # fmt: skip
    marks = points(course, "ada")
    assert (marks["check_tanh_values"], marks["check_tanh_pure"]) == (1, 0)
    folder = course / "grading/submitted/ada/classification"
    names = [f"{NAME} (1).ipynb", f"{NAME}.ipynb", "data.csv", "timestamp.txt"]
    assert sorted(each.name for each in folder.iterdir()) == names
    assert (folder / "timestamp.txt").read_text() == "2026-01-03 00:00:00 UTC"
    assert folders(course, "dan") == []
    assert main(["grade"]) == 1
    said = capsys.readouterr().out
    assert "A mark was given by hand, for another file" in said
    assert records(course)["ada"][NAME]["sha256"] == found


def test_words_by_hand_and_facts_of_both_are_kept(course):
    with nbgraders(course) as gradebook:
        gradebook.update_or_create_student("dan", email="d@x.org", lms_user_id="7")
        gradebook.update_or_create_student("ada", email="a@x.org")
        whose = (NAME, "classification", "dan")
        gradebook.find_comment("tanh", *whose).manual_comment = "Well said."
        gradebook.find_grade("check_tanh_pure", *whose).extra_credit = 0.5
        gradebook.db.commit()
    assert main(["learner", "merge", "dan", "ada"]) == 0
    with nbgraders(course) as gradebook:
        ada = gradebook.find_student("ada")
        assert (ada.email, ada.lms_user_id) == ("a@x.org", "7")
        whose = (NAME, "classification", "ada")
        assert gradebook.find_comment("tanh", *whose).manual_comment == "Well said."
        assert gradebook.find_grade("check_tanh_pure", *whose).extra_credit == 0.5


def test_a_second_zip_goes_to_the_ids_that_learners_have_now(course, tmp_path, capsys):
    submitted = course / "grading/submitted"

    def collect(*who):
        files = {f"{each}/{NAME}.ipynb": NOTEBOOK for each in who}
        files |= {f"{each}/notes of {each}.txt": each.encode() for each in who}
        files |= {f"{each}/timestamp.txt": b"2026-01-02 00:00 UTC" for each in who}
        (tmp_path / "list.csv").write_text("id,name\ndan,D. D.\nada,A. A.\n")
        capsys.readouterr()
        words = ["--learners", str(tmp_path / "list.csv")]
        assert main(["collect", str(zipped(tmp_path, files)), *words]) == 0
        return capsys.readouterr().out

    assert main(["learner", "rename", "dan", "dana"]) == 0
    assert main(["learner", "merge", "cleo", "ada"]) == 0
    said = collect("dan", "cleo", "ada")
    assert "dan is dana now, as you have told: the files went there." in said
    assert "cleo is ada now" in said
    assert "Not in list.csv" not in said
    assert sorted(each.name for each in submitted.iterdir()) == ["ada", "dana"]
    assert students(course) == ["ada", "dana"]
    there = {each.name for each in (submitted / "ada/classification").iterdir()}
    assert {"notes of ada.txt", "notes of cleo.txt"} < there
    with nbgraders(course) as gradebook:
        assert gradebook.find_student("dana").last_name == "D."
    # Who has the old id by now is somebody else, and so is who comes after a remove.
    assert main(["learner", "rename", "ada", "dan"]) == 0
    assert "is dana now" not in collect("dan")
    assert main(["learner", "remove", "dan", "--yes"]) == 1, "a file of dana's has the name"
    assert "now, as you" not in collect("ada", "cleo")
    assert main(["learner", "rename", "dana", "dan"]) == 0
    assert "dana is dan now" in collect("dana")


@pytest.fixture
def known(course):
    """dan is known by all his names, in all places."""
    grading = course / "grading"
    (grading / "submitted/dan").rename(grading / "submitted/dan-4711")
    main(["learner", "rename", "dan", "dan-4711"])
    with nbgraders(course) as gradebook:
        facts = {"first_name": "Daniel", "last_name": "Quux", "email": "quux@x.org"}
        gradebook.update_or_create_student("dan-4711", lms_user_id="42", **facts)
    main([*DECIDE[:-1], "see dan-4711's notes", "--student", "dan-4711"])
    main(["extend", "dan-4711", "2", *WHY])
    sheet = ENGLISH.replace("blaise@example.org", "quux@x.org").replace("Blaise Pascal", "D. Quux")
    (grading / "collected").mkdir()
    (grading / "collected/classification.csv").write_text(sheet)
    # Another group's, with another number, as a spreadsheet has saved it.
    other = sheet.replace("Participant 4", "Participant 9").encode("utf-16")
    (grading / "collected/classification+2.csv").write_bytes(other)
    (grading / "unplaced/work").mkdir(parents=True)
    name = "Daniel Quux_42_assignsubmission_onlinetext_onlinetext.html"
    (grading / f"unplaced/work/{name}").write_text("hello")
    (grading / "decisions").mkdir()
    lines = [json.dumps({"student": each}) + "\n" for each in ("ada", "dan-4711")]
    (grading / "decisions/classification.jsonl").write_text("".join(lines))
    main(["report"])
    main(["export"])
    main(["export", "--format", "moodle"])
    return course


def grepped(course, *words):
    """Where any of the words stands: in paths, in files, in what zips and gradebooks hold."""
    found = []
    for path in (course / "grading").rglob("*"):
        text = str(path.relative_to(course)).encode()
        if path.is_file():
            text += path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    text += b"".join(map(archive.read, archive.namelist()))
        found += [path for word in words if word.lower().encode() in text.lower()]
    return found


def test_a_remove_leaves_nothing_and_says_what_it_deletes(known, capsys):
    names = ("dan-4711", "quux")
    everything = (small.book(known), len(grepped(known, *names)))
    capsys.readouterr()
    assert main(["learner", "remove", "dan-4711"]) == 0
    said = capsys.readouterr().out
    assert "Nothing was changed. With --yes this is deleted for good." in said
    assert (small.book(known), len(grepped(known, *names))) == everything
    assert main(["learner", "remove", "dan-4711", "--yes"]) == 0
    done = capsys.readouterr().out
    for line in (
        "in the gradebook: what it knows of dan-4711, 1 submission, 1 graded notebook, 1 decision, "
        "1 extension.",
        ": grading/submitted/dan-4711 (1 file)",
        ": grading/evidence/dan-4711 (1 file)",
        ": grading/report/classification/learners/dan-4711.html",
        ": the learner's lines in grading/collected/classification.csv",
        ": the learner's lines in grading/collected/classification+2.csv",
        ": grading/export/classification-feedback/dan-4711 (1 file)",
        "onlinetext.html",
        ": grading/export/classification-csv.csv, which is about the class: make it again",
    ):
        assert f"To be deleted{line}" in said or line in said.replace("To be deleted", ""), line
        assert line in done, line
    assert "For a person" not in done
    assert grepped(known, *names) == []
    sheet = (known / "grading/collected/classification.csv").read_text()
    assert sheet == "".join(ENGLISH.splitlines(keepends=True)[:2])
    other = (known / "grading/collected/classification+2.csv").read_bytes().decode("utf-16")
    assert other == sheet.replace("Participant 4", "Participant 9")
    assert students(known) == ["ada", "cleo"]
    assert main(["learner", "remove", "dan-4711", "--yes"]) == 2
    assert main(["report"]) == 0
    assert grepped(known, *names) == []


def test_where_a_name_is_still_found_is_told(course, capsys):
    main(["decide", "check_tanh_pure", "0", "--student", "ada", *WHY[:-1], "copied from dan"])
    (course / "grading/unplaced").mkdir()
    (course / "grading/unplaced/letter.txt").write_text("from Dan, and not from dandy")
    (course / "grading/unplaced/dandy.txt").write_text("dandy")
    (course / ".nbgrader.log").write_text("[dan]")
    capsys.readouterr()
    assert main(["learner", "remove", "dan", "--yes"]) == 1
    said = capsys.readouterr().out
    for place in (
        "the gradebook, autograder_decision.reason", "the gradebook, comment.manual_comment",
        "grading/unplaced/letter.txt", ".nbgrader.log",
    ):  # fmt: skip
        assert f"For a person: dan is named in {place}. Look whether" in said
    assert said.count("For a person") == 4


def test_nothing_of_a_long_history_is_left_on_free_pages(course):
    place = course / "grading/gradebook.db"
    with closing(sqlite3.connect(place)) as database:
        database.execute("pragma secure_delete = off")
        database.execute("create table old (text)")
        rows = [(f"dan wrote this {n} " * 50,) for n in range(200)]
        database.executemany("insert into old values (?)", rows)
        database.commit()
        database.execute("drop table old")
        database.commit()
    assert b"dan wrote this" in place.read_bytes()
    assert main(["learner", "remove", "dan", "--yes"]) == 0
    assert b"dan wrote this" not in place.read_bytes()
    assert small.book(course)


def test_a_gradebook_that_somebody_reads_is_told_and_a_rerun_finishes(course, capsys, monkeypatch):
    real = people.create_engine
    impatient = {"connect_args": {"timeout": 0.1}}
    monkeypatch.setattr(people, "create_engine", lambda url, **more: real(url, **more, **impatient))
    with closing(sqlite3.connect(course / "grading/gradebook.db")) as other:
        compact = people.compact

        def held_up(url):
            other.execute("begin immediate")
            compact(url)

        with monkeypatch.context() as patch:
            patch.setattr(people, "compact", held_up)
            assert main(["learner", "remove", "dan", "--yes"]) == 2
    assert "gradebook.db is locked. Close the program" in capsys.readouterr().err
    assert main(["learner", "remove", "dan", "--yes"]) == 0
    assert folders(course, "dan") == []


class Killed(BaseException):
    pass


@pytest.mark.parametrize(
    "words",
    [("rename", "dan", "eve"), ("merge", "dan", "ada"), ("remove", "dan", "--yes")],
    ids=lambda words: words[0],
)
@pytest.mark.parametrize("step", range(5))
def test_what_was_stopped_is_finished_by_a_rerun(course, monkeypatch, capsys, words, step):
    """Killed after so many of the steps that change something; nothing is graded meanwhile."""
    whole = shutil.copytree(course, course.with_name("whole"))
    monkeypatch.chdir(whole)
    assert main(["learner", *words]) == 0
    monkeypatch.chdir(course)
    done = []

    def stopping(real):
        def call(*args, **more):
            done.append(real)
            if len(done) > step:
                raise Killed
            return real(*args, **more)

        return call

    with monkeypatch.context() as patch:
        for place, name in (
            (merging if words[0] == "merge" else people, words[0]), (people, "compact"),
            (Path, "rename"), (Path, "replace"), (Path, "unlink"), (shutil, "rmtree"),
        ):  # fmt: skip
            patch.setattr(place, name, stopping(getattr(place, name)))
        with pytest.raises(Killed):
            main(["learner", *words])
    if moving.unfinished(course / "grading"):
        assert main(["grade"]) == 2
        assert "was stopped before its end. Give it once more." in capsys.readouterr().err
        assert main(["learner", "rename", "cleo", "x"]) == 2
        assert f"autograder learner {' '.join(words)}`" in capsys.readouterr().err
    assert main(["learner", *words]) == 0
    assert small.book(course) == small.book(whole)
    assert records(course) == records(whole)
    trees = [
        sorted(str(each.relative_to(root)) for each in (root / "grading").rglob("*"))
        for root in (course, whole)
    ]
    assert trees[0] == trees[1]


def test_nobody_is_renamed_while_something_is_graded(course, capsys):
    with held(course / "grading", alone=False):
        assert main(["learner", "rename", "dan", "eve"]) == 2
        assert "Something is being graded or moved" in capsys.readouterr().err
        assert main(["grade"]) == 1, "two can grade"
    with held(course / "grading", alone=True):
        capsys.readouterr()
        assert main(["grade"]) == 2
        assert "Learners or terms are being moved" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        (*DECIDE, "--student", "dan"), ("take", "cleo", "--by", "N. N."), ("regrade",),
        ("report",), ("export",), ("export", "--all"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_nothing_is_written_about_a_learner_who_is_being_moved(course, capsys, words):
    before = small.book(course)
    with held(course / "grading", alone=True):
        assert main(words) == 2
        assert "Learners or terms are being moved" in capsys.readouterr().err
    assert small.book(course) == before
    assert not (course / "grading/report").exists()
    assert not (course / "grading/export").exists()


def test_commands_in_messages_name_odd_ids_as_a_shell_takes_them(course, capsys):
    submitted = course / "grading/submitted"
    for old, new in (("dan", "it's dan"), ("ada", "ada(2)")):
        assert main(["learner", "rename", old, new]) == 0
        (submitted / new).rename(submitted / f"{new} here")
    capsys.readouterr()
    assert main(["learner", "rename", "ada(2)", "cleo"]) == 2
    assert "`autograder learner merge 'ada(2)' cleo` makes them one" in capsys.readouterr().err
    assert main(["learner", "list"]) == 1
    told = re.findall(r"`(autograder learner r.*?)` (?:gives|deletes)", capsys.readouterr().out)
    assert [shlex.split(each)[2:] for each in told] == [
        ["rename", "ada(2)", "NEW"], ["remove", "ada(2)"],
        ["rename", "it's dan", "NEW"], ["remove", "it's dan"],
    ]  # fmt: skip


def test_ids_with_odd_characters(course):
    for old, new in (("dan", "O'Neil-Åström %_"), ("O'Neil-Åström %_", "王伟 (2)")):
        assert main(["learner", "rename", old, new]) == 0
        assert folders(course, new) == [*PLACES]
    assert main(["learner", "merge", "王伟 (2)", "ada"]) == 0
    assert main(["learner", "remove", "cleo", "--yes"]) == 0
    assert students(course) == ["ada"]


CONFIG = """
from autograder.any_course import protect

c = get_config()
c.CourseDirectory.course_id = "any"
protect(c)
"""


def test_in_another_nbgrader_course(tmp_path, monkeypatch, capsys):
    course = tmp_path / "any"
    work = course / "submitted/bitdiddle/ps1/p1.ipynb"
    work.parent.mkdir(parents=True)
    work.write_bytes(b"{}")
    (course / "nbgrader_config.py").write_text(CONFIG)
    (course / ".autograder/evidence/bitdiddle/ps1").mkdir(parents=True)
    monkeypatch.chdir(course)
    # nbgrader calls alembic through it.
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    with quiet(), Gradebook(f"sqlite:///{course / 'gradebook.db'}", "any") as gradebook:
        gradebook.add_assignment("ps1")
        gradebook.add_student("bitdiddle")
        gradebook.add_submission("ps1", "bitdiddle", timestamp="2026-01-03 00:00:00 UTC")
    assert main(["deadline", "ps1", "2026-01-01 00:00 UTC"]) == 0
    assert "Late by now in ps1: bitdiddle." in capsys.readouterr().out
    assert main(["extend", "bitdiddle", "3", *WHY]) == 0
    assert main(["learner", "rename", "bitdiddle", "ben"]) == 0
    assert (course / "submitted/ben/ps1/p1.ipynb").is_file()
    assert (course / ".autograder/evidence/ben").is_dir()
    assert main(["learner", "list"]) == 0
    assert main(["term", "archive", "x"]) == 2
    assert "in this project's own course alone" in capsys.readouterr().err
    assert main(["--term", "x", "learner", "list"]) == 2
    assert "in this project's own course alone" in capsys.readouterr().err
    assert main(["learner", "remove", "ben", "--yes"]) == 0
    left = [each for each in course.rglob("*") if "ben" in each.name]
    assert left == []
    assert b"ben" not in (course / "gradebook.db").read_bytes()
