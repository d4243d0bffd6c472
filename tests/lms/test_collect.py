"""Archives as LMSs make them, and as an attacker would."""

import errno
import os
import re
import stat
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.cli.main import main
from autograder.course.nbgrader_log import quiet
from autograder.files import write_bytes_whole
from autograder.lms import archive, collect
from autograder.lms.hours import read_date
from autograder.lms.worksheet import is_worksheet, read_worksheet
from tests.support.archives import BLIND, ENGLISH, GERMAN, NOTEBOOK, submitted, zipped
from tests.support.classes import NAME


@pytest.mark.parametrize(
    ("worksheet", "student"),
    [(ENGLISH, "ada@example.org"), (GERMAN, "s0041"), (BLIND, "participant-41")],
)
def test_moodle_in_any_language(course, tmp_path, worksheet, student):
    who = "Participant" if worksheet == BLIND else "Ada Lovelace"
    path = zipped(
        tmp_path,
        {
            f"{who}_41_assignsubmission_file_/{NAME}.ipynb": NOTEBOOK,
            f"{who}_41_assignsubmission_file_data.csv": "1,2",
            f"{who}_41_assignsubmission_onlinetext_/onlinetext.html": "<p>Hello</p>",
            "Grades-M101-Classification--9.csv": worksheet,
        },
    )
    assert main(["collect", str(path)]) == 0
    expected = datetime(2026, 3, 2, 21, 5).astimezone()
    stamp = submitted(course).pop((student, "timestamp.txt")).decode().strip()
    assert (
        datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S UTC").timestamp()
        == (expected.replace(tzinfo=None) - expected.utcoffset()).timestamp()
    )
    assert submitted(course)[student, f"{NAME}.ipynb"] == NOTEBOOK
    assert submitted(course)[student, "data.csv"] == b"1,2"
    assert submitted(course)[student, "onlinetext.html"] == b"<p>Hello</p>"
    with quiet(), Gradebook(f"sqlite:///{course / 'grading/gradebook.db'}") as book:
        known = book.find_student(student)
        assert known.lms_user_id == "41"
        assert known.last_name == (None if worksheet == BLIND else "Lovelace")


@pytest.mark.parametrize("around", ["_/onlinetext", "/onlinetext", "_onlinetext"])
def test_a_text_of_moodles_is_somebodys(course, tmp_path, around, capsys):
    text = f"Ada Lovelace_41_assignsubmission_onlinetext{around}.html"
    files = {text: "<p>", f"Ben_42_assignsubmission_file_/{NAME}.ipynb": NOTEBOOK}
    assert main(["collect", str(zipped(tmp_path, files))]) == 1
    said = capsys.readouterr().out
    assert "For a person: ada-lovelace-41 has handed in no notebook, but onlinetext.html" in said
    assert ("ada-lovelace-41", "onlinetext.html") in submitted(course)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Eve \x1b[2J\u202e\0\u2066Adams", "Eve [2J Adams"),
        ('"x\r\nFor a person: ada:\x85fine"', "x For a person: ada: fine"),
        ("<b>Eve</b> =1+1", "<b>Eve</b> =1+1"),
        ("Åsa O'Neil-Åström", "Åsa O'Neil-Åström"),
        (
            "\u0639\u0644\u06cc\u200c\u0631 -",
            "\u0639\u0644\u06cc\u200c\u0631 -",
        ),
    ],
)
def test_a_name_in_the_gradebook_is_one_line_that_nothing_obeys(course, tmp_path, name, known):
    sheet = ENGLISH.replace("Ada Lovelace", name)
    written = re.sub(r"\W+", " ", name)  # a file's name has few signs
    files = {f"{written}_41_assignsubmission_file_/{NAME}.ipynb": NOTEBOOK, "Grades.csv": sheet}
    assert main(["collect", str(zipped(tmp_path, files))]) == 0
    with quiet(), Gradebook(f"sqlite:///{course / 'grading/gradebook.db'}") as book:
        found = book.find_student("ada@example.org")
        assert f"{found.first_name} {found.last_name}" == known


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("Monday, 2 March 2026, 9:05 PM", (2026, 3, 2, 21, 5)),
        ("Friday, 13 November 2026, 12:30 AM", (2026, 11, 13, 0, 30)),
        ("lundi 2 mars 2026, 21:05", (2026, 3, 2, 21, 5)),
        ("lunes, 2 de marzo de 2026, 21:05", (2026, 3, 2, 21, 5)),
        ("poniedziałek, 2 marca 2026, 21:05", (2026, 3, 2, 21, 5)),
        ("2 листопада 2026, 21:05", (2026, 11, 2, 21, 5)),
        ("2 listopada 2026, 21:05", None),  # November in Poland, October in Croatia
        ("2026年3月2日 星期一 21:05", (2026, 3, 2, 21, 5)),
        ("Monday, 2026-03-02, 21:05", (2026, 3, 2, 21, 5)),
        ("2 Smarch 2026, 21:05", None),
        ("31 February 2026, 21:05", None),
        ("1 January 0001, 00:00", None),  # in no time zone, or in one alone
        ("31 December 9999, 23:59", None),
        ("-", None),
    ],
)
def test_hours_of_submission(text, hour):
    assert read_date(text) == (datetime(*hour).astimezone() if hour else None)


def test_who_has_not_handed_in_is_known_without_an_hour():
    people = read_worksheet(ENGLISH)
    assert (people["42"].email, people["42"].when) == ("blaise@example.org", None)
    assert not is_worksheet("a,b,c,d\nx,1,2,3\n")
    assert not is_worksheet("")


def test_canvas_and_names_in_files(course, tmp_path, capsys):
    path = zipped(
        tmp_path,
        {
            f"lovelaceada_LATE_71_9001_{NAME}.ipynb": NOTEBOOK,
            f"pascal_72_9002_Copy of {NAME} (1).ipynb": b"{}",
            f"Emmy_{NAME}.ipynb": b"[1]",
            f"Copy of {NAME} - Carl.ipynb": b"[2]",
            f"{NAME}.ipynb": b"[3]",
        },
    )
    assert main(["collect", str(path)]) == 1
    assert submitted(course) == {
        ("lovelaceada-71", f"{NAME}.ipynb"): NOTEBOOK,
        ("pascal-72", f"Copy of {NAME} (1).ipynb"): b"{}",
        ("emmy", f"Emmy_{NAME}.ipynb"): b"[1]",
        ("carl", f"Copy of {NAME} - Carl.ipynb"): b"[2]",
    }
    said = capsys.readouterr().out
    assert f"Not placed: {NAME}.ipynb: does not say whose it is" in said
    assert "hour of submission is not known for 4 learners" in said
    assert (course / f"grading/unplaced/work/{NAME}.ipynb").read_bytes() == b"[3]"


def test_a_folder_of_learners_with_one_around_them(course, tmp_path):
    for who in ("Ada", "Blaise P."):
        folder = tmp_path / "class" / "week 3" / who
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_bytes(NOTEBOOK)
        (folder / ".DS_Store").write_bytes(b"x")
    assert main(["collect", str(tmp_path / "class")]) == 0
    assert set(submitted(course)) == {(who, f"{NAME}.ipynb") for who in ("ada", "blaise-p")}


def test_again_and_a_newer_version(course, tmp_path):
    path = zipped(tmp_path, {f"ada/{NAME}.ipynb": NOTEBOOK, "ben/x.ipynb": "1"})
    assert main(["collect", str(path)]) == 0
    before = submitted(course)
    assert main(["collect", str(path)]) == 0
    assert submitted(course) == before
    newer = zipped(tmp_path, {f"ada/{NAME}.ipynb": b"{}", "ben/x.ipynb": "1"}, "newer.zip")
    assert main(["collect", str(newer)]) == 0
    assert submitted(course) == {**before, ("ada", f"{NAME} (1).ipynb"): b"{}"}


@pytest.mark.parametrize("order", [1, -1])
def test_two_learners_with_one_id_are_not_mixed(course, tmp_path, capsys, order):
    files = [(f"Ada/{NAME}.ipynb", NOTEBOOK), (f"ada!/{NAME}.ipynb", b"{}"), ("ben/x.ipynb", "1")]
    assert main(["collect", str(zipped(tmp_path, dict(files[::order])))]) == 1
    # Whoever comes first in the zip is not the one whose id it is.
    assert submitted(course) == {("ben", "x.ipynb"): b"1"}
    assert "has the id ada, which 'Ada' and 'ada!' share" in capsys.readouterr().out


def test_an_id_that_two_lines_of_the_worksheet_have_is_nobodys(course, tmp_path, capsys):
    sheet = ENGLISH.replace("blaise@", "ada@")
    folder = "Blaise Pascal_42_assignsubmission_file_"
    files = {f"{folder}/{NAME}.ipynb": NOTEBOOK, "Grades.csv": sheet}
    assert main(["collect", str(zipped(tmp_path, files))]) == 1
    assert submitted(course) == {}
    assert "which 'Blaise Pascal-42' and 'ada@example.org' share" in capsys.readouterr().out


def test_hostile_names_and_content(course, tmp_path, capsys):
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("../../outside.ipynb", "x")
        file.writestr("/tmp/absolute.ipynb", "x")
        file.writestr("C:\\windows.ipynb", "x")
        file.writestr("bomb/zeros.ipynb", b"\0" * 2_000_000)
        link = zipfile.ZipInfo("link/passwd.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
        file.writestr(f"<b>eve<b>/{NAME}.ipynb", NOTEBOOK)
        file.writestr("..eve/.ipynb", NOTEBOOK)
    before = {each for each in tmp_path.rglob("*") if "grading" not in each.parts}
    assert main(["collect", str(path)]) == 1
    assert {each for each in tmp_path.rglob("*") if "grading" not in each.parts} == before
    found = submitted(course)
    assert found[("b-eve-b", f"{NAME}.ipynb")] == NOTEBOOK
    assert all(
        set(student) <= set("abcdefghijklmnopqrstuvwxyz0123456789._@-") for student, _ in found
    )
    said = capsys.readouterr().out
    assert said.count("outside its folder") == 3
    assert "zeros.ipynb: unpacks to too much" in said
    assert "passwd.ipynb: is a link" in said


def test_a_list_that_lies_and_a_zip_that_is_none(course, tmp_path, capsys):
    text = tmp_path / "page.zip"
    text.write_text("<html>")
    assert main(["collect", str(text)]) == 2
    assert "neither a folder nor a zip" in capsys.readouterr().err
    path = zipped(tmp_path, {f"ada/{NAME}.ipynb": NOTEBOOK * 50})
    damaged = bytearray(path.read_bytes())
    middle = damaged.index(b".ipynb") + 20
    damaged[middle] ^= 0xFF
    path.write_bytes(damaged)
    assert main(["collect", str(path)]) == 1
    assert "cannot be read" in capsys.readouterr().out
    assert submitted(course) == {}


def test_what_can_only_be_read_in_part_ends_nothing(course, tmp_path, capsys):
    path = tmp_path / "work.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as file:
        file.writestr(f"ada/{NAME}.ipynb", os.urandom(999))
        file.writestr(f"zoe/{NAME}.ipynb", NOTEBOOK)
    damaged = bytearray(path.read_bytes())
    damaged[damaged.index(b".ipynb") + 10] ^= 0xFF  # of what the compression says of itself
    path.write_bytes(damaged)
    assert main(["collect", str(path)]) == 1
    assert {who for who, _ in submitted(course)} == {"zoe"}
    assert f"Not placed: ada/{NAME}.ipynb: " in capsys.readouterr().out


def test_a_link_in_a_folder_is_not_followed(course, tmp_path, capsys):
    (tmp_path / "class/ada").mkdir(parents=True)
    (tmp_path / f"class/ada/{NAME}.ipynb").symlink_to("/etc/passwd")
    (tmp_path / "class/ben").mkdir()
    (tmp_path / f"class/ben/{NAME}.ipynb").write_bytes(NOTEBOOK)
    assert main(["collect", str(tmp_path / "class")]) == 1
    assert set(submitted(course)) == {("ben", f"{NAME}.ipynb")}
    assert "is a link" in capsys.readouterr().out


def test_a_worksheet_that_is_none_and_a_file_that_is_not_there(course, tmp_path, capsys):
    path = zipped(tmp_path, {f"ada/{NAME}.ipynb": NOTEBOOK})
    other = Path(tmp_path / "marks.csv")
    other.write_text("name,mark\nada,1\n")
    assert main(["collect", str(path), "--worksheet", str(other)]) == 2
    assert "not Moodle's grading worksheet" in capsys.readouterr().err
    assert main(["collect", str(tmp_path / "nothing.zip")]) == 2
    assert "there is no" in capsys.readouterr().err


@pytest.mark.parametrize("sign", ["€", "e\u0301", "\U0001f600", "x"])
def test_a_name_longer_than_a_file_may_have_is_cut(course, tmp_path, sign):
    files = {f"{who}/{NAME}.ipynb": f"[{who!r}]" for who in ("ada", "zoe")}
    names = [f"{sign * 140}{end}.ipynb" for end in ("", "b")]
    files |= {f"mal/{name}": name for name in names} | {f"{sign * 140}.txt": "aside"}
    for _ in range(2):
        assert main(["collect", str(zipped(tmp_path, files))]) == 1
        found = submitted(course)
        assert {("ada", f"{NAME}.ipynb"), ("zoe", f"{NAME}.ipynb")} < set(found)
        hers = {file: content.decode() for (who, file), content in found.items() if who == "mal"}
        assert sorted(hers.values()) == sorted(names)
        assert all(file.endswith(".ipynb") and len(file.encode()) < 240 for file in hers)
    assert [each.suffix for each in (course / "grading/unplaced/work").iterdir()] == [".txt"]


def test_what_the_disk_does_not_take_is_named_and_the_others_are_placed(
    course, tmp_path, capsys, monkeypatch
):
    def fails(path, content, mode=0o666):
        if "mal" in str(path):
            raise OSError(errno.EILSEQ, "Invalid or incomplete multibyte character", str(path))
        write_bytes_whole(path, content, mode)

    monkeypatch.setattr(collect, "write_bytes_whole", fails)
    files = {f"{who}/{NAME}.ipynb": f"[{who!r}]" for who in ("ada", "mal", "zoe")}
    assert main(["collect", str(zipped(tmp_path, files))]) == 1
    assert {who for who, _ in submitted(course)} == {"ada", "zoe"}
    assert re.search(f"Not placed: mal/{NAME}.ipynb: .*multibyte", capsys.readouterr().out)


def test_an_hour_that_cannot_be_written_is_named(course, tmp_path, capsys):
    names = (("Ada Lovelace", 41), ("Blaise Pascal", 42))
    who = [f"{name}_{n}_assignsubmission_file_/{NAME}.ipynb" for name, n in names]
    sheet = ENGLISH.replace("Yes,-,-", 'Yes,"Monday, 2 March 2026, 9:05 PM",-')
    (course / "grading/submitted/ada@example.org/classification/timestamp.txt").mkdir(parents=True)
    files = {who[0]: b"[1]", who[1]: b"[2]", "Grades.csv": sheet}
    assert main(["collect", str(zipped(tmp_path, files))]) == 1
    assert ("blaise@example.org", "timestamp.txt") in submitted(course)
    assert "Not placed: ada@example.org: the hour of submission" in capsys.readouterr().out


def test_a_date_out_of_all_time_is_one_files_own(course, tmp_path, monkeypatch):
    for who in ("ada", "zoe"):
        (tmp_path / "class" / who).mkdir(parents=True)
        (tmp_path / "class" / who / f"{NAME}.ipynb").write_text(f"[{who!r}]")
    real = Path.lstat

    def far(path):  # few file systems keep it
        about = real(path)
        return os.stat_result((*about[:8], 10**12, 0)) if path.parent.name == "ada" else about

    monkeypatch.setattr(archive.Path, "lstat", far)
    assert [entry.when is None for entry in archive._in_folder(tmp_path / "class")] == [True, False]
