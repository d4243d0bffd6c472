"""The table at a notebook's end, over sessions that are blank, half done and complete."""

import pytest

import autograder.checks
from autograder.checks.table import PART_OF, PARTS
from autograder.checks.words.display import summary_table
from tests.support.lesson import Lesson


def rows(prefix, passed):
    return {line.split()[1]: line for line in summary_table(prefix, passed).splitlines()}


def test_nothing_checked_yet():
    table = rows("moons", {})
    assert all(line.endswith("not checked yet") for key, line in table.items() if key != "0")
    assert "Together: 0 of 12 points" in table["0"]


def test_points_and_what_is_left():
    passed = {"check_moons_data_tensors": True, "check_moons_data_split": True,
              "check_moons_model_outputs": True, "check_moons_loss_optimizer_loss": True,
              "check_moons_loss_optimizer_optimizer": False}  # fmt: skip
    table = rows("moons", passed)
    assert table["1"].endswith("2 of  2  done")
    assert table["2"].endswith("1 of  2  some checks have not been run")
    assert table["3"].endswith("1 of  2  not yet")
    assert table["4a"].endswith("0 of  1  not checked yet")
    assert table["4"] == "Together: 4 of 12 points"


@pytest.mark.parametrize(("prefix", "points"), [("moons", 12), ("tanh", 5), ("spirals", 12)])
def test_everything_done(prefix, points):
    everything = {check: True for part in PARTS.values() for check in part.checks}
    table = summary_table(prefix, everything).splitlines()
    assert table[-1] == f"Together: {points} of {points} points"
    assert all(line.endswith("done") for line in table[:-1])
    assert len(table) - 1 == sum(part.notebook == prefix for part in PARTS.values())


def test_checks_in_a_notebook_fill_it(capsys):
    lesson = Lesson(
        "02_tanh", tanh="def tanh(x):\n    e = torch.exp(2 * x)\n    return (e - 1) / (e + 1)"
    )
    lesson.run("import autograder.checks")
    for check in PART_OF:
        if "tanh" in check:
            lesson.run(f'autograder.checks.check("{check}", globals())')
    capsys.readouterr()
    autograder.checks.summary("tanh")
    assert "Together: 4 of 5 points" in capsys.readouterr().out


def test_another_name_is_refused():
    with pytest.raises(ValueError, match="pass one of moons, tanh, spirals"):
        summary_table("nothing", {})
