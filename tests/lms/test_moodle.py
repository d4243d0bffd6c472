"""Moodle gets back what it gave, whoever is in it, and a zip that unpacks into its own folder."""

import csv
import io
import zipfile

import pytest

from autograder.lms.moodle import feedback_zip, fill, read_worksheet
from tests.support.standings import stood

NAMES = {
    "formula": '=HYPERLINK("http://x","y")',
    "a line of its own": "x\rParticipant 12",
    "two lines": "x\r\nParticipant 12,Ben,4,5,Yes\n",
    "marks and escapes": "\u202e\x1b[2J\x85\u2028\ufeff\0",
    "markup": "<script>x</script>[x](javascript:0)| a | b |[/nope]",
    "honest": "O'Neil-Åström, -5 =)",
    "path": "../../../etc/x\\..\\_12_assignsubmission_file_",
    "long": "x" * 70_000,
    "nothing": " ",
}


def sheet(name, end):
    target = io.StringIO()
    lines = [
        ["Identifier", "Full name", "Status", "Grade", "Maximum grade", "Grade can be changed"],
        ["Participant 11", name, "Submitted", "", "5", "Yes"],
        ["Participant 12", "Ben", "Submitted", "1", "5", "Yes"],
    ]
    csv.writer(target, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(lines)
    return target.getvalue(), lines


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "dos"])
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_worksheet_comes_back_with_every_name_as_it_was(name, end):
    text, lines = sheet(name, end)
    ada = stood("ada", "", "", "", "11", score=3.0)
    filled, _ = fill(text, [ada])
    lines[1][3] = "5.00"
    assert list(csv.reader(io.StringIO(filled, newline=""))) == lines
    assert read_worksheet(filled) == read_worksheet(text)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_page_goes_to_its_own_learner_whatever_the_name(name):
    ada = stood("ada", name, name, "", "11")
    with zipfile.ZipFile(io.BytesIO(feedback_zip({"ada": b"<p>"}, [ada]))) as archive:
        (file,) = archive.namelist()
    assert file.isprintable()
    folder, page = file.split("/")
    # The first four parts are what Moodle reads.
    assert folder.split("_")[1:] == ["11", "assignsubmission", "file", ""]
    assert page == "feedback.html"
    assert len(folder) < 255
    if name == NAMES["honest"]:
        assert folder.startswith(f"{name} {name}_11_")
