"""Moodle gets back what it gave, whoever is in it, and a zip that unpacks into its own folder."""

import csv
import io
import zipfile

import pytest

from autograder.gradebook.errors import CannotGrade
from autograder.lms.archive import CannotCollect
from autograder.lms.kept import keep_worksheet, kept_worksheets
from autograder.lms.moodle import feedback_zip, fill, leave_out
from autograder.lms.worksheet import read_worksheet
from tests.support.sheets import LANGUAGES, Form, Line, worksheet
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
ADA = Line("11", "Ada Ü", ("ada@x.org",))
BEN = Line("12", "Ben", ("ben@x.org",), submitted=False)
EVE = Line("99", "Eve", ("eve@x.org",), grade="55.00", text="a, b")


def row(name="ada", number="11", score=3.0, email="", **more):
    return stood(name, "", "", email, number, score=score, **more)


def grades(content, code="utf-8-sig", **form):
    lines = list(csv.reader(io.StringIO(content.decode(code), newline=""), **form))
    column = next(n for n, head in enumerate(lines[0]) if head in ("Grade", "Bewertung", "成绩"))
    return [line[column] for line in lines[1:]]


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
    filled = fill(text.encode(), [row()]).content.decode()
    lines[1][3] = "5.00"
    assert list(csv.reader(io.StringIO(filled, newline=""))) == lines
    assert read_worksheet(filled) == read_worksheet(text)


@pytest.mark.parametrize(
    "code", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-be", "utf-16-le"]
)
@pytest.mark.parametrize("form", [{}, {"delimiter": ";", "end": "\r\n"}, {"delimiter": "\t"}])
def test_nothing_but_grades_is_new_whoever_has_saved_it(code, form):
    lines = [ADA, BEN, EVE]
    text = worksheet(lines, Form(text=True, sheet={**form, "mark": ""}))
    filled = fill(text.encode(code), [row(score=2.0), row("ben", "12", 1.5)])
    ADA2, BEN2 = (Line(**{**vars(e), "grade": g}) for e, g in ((ADA, "66.67"), (BEN, "50.00")))
    wanted = worksheet([ADA2, BEN2, EVE], Form(text=True, sheet={**form, "mark": ""}))
    assert filled.content == wanted.encode(code)
    assert filled.numbers == {"ada": "11", "ben": "12"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("more", [{}, {"workflow": True}, {"group": True, "marker": "X"}])
def test_grades_locks_and_zeros_in_any_language(language, more):
    lines = [ADA, Line("12", "Ben", ("7",), locked=True), Line("13", "C", ("8",)), EVE]
    form = Form(("Year",), language=language, maximum="50,00", sheet={"delimiter": ";"}, **more)
    rows = [row(), row("ben", "12"), row("cleo", "13", 0.0), row("dan", "77")]
    filled = fill(worksheet(lines, form).encode(), rows)
    assert grades(filled.content, delimiter=";") == ["50,00", "", "0,00", "55.00"]
    assert (filled.locked, filled.zeros, filled.unclear) == (["ben"], ["cleo"], [])
    assert "dan" not in filled.numbers


def test_a_grade_that_is_there_is_not_written_again():
    lines = [
        Line("11", "A", grade="100", locked=True), Line("12", "B", grade="0.0"),
        Line("13", "C", grade="-"),
    ]  # fmt: skip
    text = worksheet(lines, Form(()))
    filled = fill(text.encode(), [row(), row("ben", "12", 0.0)])
    assert filled.content == text.encode()
    assert filled.locked == filled.zeros == []


def test_words_that_nobody_knows_are_named():
    lines = [ADA, Line("12", "B", ("b@x.org",), locked=True)]
    text = worksheet(lines).replace(",Yes,", ",Jup,").replace(",No,", ",Nö,")
    assert fill(text.encode(), [row()]).unclear == ["Jup", "Nö"]


def test_what_a_site_shows_of_everybody_takes_no_grades():
    lines = [Line("11", "A", ("5", "2026", "x1")), Line("12", "B", ("6", "2026", "x2"))]
    for form in (
        Form(("Age", "Year", "ID number")),
        Form(("Age", "Year", "ID number"), blind=True),
    ):
        text = worksheet(lines, form)
        assert grades(fill(text.encode(), [row()]).content) == ["100.00", ""]


@pytest.mark.parametrize(
    ("form", "why"),
    [
        (Form(scale="Bad\nGood"), "Grades are words of a scale in Moodle's"),
        (Form(maximum=""), "No column of grades was found"),
    ],
)
def test_a_worksheet_that_takes_no_points_is_refused(form, why):
    with pytest.raises(CannotGrade, match=why):
        fill(worksheet([ADA, BEN], form).encode(), [row()])
    assert set(read_worksheet(worksheet([ADA, BEN], form))) == {"11", "12"}


def test_a_learner_is_found_in_each_assignments_own_numbers():
    lines = [ADA, BEN, Line("13", "Cleo", ("cleo@x.org",))]
    rows = [
        row("a", "13", email="ADA@x.org"), row("ben@x.org", "700"), row("cleo", "13"),
        row("twin", "999", email="nobody@x.org"),
    ]  # fmt: skip
    filled = fill(worksheet(lines).encode(), rows)
    assert filled.numbers == {"a": "11", "ben@x.org": "12", "cleo": "13"}
    ids = [Line("11", "A", ("S-1",)), Line("12", "B", ("S-2",))]
    filled = fill(worksheet(ids, shown=("ID",)).encode(), [row("s-2", "11"), row("s-1", "")])
    assert filled.numbers == {"s-2": "12", "s-1": "11"}


def test_an_id_that_holds_the_number_is_found_again():
    rows = [row("ada-ü-11", "700"), row("participant-12", "701"), row("eve-98", "702")]
    assert fill(worksheet([ADA, BEN, EVE]).encode(), rows).numbers == {
        "ada-ü-11": "11", "participant-12": "12",
    }  # fmt: skip


def test_a_number_is_nobodys_whose_name_is_another():
    """A team's number, from a zip that came before the worksheet, is another participant's."""
    rows = [stood("team-1-12", "Team", "1", "", "12"), stood("a", "Ü", "Ada", "", "11")]
    assert fill(worksheet([ADA, BEN]).encode(), rows).numbers == {"a": "11"}


def test_a_line_that_two_could_have_is_nobodys():
    filled = fill(worksheet([ADA, BEN]).encode(), [row(), row("ada2", "11")])
    assert grades(filled.content) == ["", ""]
    assert filled.numbers == {}


def test_worksheets_of_groups_are_kept_beside_each_other(tmp_path):
    one, two = (worksheet([each]).encode() for each in (ADA, BEN))
    other = worksheet([EVE]).encode("utf-16")
    paths = [keep_worksheet(tmp_path, "hw", each) for each in (one, two, other, one)]
    assert [path.name for path in paths] == ["hw.csv", "hw+2.csv", "hw+3.csv", "hw.csv"]
    assert [path.read_bytes() for path in kept_worksheets(tmp_path, "hw")] == [one, two, other]
    for strange in ("hw-2.csv", "hw+2+2.csv", "hw+.csv", "ahw.csv"):
        (tmp_path / strange).write_bytes(one)
    assert kept_worksheets(tmp_path, "hw") == paths[:3]
    assert [path.name for path in kept_worksheets(tmp_path, "hw-2")] == ["hw-2.csv"]


def test_a_newer_worksheet_of_the_same_people_takes_the_place(tmp_path):
    for each in (ADA, BEN, EVE):
        keep_worksheet(tmp_path, "hw", worksheet([each]).encode())
    both = worksheet([Line(**{**vars(ADA), "grade": "5"}), BEN]).encode()
    assert keep_worksheet(tmp_path, "hw", both).name == "hw.csv"
    assert [path.name for path in kept_worksheets(tmp_path, "hw")] == ["hw.csv", "hw+3.csv"]
    assert keep_worksheet(tmp_path, "hw", worksheet([ADA]).encode()).name == "hw+2.csv"


def test_only_a_worksheet_is_kept_as_one(tmp_path):
    with pytest.raises(CannotCollect, match="not Moodle's grading worksheet"):
        keep_worksheet(tmp_path, "hw", b"a,b\n1,2\n")
    (tmp_path / "hw.csv").write_bytes(b"x,y\n1,2\n")  # as an earlier version has taken it
    assert keep_worksheet(tmp_path, "hw", worksheet([ADA]).encode()).name == "hw.csv"


@pytest.mark.parametrize("code", ["utf-8", "utf-16", "cp1252"])
@pytest.mark.parametrize(
    ("who", "left"),
    [
        (("x", "", "11"), ["12", "13"]),
        (("x", "B@x.org", ""), ["11", "13"]),
        (("c@x.org", "", ""), ["11", "12"]),
        (("s12", "", ""), ["11", "13"]),
        (("participant-13", "", ""), ["11", "12"]),
        (("maths", "", ""), ["11", "12", "13"]),
    ],
)
def test_one_learners_lines_are_left_out(code, who, left):
    lines = [Line(f"1{n}", "Ü", ("Maths", f"S-1{n}", f"{a}@x.org")) for n, a in enumerate("abc", 1)]
    shown = ("Department", "ID number", "Email address")
    text = worksheet(lines, shown=shown, sheet={"mark": ""})
    found = leave_out(text.encode(code), *who)
    assert [*read_worksheet(found.decode(code))] == left
    assert leave_out(b"no,sheet\nof,11\n", "11", "11", "11") == b"no,sheet\nof,11\n"


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_page_goes_to_its_own_learner_whatever_the_name(name):
    ada = stood("ada", name, name, "", "999")
    made = feedback_zip({"ada": b"<p>"}, [ada, row("ben")], {"ada": "11"})
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        (file,) = archive.namelist()
    assert file.isprintable()
    folder, page = file.split("/")
    # The first four parts are what Moodle reads.
    assert folder.split("_")[1:] == ["11", "assignsubmission", "file", ""]
    assert page == "feedback.html"
    assert len(folder) < 255
    if name == NAMES["honest"]:
        assert folder.startswith(f"{name} {name}_11_")
