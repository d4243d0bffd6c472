"""When somebody handed in: what a system says, what a teacher states, and what a learner writes."""

import pytest
from nbgrader.api import Gradebook

from autograder.cli.main import main
from autograder.course.nbgrader_log import quiet
from tests.support.archives import ENGLISH, NOTEBOOK, submitted, zipped
from tests.support.classes import NAME

EXCHANGE = b"2026-11-02 15:58:23.948203 UTC"  # as nbgrader's exchange writes it
HOUR = b"2026-11-02 15:58:23 UTC\n"
STATED = ("--handed-in", "2027-01-15 23:59 UTC")
FORGED = b"2020-01-01 00:00:00 UTC"


def hours(course):
    return {
        who: text.decode().strip().removesuffix(" UTC")
        for (who, file), text in submitted(course).items()
        if file == "timestamp.txt"
    }


def collect(tmp_path, files, *words):
    return main(["collect", str(zipped(tmp_path, files)), *words])


@pytest.mark.parametrize("around", ["", "class/"])
@pytest.mark.parametrize("inside", ["", "classification/"])
def test_nbgraders_own_file_is_read(course, tmp_path, capsys, around, inside):
    files = {
        f"{around}{who}/{inside}{name}": content
        for who in ("ada", "ben")
        for name, content in (
            (f"{NAME}.ipynb", NOTEBOOK + who.encode()),
            ("timestamp.txt", EXCHANGE),
        )
    }
    assert collect(tmp_path, files) == 0
    assert {key for key in submitted(course) if "(1)" in key[1]} == set()
    assert submitted(course)["ada", "timestamp.txt"] == HOUR
    assert "hour of submission of 2 learners is from a timestamp.txt" in capsys.readouterr().out


def test_nbgraders_own_folders_with_one_learner(course, tmp_path):
    files = {"ada/classification/timestamp.txt": EXCHANGE, f"ada/classification/{NAME}.ipynb": b"1"}
    assert collect(tmp_path, files) == 0
    assert hours(course) == {"ada": "2026-11-02 15:58:23"}


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("ada-71", "Ada_71_assignsubmission_file_/timestamp.txt"),
        ("ada-71", "Ada_71_assignsubmission_file_/classification/timestamp.txt"),
        ("ada-71", "ada_71_9001_timestamp.txt"),  # Canvas
        ("ada", "ada/notebooks/classification/timestamp.txt"),
        ("ada", "ada/work/timestamp.txt"),
    ],
)
def test_what_a_learner_can_write_is_no_hour(course, tmp_path, who, path):
    folder = path.rpartition("timestamp.txt")[0]
    files = {path: FORGED, f"{folder}{NAME}.ipynb": NOTEBOOK}
    files |= {each.replace("ada", "ben").replace("Ada", "Ben"): b"1" for each in files}
    assert collect(tmp_path, files) == 0
    assert hours(course) == {}
    assert submitted(course)[who, "timestamp (1).txt"] == FORGED


def test_a_repository_is_the_learners_own(course, tmp_path):
    files = {"ada/timestamp.txt": FORGED, "ada/.git/HEAD": b"x", f"ada/{NAME}.ipynb": NOTEBOOK}
    assert collect(tmp_path, {f"class/{name}": each for name, each in files.items()}) == 0
    assert hours(course) == {}


def test_the_upper_file_counts(course, tmp_path):
    files = {"ada/classification/timestamp.txt": FORGED, "ada/timestamp.txt": EXCHANGE}
    assert collect(tmp_path, files | {f"ada/{NAME}.ipynb": b"1", f"ben/{NAME}.ipynb": b"2"}) == 0
    assert hours(course) == {"ada": "2026-11-02 15:58:23"}


def test_a_file_that_tells_no_hour_is_named(course, tmp_path, capsys):
    files = {"ada/timestamp.txt": b"soon", f"ada/{NAME}.ipynb": b"1", f"ben/{NAME}.ipynb": b"2"}
    assert collect(tmp_path, files) == 1
    said = capsys.readouterr().out
    assert "Not placed: ada/timestamp.txt: tells no hour of submission. 'soon' is no hour" in said
    assert hours(course) == {}


def test_canvas_says_late_and_the_teacher_says_when(course, tmp_path, capsys):
    files = {
        f"lovelaceada_LATE_71_9001_{NAME}.ipynb": b"1",
        f"van_der_berg_72_9002_{NAME}.ipynb": b"2",
        f"LATE_anon_73_9003_{NAME}.ipynb": b"3",
    }
    assert collect(tmp_path, files) == 0
    assert {who for who, _ in submitted(course)} == {"lovelaceada-71", "van_der_berg-72", "anon-73"}
    assert "not when it came: anon-73, lovelaceada-71. State" in capsys.readouterr().out
    assert collect(tmp_path, files, *STATED) == 0
    said = capsys.readouterr().out
    assert "Handed in, where nothing else says when: 2027-01-15 23:59 UTC." in said
    assert "not when it came" not in said
    assert set(hours(course).values()) == {"2027-01-15 23:59:00"}


def test_an_hour_for_all_is_about_what_is_new(course, tmp_path, capsys):
    files = {f"ada/{NAME}.ipynb": b"1", f"ben/{NAME}.ipynb": b"2"}
    assert collect(tmp_path, files, *STATED) == 0
    files[f"ben/{NAME}.ipynb"] = b"3"
    assert collect(tmp_path, files, "--handed-in", "2027-01-17 08:00 UTC") == 0
    assert hours(course) == {"ada": "2027-01-15 23:59:00", "ben": "2027-01-17 08:00:00"}
    files[f"ben/{NAME}.ipynb"] = b"4"
    capsys.readouterr()
    assert collect(tmp_path, files) == 0
    assert "New files without an hour of submission: ben. An earlier" in capsys.readouterr().out


def test_moodle_knows_better_than_the_teacher(course, tmp_path):
    files = {f"Ada Lovelace_41_assignsubmission_file_/{NAME}.ipynb": b"1", "Grades.csv": ENGLISH}
    files[f"Blaise Pascal_42_assignsubmission_file_/{NAME}.ipynb"] = b"2"
    assert collect(tmp_path, files, *STATED) == 0
    found = hours(course)
    assert found["blaise@example.org"] == "2027-01-15 23:59:00"
    assert found["ada@example.org"].startswith("2026-03-02")


def test_a_file_of_learners(course, tmp_path, capsys):
    people = tmp_path / "people.csv"
    people.write_text(
        "\ufeffStudent ID;Full name;E-mail;Handed in;Remark\n"
        "S-41;Ada Lovelace;ADA@x.org;2027-01-15 23:59 UTC;\n"
        ";;;;\n"
        's-42;"Pascal, Blaise";blaise@x.org;-\n'
        "s-43;Carl;;2 March 2026, 9:05 PM;x\n"
    )
    files = {
        f"{who}/{NAME}.ipynb": who.encode() for who in ("s-41", "Blaise@x.org", "Carl", "dora")
    }
    files["carl/timestamp.txt"] = EXCHANGE
    files["dora/timestamp.txt"] = EXCHANGE
    files = {name.replace("Carl", "carl"): each for name, each in files.items()}
    assert collect(tmp_path, files, "--learners", str(people)) == 0
    said = capsys.readouterr().out
    assert "Not in people.csv: dora." in said
    assert "is not known for 1 learner:" in said
    found = hours(course)
    assert found["s-41"] == "2027-01-15 23:59:00"
    assert found["carl"].startswith("2026-03-0"), "the teacher's list goes before the folder's file"
    assert found["dora"] == "2026-11-02 15:58:23"
    with quiet(), Gradebook(f"sqlite:///{course / 'grading/gradebook.db'}") as book:
        ada, blaise = book.find_student("s-41"), book.find_student("blaise@x.org")
        assert (ada.first_name, ada.last_name, ada.email) == ("Ada", "Lovelace", "ada@x.org")
        assert blaise.email == "blaise@x.org"


def test_a_list_takes_no_number_of_moodles_away(course, tmp_path):
    people = tmp_path / "people.csv"
    people.write_text("learner\nada@example.org\n")
    files = {f"Ada Lovelace_41_assignsubmission_file_/{NAME}.ipynb": b"1", "Grades.csv": ENGLISH}
    assert collect(tmp_path, files, "--learners", str(people)) == 0
    with quiet(), Gradebook(f"sqlite:///{course / 'grading/gradebook.db'}") as book:
        ada = book.find_student("ada@example.org")
        assert (ada.lms_user_id, ada.last_name) == ("41", "Lovelace")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "has no column for who a learner is: head one with id or learner"),
        ("who,when\nada,1\n", "Its columns: 'who', 'when'."),
        ("id,email\n", "people.csv names no learner."),
        ("id,handed_in\nada,yes\nben,2027-02-30 10:00\n", "line 2: 'yes' is no hour"),
        ("id,handed_in\nada,2027-01-15\n", "line 2: '2027-01-15' is a day, and not an hour"),
        ("id,name\nada,A\n,B\n", "line 3 names no learner"),
        ("id,name\nada,A\nAda,B\n", "lines 2 and 3 are of one learner, ada"),
        ("id,name\nada,Lovelace, Ada\n", "line 2 has more cells than the head"),
        ("id,name\n" + ",B\n" * 9, "; and 4 more lines."),
    ],
)
def test_a_file_of_learners_that_cannot_be_used(course, tmp_path, capsys, text, why):
    (tmp_path / "people.csv").write_text(text)
    words = ("--learners", str(tmp_path / "people.csv"))
    assert collect(tmp_path, {f"ada/{NAME}.ipynb": b"1"}, *words) == 2
    assert why in capsys.readouterr().err
    assert submitted(course) == {}


def test_an_hour_on_the_command_line_that_is_none(course, tmp_path, capsys):
    assert collect(tmp_path, {f"ada/{NAME}.ipynb": b"1"}, "--handed-in", "soon") == 2
    assert "'soon' is no hour. Write it as 2027-01-15 23:59" in capsys.readouterr().err
    assert submitted(course) == {}
