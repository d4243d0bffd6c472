"""A message names a cause only where the check has seen it; where it has not, it says less."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from autograder.checks.datasets import MOONS, RESCUE_SEED, SPIRALS, split
from autograder.checks.judges.advice import advice
from autograder.checks.judges.trials import changes
from autograder.checks.judges.trials.training import Training
from tests.support.playing import play

SOFTMAX = "nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1), nn.Softmax(dim=1))"
FACTS = {
    "rate": 0.01, "loss": "function", "end": "sigmoid", "call": "fitting", "factor": 2,
    "steps": 1, "needed": 0.96,
}  # fmt: skip


def finding(helps: str, *names: str, **changed: Any) -> dict[str, Any]:
    """What the trials tell of a change that helps."""
    found = {"changes": list(names), "facts": FACTS, "helps": helps, "steps": 300, "own": 0.9}
    return {**found, "accuracies": [0.98] * 5, **changed}


def test_a_softmax_over_one_output_is_not_called_a_sigmoid_or_an_unused_input():
    model = f"moon_model = {SOFTMAX}.to(device)"
    lesson = play("01_moons", until="moons_loss_optimizer", moons_model=model)
    codes = [lesson.verdict(f"check_moons_model_{each}").code for each in ("outputs", "nonlinear")]
    assert codes == ["model_softmax_of_one"] * 2
    assert "ends with" not in lesson.verdict("check_moons_loss_optimizer_loss").message


def test_the_label_that_is_no_label_is_shown():
    labels = "y_logits = moon_model(X_train[:10]).squeeze(1).detach()\n"
    labels += "y_probs = torch.sigmoid(y_logits)\ny_labels = torch.tensor([0.0, 1] * 4 + [1, 7])"
    lesson = play("01_moons", until="moons_outputs", moons_outputs=labels)
    assert lesson.verdict("check_moons_outputs").message.endswith("and it holds 7.")


def test_a_start_that_could_not_be_tried_is_not_called_unlucky():
    said = advice([finding("seed", own=None)], "Fell short.")
    assert said is not None
    assert said.code == "tried_loop_or_seed"
    tried = advice([finding("seed")], "Fell short.")
    assert tried is not None
    assert tried.code == "tried_seed"


def test_times_as_many_are_written_out():
    said = advice([finding("more")], "Fell short.")
    assert said is not None
    assert said.next_step == "Train for 300 times as many epochs."


def test_a_loss_of_the_learners_own_has_no_name_of_torchs():
    said = advice([finding("changes", "end")], "Fell short.")
    assert said is not None
    assert "such as the one that you have." in said.next_step
    known = finding("changes", "end", facts={**FACTS, "loss": "BCELoss"})
    said = advice([known], "Fell short.")
    assert said is not None
    assert "such as `nn.BCELoss`." in said.next_step


@pytest.mark.parametrize("dataset", [MOONS, SPIRALS], ids=["moons", "spirals"])
def test_the_rows_of_a_rescue_are_not_called_changed(dataset):
    rows = split(dataset, RESCUE_SEED)
    X, y = torch.from_numpy(rows["X_train"]), torch.from_numpy(rows["y_train"])
    usual = {"call": "fitting", "optimizer": torch.optim.SGD, "options": {}, "steps": 1}
    training = Training(dataset, torch.nn.Linear(2, 1), torch.nn.MSELoss(), X=X, y=y,
                        kind="logits", **usual)  # fmt: skip
    assert changes.usual_rows(training) is None
    assert changes.own_labels(training) is None
