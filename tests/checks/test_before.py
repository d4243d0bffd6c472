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
    assert progress.code == "progress_stood_still"


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


def test_a_report_that_never_changes_tells_nothing():
    same = loop(epochs=121, report="if epoch % 10 == 0: print(epoch, 0.3, 1, 0.3, 1)")
    lesson = play("01_moons", until="moons_train", **{**QUICK_MOONS, "moons_train": same})
    assert lesson.verdict("check_moons_train_progress").code == "progress_same_numbers"


def test_who_goes_on_training_what_can_learn_no_more_may_report_the_same_each_time():
    two = "if epoch % 10 == 0: print(epoch, f'{loss:.2f} {acc:.2f} {test_loss:.2f} {test_acc:.2f}')"
    lesson = play("01_moons", until="moons_train", **{**QUICK_MOONS, "moons_model": TRAINED})
    lesson.answer("moons_train", loop(epochs=600, report=two))
    lesson.answer("moons_train", loop(epochs=31, report=two))
    assert len({line.partition(" ")[2] for line in lesson.runs[-1].text.splitlines()}) == 1
    assert lesson.verdict("check_moons_train_progress").passed


#: Numbers that no optimizer of this session has made, as pasted ones would be.
_GOOD = TRAINED.replace("moon_model", "other") + "\ngood = [p.detach() for p in other.parameters()]"
_PUT = "for p, value in zip(moon_model.parameters(), good): {put}"
SET_BY_HAND = {
    "after a training": f"{loop(epochs=11)}\n"
    f"with torch.no_grad():\n    {_PUT.format(put='p.copy_(value)')}",
    "as data": f"{loop(epochs=11)}\n{_PUT.format(put='p.data = value')}",
    "without a training": f"with torch.no_grad():\n    {_PUT.format(put='p.copy_(value)')}",
}


@pytest.mark.parametrize("put", SET_BY_HAND.values(), ids=SET_BY_HAND)
def test_parameters_that_no_step_has_made_are_told(put):
    answers = {**QUICK_MOONS, "moons_train": f"{_GOOD}\n{put}"}
    lesson = play("01_moons", until="moons_train", **answers)
    verdict = lesson.verdict("check_moons_train_accuracy")
    assert verdict.passed, verdict.text()
    assert verdict.remarks == ("train_set_by_hand",)


_BEST = """best, best_model, best_state = 0, None, None
for epoch in range(121):
    loss = loss_fn(moon_model(X_train).squeeze(1), y_train)
    optimizer.zero_grad(); loss.backward(); optimizer.step()
    acc = ((moon_model(X_test).squeeze(1) > 0) == y_test).float().mean().item()
    if acc > best:
        best, best_model = acc, copy.deepcopy(moon_model)
        best_state = copy.deepcopy(moon_model.state_dict())
        torch.save(best_state, FILE)
"""
KEEPS = {
    "the best copy": "moon_model = best_model",
    "the best state": "moon_model.load_state_dict(best_state)",
    "the best state in a new model": f"{QUICK['moons_model']}\n"
    "moon_model.load_state_dict(torch.load(FILE))",
    "an average": "from torch.optim.swa_utils import AveragedModel\n"
    "mean = AveragedModel(moon_model)\nmean.update_parameters(moon_model)\n"
    "moon_model = mean.module",
    "other numbers": "moon_model.double()\nmoon_model.float()",
}


@pytest.mark.parametrize("keep", KEEPS.values(), ids=KEEPS)
def test_the_best_of_a_training_is_trained(keep, tmp_path):
    train = f"import copy\nFILE = {str(tmp_path / 'best.pt')!r}\n{_BEST}{keep}"
    lesson = play("01_moons", until="moons_train", **{**QUICK_MOONS, "moons_train": train})
    verdict = lesson.verdict("check_moons_train_accuracy")
    assert verdict.passed, verdict.text()
    assert verdict.remarks == ()


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
