"""The table at a notebook's end, over sessions that are blank, half done and complete."""

import pytest

import autograder.checks
from autograder.checks.table import BY_LABEL, CHECKS, PART_OF, PARTS, points_of
from autograder.checks.words.display import summary_table
from tests.support.lesson import Lesson


def rows(prefix, passed):
    return {line.split()[1]: line for line in summary_table(prefix, passed).splitlines()}


def test_nothing_checked_yet():
    table = rows("moons", {})
    assert all(line.endswith("not checked yet") for key, line in table.items() if key != "0")
    assert f"Together: 0 of {points_of('moons')} points" in table["0"]


def test_points_and_what_is_left():
    passed = {"check_moons_data_tensors": True, "check_moons_data_split": True,
              "check_moons_model_outputs": True, "check_moons_loss_optimizer_loss": True,
              "check_moons_loss_optimizer_optimizer": False}  # fmt: skip
    table = rows("moons", passed)
    earned = {check: CHECKS[check].points * won for check, won in passed.items()}
    for label, words in (("1", "done"), ("2", "some checks have not been run"),
                         ("3", "not yet"), ("4a", "not checked yet")):  # fmt: skip
        part = BY_LABEL[label]
        points = sum(earned.get(check, 0) for check in part.checks)
        assert table[label].endswith(f"{points} of {part.points:2}  {words}")
    together = f"Together: {sum(earned.values())} of {points_of('moons')} points"
    assert together in summary_table("moons", passed).splitlines()


@pytest.mark.parametrize("prefix", ["moons", "tanh", "spirals"])
def test_everything_done(prefix):
    points = points_of(prefix)
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
    full = points_of("tanh")
    earned = PARTS["tanh"].points - CHECKS["check_tanh_stable"].points
    assert f"Together: {earned} of {full} points" in capsys.readouterr().out


def test_another_name_is_refused():
    with pytest.raises(ValueError, match="pass one of moons, tanh, spirals"):
        summary_table("nothing", {})
