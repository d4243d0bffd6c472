"""`autograder collect` from end to end: what is shown, counted, asked, and remembered."""

import csv
from unicodedata import normalize

import pytest

from autograder.cli.main import main
from autograder.lms.owners import read_who
from tests.support.archives import ENGLISH, NOTEBOOK, submitted, zipped
from tests.support.classes import NAME

FILES = {
    "lovelaceada_LATE_71_9001_02_tanh.ipynb": NOTEBOOK,
    "王伟_72_9002_02_tanh.ipynb": NOTEBOOK + b" ",
    "pascal_73_text.html": b"<p>Hello",
    "__MACOSX/x": b"",
    "notes.txt": b"x",
}


def collect(tmp_path, files, *words):
    return main(["collect", str(zipped(tmp_path, files)), *words])


def everything(course):
    """All files but the gradebook: whoever looks for it makes an empty one."""
    return {path for path in course.rglob("*") if path.is_file() and path.suffix != ".db"}


def test_a_dry_run_shows_all_and_writes_nothing(course, tmp_path, capsys):
    before = everything(course)
    assert collect(tmp_path, FILES, "--dry-run") == 1
    assert everything(course) == before
    dry = capsys.readouterr().out
    assert "To be collected" in dry
    assert "王伟-72" in dry
    assert "Nothing was placed." in dry
    assert collect(tmp_path, FILES) == 1
    real = capsys.readouterr().out
    for said in (dry, real):
        assert "5 files seen: 3 placed, 1 kept aside, 1 not placed." in said
        assert "Not placed: notes.txt: does not say whose it is" in said
        assert "For a person: pascal-73 has handed in no notebook, but text.html: ask for" in said
    assert set(submitted(course)) == {
        ("lovelaceada-71", f"{NAME}.ipynb"), ("王伟-72", f"{NAME}.ipynb"),
        ("pascal-73", "text.html"),
    }  # fmt: skip


def test_what_cannot_be_written_is_counted_too(course, tmp_path, capsys):
    files = {"ada/02_tanh.ipynb": NOTEBOOK, "ada/data": b"1", "ada/data/x.csv": b"2"}
    assert collect(tmp_path, files) == 1
    said = capsys.readouterr().out
    assert "3 files seen: 2 placed, 0 kept aside, 1 not placed." in said
    assert "Not placed: ada/data/x.csv: " in said


def test_late_is_kept_and_listed_until_somebody_says_when(course, tmp_path, capsys):
    name, content = next(iter(FILES.items()))
    assert collect(tmp_path, {name: content}) == 0
    assert collect(tmp_path, {"emmy_74_9003_02_tanh.ipynb": b"3"}) == 0
    capsys.readouterr()
    main(["deadline"])
    said = capsys.readouterr().out
    assert "late by the LMS, and nobody has said when: lovelaceada-71." in said
    assert collect(tmp_path, {name: content}, "--handed-in", "2027-01-15 23:59 UTC") == 0
    capsys.readouterr()
    main(["deadline"])
    assert "late by the LMS" not in capsys.readouterr().out


@pytest.mark.parametrize("inside", ["solutions/classification/", ".trash/"])
def test_who_hands_in_nothing_that_is_graded_is_asked_about(course, tmp_path, capsys, inside):
    files = {f"ada/{inside}{NAME}.ipynb": NOTEBOOK, f"ben/{NAME}.ipynb": b"2"}
    assert collect(tmp_path, files) == 1
    said = capsys.readouterr().out
    assert f"Kept aside: ada: 1 file in {inside.split('/')[0]}" in said
    assert "For a person: ada has handed in nothing that is graded" in said
    assert set(submitted(course)) == {("ben", f"{NAME}.ipynb")}
    # There is a folder, so that `grade` asks too.
    assert (course / "grading/submitted/ada/classification").is_dir()
    kept = [path.read_bytes() for path in (course / "grading").glob("unplaced/*/*")]
    assert kept == ([NOTEBOOK] if "solutions" in inside else [])


def test_an_id_that_a_teacher_writes_counts(course, tmp_path, capsys):
    files = {"Иванов, =И./02_tanh.ipynb": NOTEBOOK, "ben/02_tanh.ipynb": b"2"}
    assert collect(tmp_path, files) == 0
    path = course / "grading/who-is-who.csv"
    lines = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    assert [(each["handed_in_as"], each["id"]) for each in lines] == [
        ("ben", "ben"), ("Иванов, =И.", "иванов-и"),
    ]  # fmt: skip
    assert path.stat().st_mode & 0o077 == 0
    path.write_text(path.read_text("utf-8-sig").replace("иванов-и", "ivanov"), "utf-8")
    assert collect(tmp_path, {"Иванов, =И./02_tanh.ipynb": b"3"}) == 0
    assert ("ivanov", "02_tanh.ipynb") in submitted(course)
    # Its names go along with the learner, and with the learner they go.
    assert main(["learner", "merge", "иванов-и", "ivanov"]) == 0
    assert main(["learner", "rename", "ivanov", "iva"]) == 0
    assert {each.id for each in read_who(course / "grading")} == {"ben", "iva"}
    capsys.readouterr()
    main(["learner", "remove", "iva"])
    assert "the learner's lines in grading/who-is-who.csv" in capsys.readouterr().out
    main(["learner", "remove", "iva", "--yes"])
    assert {each.id for each in read_who(course / "grading")} == {"ben"}


def test_whom_two_share_an_id_a_teacher_tells_apart(course, tmp_path, capsys):
    files = {"Ada/02_tanh.ipynb": b"1", "ada!/02_tanh.ipynb": b"2"}
    assert collect(tmp_path, files) == 1
    assert "give each an id in who-is-who.csv" in capsys.readouterr().out
    assert submitted(course) == {}
    path = course / "grading/who-is-who.csv"
    said = path.read_text("utf-8-sig").splitlines()
    path.write_text("\n".join([said[0], f"{said[1]}ada-1", f"{said[2]}ada-2"]))
    assert collect(tmp_path, files) == 0
    assert set(submitted(course)) == {("ada-1", "02_tanh.ipynb"), ("ada-2", "02_tanh.ipynb")}


@pytest.mark.parametrize("new", ["../../evil", "a/b", "*", "<x>", "Con", "aux.txt", "x."])
def test_an_id_that_is_no_folders_name_is_refused(course, tmp_path, capsys, new):
    assert collect(tmp_path, {"ada/02_tanh.ipynb": NOTEBOOK}) == 0
    path = course / "grading/who-is-who.csv"
    path.write_text(path.read_text("utf-8-sig").replace(",ada\n", f",{new}\n"), "utf-8")
    before = everything(course)
    assert collect(tmp_path, {"ada/02_tanh.ipynb": b"2"}) == 2
    assert (
        f"has the id {new!r} for 'ada', which cannot be a folder's name" in capsys.readouterr().err
    )
    assert everything(course) == before


@pytest.mark.parametrize("forms", [("NFC", "NFD"), ("NFD", "NFC")])
@pytest.mark.parametrize(
    "name", ["Müller/{}", "müller_71_9001_{}", "Müller_71_assignsubmission_file/{}"]
)
def test_a_name_is_the_same_from_a_mac(course, tmp_path, name, forms):
    """There, a letter and the signs on it are written one after the other."""
    for number, form in enumerate(forms):
        files = {normalize(form, name.format(f"{NAME}.ipynb")): NOTEBOOK + b" " * number}
        assert collect(tmp_path, files) == 0
        path = course / "grading/who-is-who.csv"  # as that Mac may save it, too
        path.write_text(normalize(form, path.read_text("utf-8-sig")), "utf-8")
    ((_, first), (_, again)) = sorted(submitted(course))
    assert (first, again) == (f"{NAME} (1).ipynb", f"{NAME}.ipynb")


def test_a_file_of_who_is_who_that_lost_its_head_is_refused(course, tmp_path, capsys):
    (course / "grading").mkdir()
    (course / "grading/who-is-who.csv").write_text("a,b\n1,2\n")
    assert collect(tmp_path, FILES) == 2
    assert "who-is-who.csv has lost its head" in capsys.readouterr().err


def test_who_has_handed_in_nothing_has_a_row(course, tmp_path, capsys):
    files = {f"Ada Lovelace_41_assignsubmission_file_/{NAME}.ipynb": NOTEBOOK}
    assert collect(tmp_path, {**files, "Grades.csv": ENGLISH}) == 0
    capsys.readouterr()
    main(["learner", "list"])
    assert "2 learners." in capsys.readouterr().out


def test_ids_that_a_course_already_has_never_change(course, tmp_path):
    """An earlier release took the address where the site shows a department before it."""
    sheet = ENGLISH.replace("Full name,Email", "Full name,ID number,Email")
    sheet = sheet.replace("Lovelace,", "Lovelace,s0041,").replace("Pascal,", "Pascal,s0042,")
    (course / "grading/submitted/ada@example.org/classification").mkdir(parents=True)
    files = {
        f"{who}_assignsubmission_file_/{NAME}.ipynb": who.encode()
        for who in ("Ada Lovelace_41", "Blaise Pascal_42")
    }
    assert collect(tmp_path, {**files, "Grades.csv": sheet}) == 0
    assert {who for who, _ in submitted(course)} == {"ada@example.org", "s0042"}
