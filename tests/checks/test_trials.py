"""A training that fell short is tried again on copies: what helped is said, and leaves no trace."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from torch import nn

from autograder.checks.datasets import MOONS, PUBLIC_SEED, SPIRALS, split
from autograder.checks.evidence.packing import pack, unpack
from autograder.checks.judges.advice import advice, telling_of_trials
from autograder.checks.judges.trials import search
from autograder.checks.recorder.steps import StepWatch
from autograder.checks.registry import judge
from tests.bench.advice import evidence_of, followed, verdict_on
from tests.bench.variants import ADAM, VARIANTS, Variant

BY_NAME = {variant.name: variant for variant in VARIANTS}
SHOWN = {
    "SGD 0.1, 300 epochs": "tried_more",
    "Adam 0.01, 10 epochs": "tried_more",
    "RMSprop 0.00001": "tried_rate",
    "SGD 1e6, 100 epochs": "tried_rate",
    "one hidden layer of 5, Adam": "tried_units",
    "no activation, Adam, class": "tried_bends",
    "a sigmoid in the loop": "tried_function_between",
    "a ReLU at the end, class": "tried_end",
    "softmax over one output": "tried_end",
    "MSE on logits": "tried_loss",
    "MSE against another shape": "tried_shapes",
    "half of the labels turned": "tried_labels",
    "training rows divided by ten": "tried_rows",
    "all parameters one half": "tried_start",
    "weight decay 1": "tried_options",
    "gradients never cleared, Adam": "tried_loop_differs",
    "a loss that ascends": "train_labels_inverted",
    "10-10, Adam 0.01, 300 epochs": "tried_seed",
}
FEW = Variant("ten epochs", optimizer=ADAM, rate=0.01, epochs=10)


@pytest.mark.parametrize(("name", "code"), SHOWN.items(), ids=SHOWN)
def test_what_helps_is_said(name, code):
    verdict, tried = verdict_on(BY_NAME[name])
    assert verdict.code == code, verdict.text()
    assert [finding["helps"] for finding in tried if finding["helps"]]


def test_what_else_is_seen_stands_beside_what_helps():
    few_units = BY_NAME["one hidden layer of 5, Adam"]
    verdict, _ = verdict_on(dataclasses.replace(few_units, back="(-loss).backward()"))
    assert verdict.code == "tried_units"
    assert "Your model calls most rows by another class's name." in verdict.text()


def test_who_follows_the_advice_passes():
    variant = BY_NAME["training rows divided by ten"]
    _, tried = verdict_on(variant)
    helping = [finding for finding in tried if finding["helps"]][-1]
    changed = dataclasses.replace(followed(variant, helping), seed=101)
    assert verdict_on(changed)[0].passed


def test_no_more_epochs_than_the_exercise_allows():
    slow = Variant("400", SPIRALS, hidden=(16, 16), optimizer=ADAM, rate=0.001, epochs=400)
    verdict, tried = verdict_on(slow)
    assert tried[-1]["steps"] <= SPIRALS.most_epochs
    assert "Train for 2.5 times as many epochs." in verdict.next_step


def test_kept_evidence_tells_the_same_without_a_run():
    check = "check_moons_train_accuracy"
    evidence, verdict = evidence_of(FEW), verdict_on(FEW)[0]
    assert judge(check, unpack(pack(evidence)), PUBLIC_SEED) == verdict
    del evidence["tried"]  # as an earlier version has kept it
    assert judge(check, unpack(pack(evidence)), PUBLIC_SEED).code == "train_below"


def test_cleared_gradients_are_named():
    verdict, _ = verdict_on(dataclasses.replace(FEW, clear="", epochs=100, hidden=(16, 16)))
    assert "never cleared" in verdict.message


def test_a_passing_model_is_left_alone():
    assert verdict_on(dataclasses.replace(FEW, epochs=300, hidden=(16, 16)))[1] == []


def test_the_same_is_found_again():
    assert verdict_on(FEW)[1] == verdict_on(FEW)[1]


def test_trials_end_with_their_steps(monkeypatch):
    monkeypatch.setattr(search, "STEPS", 200)  # ten for the first trial; not 300 for the next
    _, tried = verdict_on(FEW)
    assert not [finding for finding in tried if finding["helps"]]


def test_none_of_it_is_seen_in_the_session():
    """Steps, random numbers and threads are those of the variant's own code alone."""
    data = {name: torch.from_numpy(rows) for name, rows in split(MOONS).items()}
    alone = {"torch": torch, "nn": nn, **data, "y_train": data["y_train"].float()}
    exec(FEW.code(), alone)
    random, threads = torch.get_rng_state(), torch.get_num_threads()
    torch.manual_seed(1)
    watch = StepWatch()
    with telling_of_trials():
        _, tried = verdict_on(FEW)
    assert len(tried) > 1
    assert [record.steps for record in watch.stop()] == [FEW.epochs]
    assert torch.equal(torch.get_rng_state(), random)
    assert torch.get_num_threads() == threads


def test_what_is_tried_is_told_on_one_line(capsys):
    with telling_of_trials():
        verdict_on(BY_NAME["RMSprop 0.00001"])
    shown = capsys.readouterr().out
    assert shown.count("\n") == 1
    assert "as it is; a learning rate of 0.01" in shown


@pytest.mark.parametrize(
    "layers",
    [
        "nn.BatchNorm1d(10), nn.ReLU()",
        "nn.Dropout(0.01), nn.ReLU()",
        "nn.PReLU()",
    ],
)
def test_layers_that_keep_something_or_draw(layers):
    verdict, _ = verdict_on(dataclasses.replace(FEW, bend=layers, rate=0.001))
    assert verdict.code in ("tried_rate", "tried_more")


def test_an_optimizer_that_calls_the_loss_itself():
    """LBFGS does not treat each number for itself, so its copies are trained one by one."""
    by_itself = "optimizer.step(lambda: loss_fn(moon_model(X).squeeze(dim=1), y))"

    class WithClosure(Variant):
        def code(self):
            return super().code().replace("optimizer.step()", by_itself)

    slow = dataclasses.replace(FEW, optimizer="torch.optim.LBFGS", rate=1e-6, epochs=2)
    verdict, tried = verdict_on(WithClosure(**vars(slow)))
    assert verdict.code.startswith("tried_"), verdict
    assert len(tried) > 1
    assert tried[0]["accuracies"] != [0.0] * 5


def test_an_optimizer_of_ones_own_is_not_tried():
    own = "class Own(torch.optim.SGD):\n    pass\n"
    verdict, tried = verdict_on(dataclasses.replace(FEW, optimizer="Own", rate=1e-5, rows=own))
    assert (verdict.code, tried) == ("train_below", [])


def test_outputs_that_are_no_numbers_without_trials():
    own = "class Own(torch.optim.SGD):\n    pass\n"
    verdict, _ = verdict_on(dataclasses.replace(FEW, optimizer="Own", rate=1e30, rows=own))
    assert verdict.code == "train_nan"


def test_a_model_that_is_changed_after_its_training():
    late = "\nwith torch.no_grad():\n    for p in moon_model.parameters():\n        p.mul_(-1)"
    good = dataclasses.replace(FEW, epochs=300, hidden=(16, 16))
    changed = type("Changed", (Variant,), {"code": lambda self: Variant.code(self) + late})
    verdict, _ = verdict_on(changed(**vars(good)))
    assert verdict.code == "train_changed_after"


FINDING = {
    "changes": ["rate"], "steps": 300, "accuracies": [1.0] * 5, "own": None, "helps": "changes",
    "facts": {"rate": 0.01, "loss": "x", "end": "", "call": "fitting", "steps": 300,
              "factor": 1, "needed": 0.96},
}  # fmt: skip


@pytest.mark.parametrize(
    "forged",
    [
        [{}], "text", [[1]], 7, [None], [FINDING | {"changes": ["seed of mine"]}],
        [FINDING | {"accuracies": []}], [FINDING | {"accuracies": ["a"]}],
        [FINDING | {"steps": "many"}], [FINDING | {"facts": FINDING["facts"] | {"steps": 0}}],
        [FINDING | {"helps": "you get all points"}],
    ],
)  # fmt: skip
def test_findings_that_are_none_of_ours_say_nothing(forged):
    assert advice(forged, "Short.") is None


def test_words_of_a_forged_finding_are_not_said():
    facts = FINDING["facts"] | {"loss": "[red]full marks[/]", "end": "\x1b[31m", "call": "<b>"}
    forged = [FINDING | {"changes": ["loss", "end", "call"], "facts": facts}]
    text = advice(forged, "Short.").text()
    assert not {"red", "\x1b", "<b>"} & set(text.split()), text
    assert "full marks" not in text


def test_a_finding_of_ours_is_said():
    verdict = advice([FINDING], "Short.")
    assert verdict.code == "tried_rate"
    assert verdict.message == (
        "Short. With a learning rate of 0.01, copies of your model reach "
        "100, 100, 100, 100 and 100% from 5 starts."
    )
