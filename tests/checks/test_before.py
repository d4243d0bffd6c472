"""What was learned elsewhere is told, and training that taught nothing earns nothing."""

from __future__ import annotations

import pytest

from tests.attacks.attack import QUICK
from tests.attacks.shortcuts import ATTACKS
from tests.support.playing import loop, play

MADE_UP = [each for each in ATTACKS if each.kind == "nothing learned"]
#: Trains in the model's own cell, by hand: the optimizer comes to a model that knows it all.
TRAINED = f"""{QUICK["moons_model"]}
_loss = nn.BCEWithLogitsLoss()
for _ in range(1500):
    _loss(moon_model(X_train).squeeze(1), y_train).backward()
    with torch.no_grad():
        for p in moon_model.parameters():
            p -= 0.5 * p.grad
    moon_model.zero_grad()"""


@pytest.mark.parametrize("attack", MADE_UP, ids=[each.name for each in MADE_UP])
def test_answers_that_training_left_as_they_were_earn_nothing(attack):
    lesson = play("01_moons", until="moons_train", **{**QUICK_MOONS, **attack.answers})
    accuracy = lesson.verdict("check_moons_train_accuracy")
    assert accuracy.code in ("train_changed_nothing", "train_parameters_unused")
    progress = lesson.verdict("check_moons_train_progress")
    assert progress.code == "progress_made_up"


QUICK_MOONS = {part: source for part, source in QUICK.items() if part.startswith("moons")}


def test_training_that_goes_on_is_told_and_costs_nothing():
    answers = {**QUICK_MOONS, "moons_model": TRAINED}
    lesson = play("01_moons", until="moons_train", **answers)
    verdict = lesson.verdict("check_moons_train_accuracy")
    assert verdict.passed
    assert verdict.remarks == ("train_passed_before",)
    assert lesson.verdict("check_moons_train_progress").passed


def test_training_in_two_parts_is_nothing_to_be_told():
    twice = f"{loop(epochs=61)}\n{loop(epochs=121)}"
    lesson = play("01_moons", until="moons_train", **{**QUICK_MOONS, "moons_train": twice})
    verdict = lesson.verdict("check_moons_train_accuracy")
    assert verdict.passed
    assert verdict.remarks == ()


INVENTED = """optimizer = torch.optim.SGD(moon_model.parameters(), lr=0.02)
for epoch in range(121):
    loss = loss_fn(moon_model(X_train[:{rows}]).squeeze(1), y_train[:{rows}])
    optimizer.zero_grad(); loss.backward(); optimizer.step()
    if epoch % 10 == 0:
        print(f'Epoch {{epoch}}: {0.69 - epoch / 200:.3f} {0.5 + epoch / 250:.3f} '
              f'{0.68 - epoch / 200:.3f} {0.49 + epoch / 250:.3f}')"""


def test_numbers_that_the_model_never_had_are_not_reports_of_its_progress():
    answers = {
        **QUICK_MOONS,
        "moons_model": TRAINED,
        "moons_train": INVENTED.replace("{rows}", "800").replace("{{epoch}}", "{epoch}"),
    }
    lesson = play("01_moons", until="moons_train", **answers)
    assert lesson.verdict("check_moons_train_progress").code == "progress_of_another"
    assert lesson.verdict("check_moons_train_accuracy").remarks == ("train_passed_before",)


def test_lines_that_say_what_stands_still_are_true():
    """Whoever prints what the model has, though it learns no more, has made nothing up."""
    still = """optimizer = torch.optim.SGD(moon_model.parameters(), lr=0.0)
for epoch in range(101):
    loss = loss_fn(moon_model(X_train).squeeze(1), y_train)
    optimizer.zero_grad(); loss.backward(); optimizer.step()
    if epoch % 10 == 0:
        said = []
        for X_, y_ in ((X_train, y_train), (X_test, y_test)):
            out = moon_model(X_).squeeze(1)
            said += [loss_fn(out, y_).item(), ((out > 0) == y_).float().mean().item()]
        print(f'Epoch {epoch}', *said)"""
    answers = {**QUICK_MOONS, "moons_model": TRAINED, "moons_train": still}
    lesson = play("01_moons", until="moons_train", **answers)
    assert lesson.verdict("check_moons_train_progress").passed
