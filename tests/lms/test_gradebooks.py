"""The gradebooks of Canvas, Blackboard and Brightspace: filled in one column, and nothing else."""

import csv
import io

import pytest

from autograder.gradebook.errors import CannotGrade
from autograder.lms.gradebooks import BLACKBOARD, BRIGHTSPACE, CANVAS, fill_book, number_in
from tests.support.sheets import blackboard, brightspace, canvas
from tests.support.standings import stood

TITLES = ["Week 2 (501)", "Week 3 (502)"]
LINES = [
    ("Lovelace, Ada", "71", "S-1", "ada@x.org", "5.00", ""),
    ("van der Berg, Ben", "72", "S-2", "ben", "5.00", "1.00"),
    ("Student, Test", "73", "", "0f3a", "", ""),
]


def row(student, number="", score=3.0, names=("", ""), email="", **more):
    return stood(student, *names, email, number, score=score, **more)


def filled(text, rows, system=CANVAS, title="Week 3", code="utf-8"):
    return fill_book(text.encode(code), rows, system, title)


def marks(made, head, code="utf-8-sig", **form):
    lines = list(csv.reader(io.StringIO(made.content.decode(code), newline=""), **form))
    column = lines[0].index(head)
    return [line[column] for line in lines[1:]]


@pytest.mark.parametrize("sis", [True, False])
@pytest.mark.parametrize("names", [True, False])
@pytest.mark.parametrize("hidden", [True, False])
@pytest.mark.parametrize("code", ["utf-8", "utf-16"])
def test_canvas(sis, names, hidden, code):
    more = {"sis": sis, "names": names, "hidden": hidden, "end": "\r\n", "mark": ""}
    text = canvas(LINES, TITLES, ["5.00", "10.00"], **more)
    made = filled(text, [row("x", "71", 1.5), row("ben", "", 3.0)], code=code)
    lines = [(*line[:5], mark) for line, mark in zip(LINES, ("5.00", "10.00", ""), strict=True)]
    assert made.content == canvas(lines, TITLES, ["5.00", "10.00"], **more).encode(code)
    assert (made.column, made.filled, made.without, made.left) == ("Week 3 (502)", 2, [], {})


@pytest.mark.parametrize(
    ("who", "found"),
    [
        (row("anybody", "72"), True),
        (row("s-2"), True),
        (row("BEN"), True),
        (row("b", email="Ben"), True),
        (row("b", names=("Ben", "van der Berg")), True),
        (row("b", names=("Ben van der", "Berg")), True),
        (row("ben-van-der-berg"), True),
        (row("vanderbergben-72"), True),  # from a zip of Canvas's, before its numbers were kept
        (row("someoneelse-72"), False),
        (row("b", "502"), False),
        (row("be"), False),
        (row(""), False),
    ],
)
def test_canvas_matches_as_canvas_does(who, found):
    made = filled(canvas(LINES, TITLES, ["5", "10"]), [who])
    assert marks(made, "Week 3 (502)")[2:3] == (["10.00"] if found else ["1.00"])
    assert made.without == ([] if found else [who.student])


def test_an_id_goes_before_a_name():
    twins = [("Berg, Ben", "1", "", "b1", ""), ("Berg, Ben", "2", "", "b2", "")]
    rows = [row("x", "2", 1.5, ("Ben", "Berg")), row("y", "", 3.0, ("Ben", "Berg"))]
    made = filled(canvas(twins, ["HW (5)"], ["10"]), rows, title="hw")
    assert marks(made, "HW (5)") == ["10", "10.00", "5.00"]
    made = filled(canvas(twins, ["HW (5)"], ["10"]), rows[1:], title="hw")
    assert made.without == ["y"]  # two lines have that name
    same = [row("x", "1"), row("y", "1"), row("b1")]
    made = filled(canvas(twins, ["HW (5)"], ["10"]), same, title="hw")
    assert made.without == ["x", "y", "b1"]


def test_excused_and_not_assigned_are_left():
    lines = [
        ("A, A", "1", "", "a", "EX"),
        ("B, B", "2", "", "b", "N/A"),
        ("C, C", "3", "", "c", ""),
    ]
    text = canvas(lines, ["HW (5)"], ["10"])
    made = filled(text, [row("a"), row("b"), row("c", handed_in=False)], title="HW")
    assert made.content == text.encode()
    assert made.left == {"a": "Excused", "b": "Not assigned this"}
    assert made.without == []


def test_semicolons_and_decimal_commas():
    more = {"comma": True, "delimiter": ";"}
    made = filled(canvas(LINES, TITLES, ["5.00", "10.00"], **more), [row("x", "71", 1.0)])
    assert marks(made, "Week 3 (502)", delimiter=";") == ["10,00", "3,33", "1,00", ""]
    made = filled(canvas(LINES, TITLES, ["5.00", "10.00"], comma=True), [row("x", "71", 1.0)])
    assert b',"3,33",' in made.content
    whole = [(*line[:4], "", "") for line in LINES]
    made = filled(canvas(whole, TITLES, ["5", "10"], delimiter=";"), [row("x", "71", 1.0)])
    assert marks(made, "Week 3 (502)", delimiter=";")[1] == "3,33"


def test_a_mark_that_is_there_stays_as_it_is_written():
    lines = [("A, A", "1", "", "a", "5"), ("B, B", "2", "", "b", "5,0")]
    text = canvas(lines, ["HW (5)"], ["10"])
    made = filled(text, [row("a", score=1.5), row("b", score=1.5)], title="HW")
    assert made.content == text.encode()


@pytest.mark.parametrize("title", ["Week 3", " week  3", "Week 3 (502)", "502"])
def test_a_column_is_known_by_its_title_or_its_id(title):
    made = filled(canvas(LINES, TITLES, ["5", "10"]), [], title=title)
    assert made.column == "Week 3 (502)"


@pytest.mark.parametrize(
    ("titles", "possible", "title", "why"),
    [
        (TITLES, ["5", "10"], "Week 4", "No column is called 'Week 4' in Canvas's gradebook"),
        (TITLES, ["5", "10"], "Week 4", "There are: 'Week 2 \\(501\\)', 'Week 3 \\(502\\)'."),
        (["HW (1)", "HW (2)"], ["5", "10"], "HW", "Several columns are called 'HW'"),
        (TITLES, ["5", ""], "Week 3", "'Week 3 \\(502\\)' has no points in Canvas's"),
        (TITLES, ["5", "0"], "Week 3", "has no points in Canvas's"),
        (["Final Score", "X"], ["5", "5"], "Final Score", "There are: 'X'"),
        (["S (1)"], ["(read only)"], "S", "There are: none"),
        ([], [], "Section", "There are: none"),
    ],
)
def test_a_column_that_is_not_clear_is_refused(titles, possible, title, why):
    lines = [(*line[:4], *("" for _ in titles)) for line in LINES]
    with pytest.raises(CannotGrade, match=why):
        filled(canvas(lines, titles, possible), [row("x", "71")], title=title)


@pytest.mark.parametrize("system", [CANVAS, BLACKBOARD, BRIGHTSPACE])
@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "\0\0"])
def test_what_is_no_gradebook_is_refused(system, text):
    with pytest.raises(CannotGrade, match=f"not a gradebook that {system.name} has exported"):
        filled(text, [row("x")], system)


BOARD = ["Quiz 3 [Total Pts: 10 Score] |664617", "Quiz_3 2 [Total Pts: up to 7.5] |664618"]


@pytest.mark.parametrize("code", ["utf-8", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t"])
def test_blackboard(code, separator):
    lines = [
        ("Lovelace", "Ada", "alove", "1001", "", ""), ("Berg", "Ben", "BBerg", "1002", "4", "5"),
        ("Cool", "Cleo", "cc", "1003", "Needs Grading", ""),
    ]  # fmt: skip
    form = {"delimiter": separator, "mark": ""}
    rows = [row("alove"), row("bberg", score=1.5), row("1003"), row("d")]
    made = filled(blackboard(lines, BOARD, **form), rows, BLACKBOARD, "Quiz 3", code)
    wanted = [
        (*line[:4], mark, line[5])
        for line, mark in zip(lines, ("10.00", "5.00", "10.00"), strict=1)
    ]
    assert made.content == blackboard(wanted, BOARD, **form).encode(code)
    assert made.without == ["d"]
    made = filled(blackboard(lines, BOARD, **form), rows, BLACKBOARD, "664618", code)
    assert made.column == BOARD[1]
    assert "7.50" in made.content.decode(code)


def test_brightspace():
    items = ["Quiz Points Grade <Numeric MaxPoints:20 Weight:10>", "Other Points Grade"]
    lines = [
        ("1001", "ada.l", "Lovelace", "Ada", "", ""), ("1002", "ben", "Berg", "Ben", "4", ""),
        ("1003", "c", "Cool", "Mary-Ann", "", ""),
    ]  # fmt: skip
    rows = [row("ada.l"), row("1002", score=1.5), row("x", names=("Mary-Ann", "Cool"))]
    made = filled(brightspace(lines, items), rows, BRIGHTSPACE, "Quiz")
    assert marks(made, items[0]) == ["20.00", "10.00", "20.00"]
    assert marks(made, "End-of-Line Indicator") == ["#", "#", "#"]
    with pytest.raises(CannotGrade, match="'Other Points Grade' has no points in Brightspace's"):
        filled(brightspace(lines, items), rows, BRIGHTSPACE, "other")


def test_numbers_in_any_country():
    assert [number_in(each) for each in ("10", "10.5", "10,5", "1.000,5", "1,000.5")] == [
        10, 10.5, 10.5, 1000.5, 1000.5,
    ]  # fmt: skip
