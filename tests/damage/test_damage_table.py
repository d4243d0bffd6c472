"""`make damage`: the table of damaged notebooks, with a few of them."""

import json

from tests.damage.runs import damaged_class, grade_stock
from tests.damage.table import in_words, main, totals
from tests.support.classes import NAME


def test_a_few_damages_go_through_it(tmp_path, capfd):
    output = tmp_path / "damage.json"
    only = ["repeat-grade-ids", "reverse", "html-sign-in", "git-conflict", "cut-in-half"]
    assert main(["--here", "--output", str(output), "--only", *only]) == 0
    found = json.loads(output.read_text("utf-8"))
    assert found["totals"] == {"readable": 2, "unreadable": 3, "here_full": 2, "here_named": 3}
    rows = {row["learner"]: row for row in found["rows"]}
    assert rows.keys() == set(only)
    assert (rows["repeat-grade-ids"]["here"], rows["repeat-grade-ids"]["asks"]) == (5, False)
    assert (rows["reverse"]["told"], rows["reverse"]["asks"]) == (["moved_code"], True)
    assert (rows["cut-in-half"]["here"], rows["cut-in-half"]["told"]) == (0, ["truncated"])
    shown = capfd.readouterr().out
    assert "full marks here 2 of 2." in shown
    assert "git-conflict" in shown


def test_nbgrader_as_it_comes_loses_marks_without_a_word_and_stops(tmp_path):
    rows = damaged_class(NAME, ["strip-metadata", "repeat-grade-ids"])
    batch = grade_stock(tmp_path, NAME, rows, lambda text, done: None)
    stripped, repeated = (row.stock for row in rows)
    assert (stripped.marks, stripped.told) == (0, False)
    assert (repeated.marks, repeated.told) == (None, True)
    assert "old version" in repeated.why
    assert batch[:2] == (0, 1)  # the first in the alphabet stops it
    for row in rows:
        row.here = 5
    counts = totals(rows, 5, batch)
    assert (counts["here_full"], counts["stock_full"]) == (2, 0)
    assert (counts["stock_lost_silently"], counts["stock_not_graded"]) == (1, 1)
    assert any("came to 1 of 2 learners and graded 0." in line for line in in_words(counts))


def test_an_unknown_damage_is_named(capsys):
    assert main(["--only", "fire"]) == 2
    assert "no damage is called fire; there are undamaged, " in capsys.readouterr().err


def test_a_mark_lost_here_fails_the_table():
    rows = damaged_class(NAME, ["drop-ids", "empty-file"])
    rows[0].here, rows[1].here, rows[1].told = 4, 0, ["empty"]
    counts = totals(rows, 5, None)
    assert (counts["here_full"], counts["here_named"]) == (0, 0)  # nobody confirms the zero
