"""One learner's files and names say nothing of another learner, nor of the class."""

import pytest

from autograder.cli.main import main
from tests.support.archives import BLIND, ENGLISH, NOTEBOOK, submitted, zipped
from tests.support.classes import NAME

SHEET = (
    "Identifier,Full name,Email address,Status,Last modified (submission)\n"
    'Participant 1,Ada Evil,mal@x.org,Submitted,"Friday, 3 January 2031, 10:00 AM"\n'
    'Participant 2,Mal,ada@x.org,Submitted,"Friday, 3 January 2020, 10:00 AM"\n'
)


def two_learners(own):
    """A zip in which one learner has handed in `own`; beside it what the others have."""
    return {
        f"Ada Lovelace_1_assignsubmission_file_/{NAME}.ipynb": b"[1]",
        own: SHEET,
        f"Mal_2_assignsubmission_file_/{NAME}.ipynb": b"[2]",
        f"Zoe_3_assignsubmission_file_/{NAME}.ipynb": b"[3]",
    }


@pytest.mark.parametrize("around", ["", "M101 9/", "term/week 3/"])
@pytest.mark.parametrize(
    "own",
    [
        "Mal_2_assignsubmission_file_/my.csv",
        "Mal_2_assignsubmission_file_my.csv",
        "Mal_2_assignsubmission_file_/Participant/my.csv",
        "Mal_2_assignsubmission_file_\\my.csv",
        "Default group_assignsubmission_file_my.csv",
    ],
)
def test_what_a_learner_hands_in_is_no_worksheet(course, tmp_path, own, around):
    files = {around + name: content for name, content in two_learners(own).items()}
    main(["collect", str(zipped(tmp_path, files))])
    found = submitted(course)
    work = [found[who, f"{NAME}.ipynb"] for who in ("ada-lovelace-1", "mal-2", "zoe-3")]
    assert work == [b"[1]", b"[2]", b"[3]"]
    assert not [file for _, file in found if file == "timestamp.txt"]
    assert not (course / "grading/collected").exists()


@pytest.mark.parametrize(
    "name",
    [
        "lovelaceada_71_9001_{}",
        "LATE_anon_71_9001_{}",
        "van_der_berg_71_9001_{}",
        "Classification_ada_attempt_2026-01-01-10-00-00_{}",
        "ada/{}",
        "{}",
    ],
)
def test_no_worksheet_is_found_where_files_are_not_moodles(course, tmp_path, name):
    files = {name.format("my.csv"): SHEET, name.format(f"ada {NAME}.ipynb"): NOTEBOOK}
    # One learner's names are not to make it Moodle's.
    files["Mal_2_assignsubmission_file_1.ipynb"] = b"{}"
    main(["collect", str(zipped(tmp_path, files))])
    assert not (course / "grading/collected").exists()


def test_the_worksheet_that_is_used_is_named(course, tmp_path, capsys):
    files = {f"class/Ada Lovelace_41_assignsubmission_file_/{NAME}.ipynb": NOTEBOOK}
    files |= {"class/roster.csv": "a,b\n", "class/Grades.csv": ENGLISH}
    assert main(["collect", str(zipped(tmp_path, files))]) == 1
    said = capsys.readouterr().out
    assert "Moodle's worksheet class/Grades.csv is used" in said
    assert "Not placed: class/roster.csv" in said
    assert set(submitted(course)) == {
        ("ada@example.org", f"{NAME}.ipynb"), ("ada@example.org", "timestamp.txt"),
    }  # fmt: skip


def test_a_worksheet_that_is_named_may_be_in_the_zip_too(course, tmp_path, capsys):
    files = {f"Ada Lovelace_41_assignsubmission_file_/{NAME}.ipynb": NOTEBOOK}
    path = tmp_path / "Grades.csv"
    path.write_text(ENGLISH)
    words = ["--worksheet", str(path)]
    named = {**files, "Grades.csv": ENGLISH}
    assert main(["collect", str(zipped(tmp_path, named)), *words]) == 0
    assert "2 files seen: 1 placed, 1 kept aside, 0 not placed." in capsys.readouterr().out
    assert main(["collect", str(zipped(tmp_path, {**named, "old.csv": BLIND})), *words]) == 1


def test_of_two_worksheets_none_is_chosen(course, tmp_path, capsys):
    files = {f"Ada_41_assignsubmission_file_/{NAME}.ipynb": NOTEBOOK}
    files |= {"Grades.csv": ENGLISH, "Grades old.csv": BLIND}
    assert main(["collect", str(zipped(tmp_path, files))]) == 2
    assert "'Grades old.csv'" in capsys.readouterr().err
    assert not (course / "grading/submitted").exists()


@pytest.mark.parametrize(
    ("own", "kept"),
    [
        # Names as an LMS would give them to another learner's file, in what a learner hands in.
        ("Mal_2_assignsubmission_file_x_1_assignsubmission_file_{}", "mal-2"),
        ("Mal_2_assignsubmission_file_/Ada_1_assignsubmission_file_/{}", "mal-2"),
        ("Mal_2_assignsubmission_file_/Ada_1_assignsubmission_file_{}", "mal-2"),
        ("Mal_2_assignsubmission_file_/ada_1_5_{}", "mal-2"),
        ("mal/Ada_1_assignsubmission_file_/{}", None),
        ("mal/Ada_1_assignsubmission_file_{}", None),
        ("mal/ada_1_5_{}", "mal"),
        ("mal_2_5_Ada_1_assignsubmission_file_{}", "mal-2"),
        ("mal_2_5_ada_1_6_{}", "mal-2"),
        ("mal/../ada-1/{}", None),
        ("mal/../Ada_1_assignsubmission_file_/{}", None),
    ],
)
def test_no_name_that_a_learner_gives_reaches_another(course, tmp_path, own, kept):
    hers = {"Ada_1_assignsubmission_file_/x.ipynb": b"[1]"}
    if not own.startswith("Mal_"):  # folders or Canvas's names
        hers = {"ada_1_5_x.ipynb": b"[1]"} if own.startswith("mal_") else {"Ada-1/x.ipynb": b"[1]"}
    for order in (1, -1):
        files = dict([*hers.items(), (own.format(f"{NAME}.ipynb"), b"[2]")][::order])
        main(["collect", str(zipped(tmp_path, files))])
        found = {student: content for (student, _), content in submitted(course).items()}
        assert found == {"ada-1": b"[1]"} | ({kept: b"[2]"} if kept else {})


def test_learners_by_groups_in_folders(course, tmp_path):
    files = {
        f"group A/Ada_1_assignsubmission_file_/{NAME}.ipynb": b"[1]",
        f"group B/Ben_2_assignsubmission_file_/{NAME}.ipynb": b"[2]",
    }
    assert main(["collect", str(zipped(tmp_path, files))]) == 0
    assert {student for student, _ in submitted(course)} == {"ada-1", "ben-2"}


@pytest.mark.parametrize("stray", ["data.csv", f"{NAME}.ipynb"])
def test_a_file_without_a_name_makes_nobody_else_another(course, tmp_path, stray):
    files = {f"class/{who} {NAME}.ipynb": f"[{who!r}]" for who in ("Ada", "Ben", "Cleo")}
    assert main(["collect", str(zipped(tmp_path, {**files, f"class/{stray}": "[4]"}))]) == 1
    assert {student for student, _ in submitted(course)} == {"ada", "ben", "cleo"}


def test_what_lies_beside_folders_of_learners_is_nobodys(course, tmp_path):
    files = {f"class/{who}/{NAME}.ipynb": f"[{who!r}]" for who in ("Ada", "Ben", "Cleo")}
    assert main(["collect", str(zipped(tmp_path, {**files, "class/roster.csv": "a,b"}))]) == 1
    assert {student for student, _ in submitted(course)} == {"ada", "ben", "cleo"}
