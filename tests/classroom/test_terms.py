"""A term is put away whole, can be read as it was, and an empty one begins."""

import shutil

import pytest

from autograder.cli.main import main
from autograder.files import held
from tests.support import small
from tests.support.classes import NAME, hand_in
from tests.support.kept import nbgraders, points, records

WHY = ("--by", "N. N.", "--reason", "a fair idea")


def tree(folder):
    return {
        str(each.relative_to(folder)): each.read_bytes()
        for each in folder.rglob("*")
        if each.is_file() and each.suffix != ".db"
    }


@pytest.fixture
def archived(course, capsys):
    main(["decide", "check_tanh_values", "1", "--student", "dan", *WHY])
    main(["deadline", "classification", "2026-01-01 00:00 UTC"])
    kept = course / "grading/releases" / NAME / "0123456789ab.ipynb"
    kept.parent.mkdir(parents=True)
    shutil.copy(course / f"notebooks/classification/{NAME}.ipynb", kept)
    capsys.readouterr()
    return course


def explained(capsys, *words):
    capsys.readouterr()
    assert main([*words, "explain", "dan", "tanh"]) == 0
    return capsys.readouterr().out


def test_a_term_goes_away_whole_and_can_be_read(archived, capsys):
    before, marks, said = tree(archived / "grading"), points(archived, "dan"), explained(capsys)
    assert main(["term", "archive", "autumn-2026"]) == 0
    assert f"is in {archived / 'terms/autumn-2026'}." in capsys.readouterr().out
    term = archived / "terms/autumn-2026"
    assert tree(term) == before
    assert set(tree(archived / "grading")) == {f"releases/{NAME}/0123456789ab.ipynb"}
    assert sorted(each.name for each in (archived / "terms").iterdir()) == ["autumn-2026"]
    assert explained(capsys, "--term", "autumn-2026") == said
    assert "no evidence" not in said
    assert main(["--term", "autumn-2026", "report"]) == 0
    assert main(["--term", "autumn-2026", "export"]) == 1
    assert main(["--term", "autumn-2026", "learner", "list"]) == 0
    assert main(["--term", "autumn-2026", "deadline"]) == 0
    said = capsys.readouterr().out
    assert f"The class: {term / 'report/classification/index.html'}" in said
    assert f"Marks: {term / 'export/classification-csv.csv'}" in said
    assert "3 learners." in said
    assert "classification: 2026-01-01" in said
    assert set(tree(archived / "grading")) == {f"releases/{NAME}/0123456789ab.ipynb"}
    assert records(term / "gradebook.db")["dan"][NAME]["student"] == "dan"
    with nbgraders(archived) as gradebook:
        assert gradebook.students == []
    assert marks["check_tanh_values"] == 1


def test_the_next_term_begins_with_the_same_settings(archived, capsys):
    main(["term", "archive", "autumn"])
    main(["deadline"])
    assert "classification: no deadline" in capsys.readouterr().out
    hand_in(archived, "zoe", small.notebook(small.ANSWERS["dan"]))
    code, said = small.grade(archived)
    assert code == 0, said
    assert records(archived).keys() == {"zoe"}
    assert main(["term", "list"]) == 0
    assert capsys.readouterr().out == "autumn: 3 learners, classification\n"
    assert main(["term", "archive", "autumn"]) == 2
    assert "There is a term 'autumn' already" in capsys.readouterr().err
    assert main(["term", "archive", "winter"]) == 0
    capsys.readouterr()
    main(["term", "list"])
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["autumn: 3 learners, classification", "winter: 1 learner, classification"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("grade",), "`grade` is for the present term; of an archived one, 'autumn',"),
        (("regrade",), "`regrade` is for the present term"),
        (("decide", "tanh", "full", "--all", *WHY), "`decide` is for the present term"),
        (("collect", "x.zip"), "`collect` is for the present term"),
        (("term", "archive", "x"), "`term` is for the present term"),
        (("learner", "rename", "dan", "eve"), "The term 'autumn' is archived"),
        (("learner", "merge", "dan", "ada"), "The term 'autumn' is archived"),
        (("deadline", "classification", "2026-01-01 00:00"), "The term 'autumn' is archived"),
        (("extend", "dan", "2", *WHY), "The term 'autumn' is archived"),
    ],
    ids=lambda each: each[0] if isinstance(each, tuple) else "",
)
def test_an_archived_term_is_read_only(archived, capsys, words, why):
    main(["term", "archive", "autumn"])
    content = (archived / "terms/autumn/gradebook.db").read_bytes()
    assert main(["--term", "autumn", *words]) == 2
    assert why in capsys.readouterr().err
    assert (archived / "terms/autumn/gradebook.db").read_bytes() == content


def test_todays_settings_change_no_mark_of_an_archived_term(archived, capsys):
    with nbgraders(archived) as gradebook:
        gradebook.update_or_create_submission(
            "classification", "dan", timestamp="2026-02-01 00:00:00 UTC"
        )
    main(["term", "archive", "autumn"])
    with (archived / "nbgrader_config.py").open("a") as file:
        file.write("c.AssignLatePenalties.plugin_class = 'autograder.late.LatePolicy'\n")
        file.write("c.LatePolicy.percent_a_day = 50\n")
    capsys.readouterr()
    main(["--term", "autumn", "export", "--output", "marks.csv"])
    line = next(each for each in (archived / "marks.csv").read_text().splitlines() if "dan" in each)
    assert ",0,3,5,yes,no" in line


def test_a_learner_who_leaves_leaves_archived_terms_too(archived, capsys):
    main(["term", "archive", "autumn"])
    hand_in(archived, "dan", "x", "essay.txt")
    capsys.readouterr()
    assert main(["learner", "remove", "dan", "--yes"]) == 1
    said = capsys.readouterr().out
    assert (
        "the archived term autumn has dan too: `autograder --term autumn learner remove dan`"
        in said
    )
    assert main(["--term", "autumn", "learner", "remove", "dan", "--yes"]) == 0
    capsys.readouterr()
    left = [
        each
        for each in (archived / "terms").rglob("*")
        if each.name == "dan" or (each.is_file() and b"dan" in each.read_bytes())
    ]
    assert left == []


@pytest.mark.parametrize("name", ["", "..", ".x", "a/b", "-x", "a:b", "<b>"])
def test_a_name_that_can_be_no_folders(archived, capsys, name):
    words = ["term", "archive", "--", name] if name.startswith("-") else ["term", "archive", name]
    assert main(words) == 2
    assert "can be no folder's name" in capsys.readouterr().err
    assert not (archived / "terms").exists()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("c.CourseDirectory.db_url = 'postgresql://x/y'", "this course's gradebook is no file"),
        ("c.CourseDirectory.db_url = 'sqlite:////elsewhere/g.db'", "is a file in another folder"),
        ("c.CourseDirectory.submitted_directory = 'work'", "submitted_directory is 'work'"),
    ],
)
def test_what_lies_elsewhere_is_not_put_away(archived, capsys, line, why):
    with (archived / "nbgrader_config.py").open("a") as file:
        file.write(f"{line}\n")
    assert main(["term", "archive", "autumn"]) == 2
    assert why in capsys.readouterr().err
    assert (archived / "grading/gradebook.db").is_file()


def test_there_is_no_such_term_nothing_to_put_away_and_somebody_at_work(archived, capsys):
    assert main(["--term", "spring", "explain", "dan", "tanh"]) == 2
    assert "There is no archived term 'spring'. There is: none." in capsys.readouterr().err
    assert main(["term", "list"]) == 0
    with held(archived / "grading", alone=False):
        assert main(["term", "archive", "autumn"]) == 2
        assert "Something is being graded or moved" in capsys.readouterr().err
    shutil.rmtree(archived / "grading")
    assert main(["term", "archive", "autumn"]) == 2
    assert "has nothing that could be put away" in capsys.readouterr().err


def test_what_was_stopped_is_finished_by_a_rerun(archived, monkeypatch):
    copies = []

    def dies(*args, **more):
        if len(copies) == 1:
            raise KeyboardInterrupt
        copies.append(args)
        return copy(*args, **more)

    copy = shutil.copytree
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copytree", dies)
        assert main(["term", "archive", "autumn"]) == 130
    assert main(["term", "archive", "autumn"]) == 0
    assert set(tree(archived / "grading")) == {f"releases/{NAME}/0123456789ab.ipynb"}
    assert (archived / "terms/autumn/gradebook.db").is_file()
    assert [each.name for each in (archived / "terms").iterdir()] == ["autumn"]
