"""A training that fell short is tried again on copies: what helped is said, and leaves no trace."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from torch import nn

from autograder.checks.datasets import MOONS
from autograder.checks.judges.advice import advice, telling_of_trials
from autograder.checks.judges.trials import search
from autograder.checks.recorder.steps import StepWatch
from tests.bench.advice import followed, verdict_on
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
    "gradients never cleared, Adam": "tried_loop",
    "a loss that ascends": "tried_loop",
    "10-10, Adam 0.01, 300 epochs": "tried_seed",
}
#: Those that take longest; all variants together are `make bench-advice`.
SLOW = {
    "SGD 0.1, 300 epochs", "no activation, Adam, class", "a ReLU at the end, class",
    "a sigmoid in the loop", "MSE against another shape", "one hidden layer of 5, Adam",
    "gradients never cleared, Adam",
}  # fmt: skip
SHOWN_BY = [
    pytest.param(name, code, id=name, marks=[pytest.mark.slow] if name in SLOW else [])
    for name, code in SHOWN.items()
]
FEW = Variant("ten epochs", optimizer=ADAM, rate=0.01, epochs=10)


@pytest.mark.parametrize(("name", "code"), SHOWN_BY)
def test_what_helps_is_said(name, code):
    verdict, tried = verdict_on(BY_NAME[name])
    assert verdict.code == code, verdict.text()
    assert [finding["helps"] for finding in tried if finding["helps"]]


def test_who_follows_the_advice_passes():
    variant = BY_NAME["training rows divided by ten"]
    _, tried = verdict_on(variant)
    helping = [finding for finding in tried if finding["helps"]][-1]
    changed = dataclasses.replace(followed(variant, helping), seed=101)
    assert verdict_on(changed)[0].passed


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
    torch.manual_seed(1)
    before, watch = torch.get_rng_state(), StepWatch()
    threads = torch.get_num_threads()
    with telling_of_trials():
        verdict_on(FEW)
    steps = watch.stop()
    assert [record.steps for record in steps] == [10]  # those of the variant's own code
    torch.manual_seed(42)  # as the variant's code ends: its model drawn, its loop without chance
    nn.Sequential(nn.Linear(2, 10), nn.Linear(10, 10), nn.Linear(10, 1))
    assert torch.equal(before, torch.manual_seed(1).get_state())
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


@pytest.mark.parametrize("optimizer", ["torch.optim.LBFGS", "Own"])
def test_an_optimizer_that_takes_no_plain_steps(optimizer):
    own = "class Own(torch.optim.SGD):\n    pass\n"
    slow = dataclasses.replace(FEW, optimizer=optimizer, rate=1e-5, rows=own)
    if optimizer != "Own":
        slow = dataclasses.replace(slow, optimizer="torch.optim.SGD")
        assert verdict_on(slow)[0].code.startswith("tried_")
        return
    verdict, tried = verdict_on(slow)
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


def test_the_bar_is_the_datasets():
    assert advice([FINDING], "Short.").code == "tried_rate"
    assert MOONS.pass_above == FINDING["facts"]["needed"]
