"""A cause is called certain only where it was shown: what copies cannot show of a training."""

from __future__ import annotations

import dataclasses

import pytest

from autograder.checks.datasets import SPIRALS
from tests.attacks.attack import QUICK
from tests.bench.advice import verdict_on
from tests.bench.variants import ADAM, Variant
from tests.support.misconceptions import DRAW, TENSORS
from tests.support.playing import loop, play, spiral_loop

USUAL = Variant("usual", optimizer=ADAM, rate=0.01, epochs=60)
WITHOUT_SLOPE = {
    "rounded labels": {"outputs_as": "torch.sigmoid(logits).round().squeeze(dim=1), y"},
    "decided by a comparison": {"outputs_as": "logits.squeeze(dim=1) * 0 + 1.0, y"},
    "cleared between backward and step": {
        "clear": "pass",
        "back": "loss.backward(); optimizer.zero_grad(set_to_none=False)",
    },
}


@pytest.mark.parametrize("how", WITHOUT_SLOPE)
@pytest.mark.parametrize("optimizer", ["torch.optim.SGD", "torch.optim.AdamW"])
def test_a_loss_without_slope_is_named_and_more_epochs_are_not_advised(how, optimizer):
    variant = dataclasses.replace(USUAL, optimizer=optimizer, **WITHOUT_SLOPE[how])
    verdict, tried = verdict_on(variant)
    assert (verdict.code, tried) == ("train_no_slope", [])


FROZEN = dataclasses.replace(
    USUAL, epochs=300, init="{name}[0].requires_grad_(False), {name}[2].requires_grad_(False)"
)


class OfLastLayer(Variant):
    """Its optimizer holds the last layer alone."""

    def code(self) -> str:
        return super().code().replace("moon_model.parameters()", "moon_model[-1].parameters()")


@pytest.mark.parametrize(
    "variant", [OfLastLayer(**vars(dataclasses.replace(USUAL, epochs=300))), FROZEN]
)
def test_parameters_that_stay_as_they_were_are_no_unlucky_start(variant):
    verdict, _ = verdict_on(variant)
    assert verdict.code == "tried_held"
    assert "every parameter trained" in verdict.message


class Fading(Variant):
    """Its learning rate shrinks to nothing."""

    def code(self) -> str:
        made = "optimizer.step(); optimizer.param_groups[0]['lr'] *= 0.8"
        return super().code().replace("optimizer.step()", made)


def test_a_rate_that_shrinks_is_named():
    verdict, _ = verdict_on(Fading(**vars(dataclasses.replace(USUAL, epochs=300))))
    assert verdict.code == "tried_fading"


def test_a_loss_that_is_there_already_is_told_from_its_options():
    loss = "nn.CrossEntropyLoss(weight=torch.tensor([1.0, 1.0, 0.0]))"
    verdict, _ = verdict_on(
        Variant("", SPIRALS, optimizer=ADAM, rate=0.02, epochs=400, hidden=(16, 16), loss=loss)
    )
    assert verdict.next_step.startswith("Use `nn.CrossEntropyLoss` with empty brackets.")


def test_three_hundred_times_is_said_in_digits():
    verdict, _ = verdict_on(dataclasses.replace(USUAL, hidden=(16, 16), epochs=1))
    assert "Train for 300 times as many epochs." in verdict.next_step


def test_labels_of_other_rows_are_not_called_swapped_classes():
    split = "X_{0}, y_{0} = X[{1}], y[{1}]\n"
    data = DRAW + TENSORS + split.format("train", "200:") + split.format("test", ":200")
    # A third of the labels are right: as few as where somebody has swapped the classes.
    data += "wrong = torch.arange(800) % 3 > 0\ny_train = torch.where(wrong, 1 - y_train, y_train)"
    lesson = play("01_moons", until="moons_train", moons_data=data, moons_outputs="pass",
                  moons_model=QUICK["moons_model"], moons_train=loop(epochs=200))  # fmt: skip
    verdict = lesson.verdict("check_moons_train_accuracy")
    assert verdict.code == "tried_labels", verdict.text()
    assert verdict.remarks == ()


#: Trainings that teach nothing, whose honest loops print what the model had.
HONEST = {
    "jumps": ("torch.optim.SGD(spiral_model.parameters(), lr=0.5, momentum=0.99)", ""),
    "stands still": (
        "torch.optim.Adam(spiral_model.parameters(), lr=0.02)",
        "\nfor p in spiral_model.parameters():\n    nn.init.zeros_(p)",
    ),
}


@pytest.mark.parametrize("how", HONEST)
def test_true_numbers_of_a_training_that_fails_are_believed(how):
    optimizer, start = HONEST[how]
    lesson = play(
        "03_spirals", until="spirals_train",
        spirals_model="torch.manual_seed(42)\nspiral_model = nn.Sequential(nn.Linear(2, 10), "
        "nn.ReLU(), nn.Linear(10, 10), nn.ReLU(), nn.Linear(10, 3))" + start,
        spirals_loss_optimizer=f"loss_fn = nn.CrossEntropyLoss()\noptimizer = {optimizer}",
        spirals_train=spiral_loop(epochs=301),
    )  # fmt: skip
    verdict = lesson.verdict("check_spirals_train_progress")
    assert verdict.passed, verdict.text()


class GoingOn(Variant):
    """Trained with far too small steps, and then a few epochs with others."""

    def code(self) -> str:
        begun = super().code()
        again = begun[begun.index("optimizer = ") :].replace("0.0001", "0.01")
        return begun + "\n" + again.replace("range(300)", "range(20)")


def test_who_goes_on_with_other_settings_is_told_of_these():
    verdict, _ = verdict_on(GoingOn(**vars(dataclasses.replace(USUAL, rate=0.0001, epochs=300))))
    assert verdict.code == "tried_more", verdict.text()
    assert "in place of 20" in verdict.message


class AnewInEachEpoch(Variant):
    """Its optimizer is made anew in each epoch, which is the same for SGD."""

    def code(self) -> str:
        begun = super().code()
        made = next(line for line in begun.splitlines() if line.startswith("optimizer = "))
        return begun.replace("optimizer.step()", f"{made}\n    optimizer.step()")


def test_an_optimizer_that_is_made_anew_in_each_epoch_keeps_its_record():
    slow = dataclasses.replace(USUAL, optimizer="torch.optim.SGD", rate=0.1, epochs=200)
    verdict, tried = verdict_on(AnewInEachEpoch(**vars(slow)))
    assert tried[0]["facts"]["steps"] == 200
    assert "left" not in tried[0]["facts"]
    assert verdict.code.startswith("tried_")


def test_a_dropout_does_not_make_a_loss_look_like_another():
    verdict, tried = verdict_on(
        dataclasses.replace(USUAL, epochs=30, bend="nn.ReLU(), nn.Dropout(0.3)")
    )
    assert not [finding for finding in tried if "loss" in finding["changes"]], verdict.text()
