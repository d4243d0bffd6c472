"""Moodle's worksheet is read as Moodle writes it: whatever site, language and assignment it is."""

import random
from contextlib import suppress
from datetime import datetime

import pandas as pd
import pytest

from autograder.errors import Refused
from autograder.lms.archive import CannotCollect
from autograder.lms.moodle import fill
from autograder.lms.sheet import text_of
from autograder.lms.worksheet import is_worksheet, read_worksheet, words
from tests.support.sheets import LANGUAGES, Form, Line, worksheet
from tests.support.standings import stood

HOUR = datetime(2026, 3, 2, 21, 5).astimezone()
FEBRUARY = "Monday, 2 February 2026, 12:00 AM"
ADA = Line("41", "Ada Lovelace", ("ada@x.org",))
BEN = Line("42", "Ben Bitdiddle", ("ben@x.org",), submitted=False)
CLASS = [Line(str(n), f"Learner {chr(n)}", (f"l{n}@x.org",)) for n in range(65, 75)]


def read(lines, names=None, **form):
    return read_worksheet(worksheet(lines, Form(**form)), names or {})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("workflow", [False, True])
@pytest.mark.parametrize("override", ["", FEBRUARY])
@pytest.mark.parametrize("more", [{}, {"group": True, "marker": "Prof. X"}, {"text": True}])
def test_the_hour_is_that_of_the_submission(language, workflow, override, more):
    lines = [ADA, BEN]
    found = read(lines, language=language, workflow=workflow, override=override, **more)
    assert [found["41"].when, found["42"].when] == [HOUR, None]
    assert (found["41"].name, found["41"].email) == ("Ada Lovelace", "ada@x.org")


def test_dates_that_are_for_somebody_are_no_hours_where_nobody_has_handed_in():
    late = Form(override=FEBRUARY, graded="Sunday, 8 March 2026, 10:00 AM")
    found = read_worksheet(worksheet([BEN], late))
    assert found["42"].when is None


def test_a_text_that_looks_like_a_date_is_none():
    lines = [Line("41", "Ada", ("ada@x.org",), submitted=False, text=FEBRUARY)]
    assert read(lines, text=True)["41"].when is None


def test_a_table_of_numbers_is_no_worksheet():
    table = pd.DataFrame({"x": [1.5, 2, 3], "y": [1, 2, 3], "when": ["-"] * 3, "z": 1})
    assert not is_worksheet(table.to_csv())
    assert not is_worksheet(table.to_csv(index=False))
    named = table.set_index(pd.Index(["point 1", "point 2", "point 3"]))
    assert not is_worksheet(named[["x", "y", "z"]].to_csv())
    for text in ("", "a", "a,b,c,d\nx,1,2,3\n", "a,b,c,d\nP 1,-,-,-\nQ 2,-,-,-\n"):
        assert not is_worksheet(text)
    assert not is_worksheet(worksheet([ADA, ADA]))
    assert is_worksheet(worksheet([ADA]))
    assert is_worksheet(worksheet([ADA, BEN], blind=True))


def test_what_is_named_and_is_none_is_refused():
    with pytest.raises(CannotCollect, match="not Moodle's grading worksheet"):
        read_worksheet("name,mark\nada,1\n")


@pytest.mark.parametrize(
    ("shown", "values", "ids"),
    [
        (("Department", "Email address", "ID number"), ("Physics", "{}@x.org", "S-{}"), "s-{}"),
        (("Department", "Email address"), ("Physics", "{}@x.org"), ""),
        (("Institution", "ID number", "Email address"), ("Uni", "2026/{}", "{}@x.org"), "2026/{}"),
        (("Username", "Email address"), ("ada{}", "{}@x.org"), "ada{}"),
        (("Email address", "Year"), ("{}@x.org", "2026"), ""),
        (("Year", "ID number"), ("2026", "{}"), "{}"),
        (("ID number", "Year"), ("{}", "2026"), "{}"),
        (("Phone", "Email address"), ("+49 151 12{}", "{}@x.org"), ""),
        (("City",), ("Town {}",), "town {}"),
        ((), (), ""),
    ],
)
@pytest.mark.parametrize("override", ["", FEBRUARY])
def test_an_id_is_what_looks_like_one(shown, values, ids, override):
    lines = [
        Line(each.number, each.name, tuple(v.format(each.number) for v in values)) for each in CLASS
    ]
    found = read(lines, shown=shown, override=override)
    at = "Email address" in shown
    for each in CLASS:
        person = found[each.number]
        assert person.id_number.lower() == ids.format(each.number)
        assert person.email == (f"{each.number}@x.org" if at else "")
        assert person.when == HOUR


@pytest.mark.parametrize("own", [("physics", "maths"), ("Physics", "Maths"), ("7", ""), ("7", "7")])
def test_a_column_that_not_everybody_has_for_oneself_is_no_id(own):
    departments = [*own, own[0]]
    lines = [Line(str(n), f"L {n}", (each,)) for n, each in enumerate(departments)]
    assert {each.id_number for each in read(lines, shown=("Department",)).values()} == {""}


def test_a_status_is_never_an_id_nor_a_name():
    lines = [Line("41", status="submitted"), Line("42", status="draft2")]
    found = read(lines, blind=True)
    assert {(each.id_number, each.name, each.email) for each in found.values()} == {("", "", "")}


def test_names_are_known_from_the_archive():
    lines = [Line("41", "Ada King-Noel"), Line("42", "Ben: B."), Line("43", "王伟")]
    folders = {"41": "Ada King Noel", "42": "Ben B"}
    assert [each.name for each in read(lines, folders, shown=()).values()] == [
        "Ada King-Noel", "Ben: B.", "王伟",
    ]  # fmt: skip
    # Nothing tells names from words on a status, in a class of three.
    assert {each.name for each in read(lines, shown=()).values()} == {""}
    assert [each.name for each in read(CLASS, shown=()).values()] == [e.name for e in CLASS]


def test_blind_marking_has_no_names_and_teams_are_none():
    folders = {"41": "Participant", "42": "Participant"}
    teams = [Line("41", group="Team 1"), Line("42", group="Team 2"), Line("43", group="Team 1")]
    found = read(teams, folders, blind=True, group=True)
    assert [each.name for each in found.values()] == [""] * 3
    assert [each.group for each in found.values()] == ["Team 1", "Team 2", "Team 1"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_teams(language):
    lines = [
        Line("57", "Ada", ("a@x.org",), group="Team 2"), Line("58", "Ben", ("b@x.org",), group="T"),
        Line("59", "Cleo", ("c@x.org",), group="Team 2"),
    ]  # fmt: skip
    # 57 is Team 1's own number, and a participant of another team.
    for names in ({}, {"57": "Team 2", "60": "T"}):
        found = read(lines, names, group=True, marker="N. N.", language=language)
        assert [(each.name, each.group) for each in found.values()] == [
            ("Ada", "Team 2"), ("Ben", "T"), ("Cleo", "Team 2"),
        ]  # fmt: skip


def test_teams_in_a_language_that_nobody_knows():
    lines = [Line("1", "Ada", ("a@x.org",), group="T1"), Line("2", "Ben", ("b@x.org",), group="T1")]
    text = worksheet(lines, Form(group=True)).replace("Group,", "Kundi,")
    assert {each.group for each in read_worksheet(text, {"9": "T1"}).values()} == {"T1"}
    assert {each.group for each in read_worksheet(text).values()} == {""}


def test_two_of_one_name_are_no_team():
    lines = [Line("1", "Ada", ("a@x.org",)), Line("2", "Ada", ("b@x.org",))]
    found = read(lines, {"1": "Ada", "2": "Ada"})
    assert [(each.name, each.group) for each in found.values()] == [("Ada", "")] * 2


def test_a_sheet_that_was_saved_with_holes_is_read():
    lines = worksheet([ADA, BEN]).splitlines()
    lines[2] = lines[2].rstrip(",")
    text = "\n".join([*lines[:2], ",,,", lines[2], "", ""])
    assert set(read_worksheet(text)) == {"41", "42"}


def test_whatever_is_in_a_sheet_it_is_read_or_refused():
    draw = random.Random(5)
    text = worksheet([ADA, BEN], Form(group=True, workflow=True, override=FEBRUARY))
    cells = text.split(",")
    for _ in range(300):
        some = [draw.choice([each, "", "-", "5", "\n", '"', FEBRUARY]) for each in cells]
        made = ",".join(draw.choice([cells, some, draw.sample(cells, 9)])).encode()
        for content in (made, made[: draw.randrange(len(made))]):
            with suppress(Refused):
                filled = fill(content, [stood("ada", "", "", "ada@x.org", "41", score=3.0)])
                assert read_worksheet(text_of(filled.content))


def test_no_word_means_yes_and_no():
    assert not words("yes") & words("no")
