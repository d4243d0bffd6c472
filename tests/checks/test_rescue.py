"""The rescue: a stuck learner goes on and earns what follows, and nothing for what was rescued."""

from __future__ import annotations

import copy
import random
from typing import Any

import numpy as np
import pytest
import torch

import autograder.checks
from autograder.checks.datasets import RESCUE_SEED, SPLIT_SEED, split
from autograder.checks.evidence.describe import presence
from autograder.checks.judges.session import collect_session
from autograder.checks.recorder import watch as recorder
from autograder.checks.rescue_kit import RESCUED, usual_device
from autograder.checks.rescue_objects import (
    RescueLoss,
    RescueModel,
    RescueOptimizer,
    TrainedRescueModel,
)
from autograder.checks.table import PARTS, SIX, dataset_of
from autograder.checks.words.verdict import Verdict
from tests.support.lesson import Lesson
from tests.support.playing import NOTEBOOKS, loop, notebook_of, play, solution, spiral_loop

CALL = 'import autograder.checks\n{} = autograder.checks.rescue("{}"{})'
LOOPS = {"moons_train": loop(epochs=121), "spirals_train": spiral_loop(epochs=241)}


def rescue_line(part: str) -> str:
    """The line that a learner puts in the blank."""
    model = PARTS[part].model
    names = {"data": ", ".join(SIX), "optimizer": "loss_fn, optimizer"}.get(
        part.split("_")[-1], model
    )
    return CALL.format(names, part, f", {model}" if part.endswith("optimizer") else "")


def marks(notebook: str, **answers: str) -> dict[str, Verdict]:
    """Each check's verdict where its cell stands: right after its part."""
    found: dict[str, Verdict] = {}

    def ask(lesson: Lesson, part: str) -> None:
        for check in PARTS[part].checks:
            found[check] = lesson.verdict(check)

    play(notebook, after=ask, **{**LOOPS, **answers})
    return found


def assert_only_rescued(found: dict[str, Verdict], rescued: set[str]) -> None:
    for check, verdict in found.items():
        part = next(part for part in PARTS if check in PARTS[part].checks)
        wanted = ("not_started", "rescued") if part in rescued else ("correct", verdict.code)
        assert (verdict.outcome, verdict.code) == wanted, (check, verdict)


@pytest.mark.parametrize("part", RESCUED)
def test_one_rescue_costs_its_own_points_alone(part: str) -> None:
    found = marks(notebook_of(part), **{part: rescue_line(part)})
    assert_only_rescued(found, {part})
    text = found[next(iter(PARTS[part].checks))].text()
    assert "earns no points" in text
    assert f"exercise {PARTS[part].label}" in text


@pytest.mark.parametrize("name", ["moons", "spirals"])
@pytest.mark.parametrize("last", ["loss_optimizer", "train"])
def test_rescued_so_far_and_on_from_there(name: str, last: str) -> None:
    parts = [part for part in RESCUED if part.startswith(name)]
    rescued = parts[: parts.index(f"{name}_{last}") + 1]
    found = marks(NOTEBOOKS[name], **{part: rescue_line(part) for part in rescued})
    assert_only_rescued(found, set(rescued))


def test_the_untouched_blank_is_no_rescue() -> None:
    found = marks("01_moons", moons_data="# YOUR CODE HERE\npass")
    assert found["check_moons_data_split"].code == "blank"


@pytest.mark.parametrize("change", ["{}.clone()", "{}.double()", "{}.cpu()", "{}.half()",
                                    "{}.numpy()", "{}.tolist()", "copy.deepcopy({})",
                                    "{}.requires_grad_()"])  # fmt: skip
@pytest.mark.parametrize("part", ["moons_data", "spirals_data"])
def test_a_copy_of_rescued_data_is_a_rescue(part: str, change: str) -> None:
    lines = [rescue_line(part), "import copy"]
    lines += [f"{name} = {change.format(name)}" for name in SIX if name[0] == "X"]
    lesson = play(notebook_of(part), until=part, **{part: "\n".join(lines)})
    for check in PARTS[part].checks:
        assert lesson.verdict(check).code == "rescued", check


def test_rescued_rows_with_a_split_of_ones_own_are_a_rescue() -> None:
    own = "\nX_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2)"
    lesson = play("01_moons", until="moons_data", moons_data=rescue_line("moons_data") + own)
    assert lesson.verdict("check_moons_data_split").code == "rescued"


@pytest.mark.parametrize(
    "change",
    ["copy.deepcopy({})", "{}.double()", "nn.Sequential({})", "nn.Sequential(*{}.layers)"],
)
@pytest.mark.parametrize("part", ["moons_model", "moons_train", "spirals_train"])
def test_a_copy_of_a_rescued_model_is_a_rescue(part: str, change: str) -> None:
    model = PARTS[part].model
    source = f"{rescue_line(part)}\nimport copy\n{model} = {change.replace('{}', model)}"
    found = marks(notebook_of(part), **{part: source})
    assert {found[check].code for check in PARTS[part].checks} == {"rescued"}


def test_more_training_of_a_trained_rescue_earns_nothing() -> None:
    source = rescue_line("moons_train") + "\n" + loop(epochs=21)
    found = marks("01_moons", moons_train=source)
    assert found["check_moons_train_accuracy"].code == "rescued"
    assert found["check_moons_train_progress"].code == "rescued"


#: A rescue that does its work inside an answer of another form, and the checks that it earns not.
INSIDE = {
    "a loss in a function": (
        "moons_loss_optimizer",
        "given, _ = autograder.checks.rescue('moons_loss_optimizer', moon_model)\n"
        "loss_fn = lambda outputs, labels: given.forward(outputs, labels)\n"
        "optimizer = torch.optim.Adam(moon_model.parameters(), lr=0.01)",
        {"check_moons_loss_optimizer_loss"},
    ),
    "a model in a list": (
        "moons_model",
        "class Own(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.scale = nn.Parameter(torch.ones(1))\n"
        "        self.given = [autograder.checks.rescue('moons_model')]\n"
        "    def forward(self, x):\n        return self.given[0](x) * self.scale\n"
        "moon_model = Own()",
        {"check_moons_model_outputs", "check_moons_model_nonlinear"},
    ),
    "a trained model in a function": (
        "moons_train",
        "given = autograder.checks.rescue('moons_train')\nmoon_model.forward = lambda x: given(x)",
        {"check_moons_train_progress", "check_moons_train_accuracy"},
    ),
}


@pytest.mark.parametrize("form", INSIDE)
def test_a_rescue_inside_an_answer_is_a_rescue(form: str) -> None:
    part, source, lost = INSIDE[form]
    found = play("01_moons", until=part, **{part: f"import autograder.checks\n{source}"})
    verdicts = {check: found.verdict(check) for check in PARTS[part].checks}
    assert {check for check, each in verdicts.items() if each.code == "rescued"} == lost


def test_half_a_rescue_costs_half() -> None:
    both = rescue_line("moons_loss_optimizer")
    own_loss = marks("01_moons", moons_loss_optimizer=both + "\nloss_fn = nn.BCEWithLogitsLoss()")
    assert own_loss["check_moons_loss_optimizer_loss"].passed
    assert own_loss["check_moons_loss_optimizer_optimizer"].code == "rescued"
    own = "\noptimizer = torch.optim.Adam(moon_model.parameters(), lr=0.01)"
    own_optimizer = marks("01_moons", moons_loss_optimizer=both + own)
    assert own_optimizer["check_moons_loss_optimizer_loss"].code == "rescued"
    assert own_optimizer["check_moons_loss_optimizer_optimizer"].passed


def net(task: str, outputs: int, last: str = "") -> str:
    width, model = (16, "moon_model") if task == "moons" else (32, "spiral_model")
    return (
        f"torch.manual_seed(42)\n{model} = nn.Sequential(nn.Linear(2, {width}), nn.ReLU(), "
        f"nn.Linear({width}, {width}), nn.ReLU(), nn.Linear({width}, {outputs}){last})"
    )


FORMS = {
    "(N,)": ("moons", net("moons", 1, ", nn.Flatten(0)")),
    "(N, 1)": ("moons", net("moons", 1)),
    "(N, 2)": ("moons", net("moons", 2)),
    "probabilities (N, 1)": ("moons", net("moons", 1, ", nn.Sigmoid()")),
    "probabilities (N, 2)": ("moons", net("moons", 2, ", nn.Softmax(1)")),
    "log-probabilities (N, 2)": ("moons", net("moons", 2, ", nn.LogSoftmax(1)")),
    "(N, 3)": ("spirals", net("spirals", 3)),
    "(N, 4)": ("spirals", net("spirals", 4)),
    "probabilities (N, 3)": ("spirals", net("spirals", 3, ", nn.Softmax(1)")),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_rescued_loss_trains_every_model_that_the_check_accepts(form: str) -> None:
    name, model = FORMS[form]
    usual, rescued = {"moons": loop, "spirals": spiral_loop}[name], f"{name}_loss_optimizer"
    answers = {f"{name}_model": model, rescued: rescue_line(rescued)}
    # Outputs go to the loss as they come; how the loop counts right answers is beside the point.
    answers[f"{name}_train"] = usual(epochs=301, squeeze="", guess="(logits.sum() > 0)")
    answers["moons_outputs"] = "pass"
    found = marks(NOTEBOOKS[name], **answers)
    assert found[f"check_{name}_model_outputs"].passed
    assert found[f"check_{name}_train_accuracy"].passed, found[f"check_{name}_train_accuracy"]


@pytest.mark.parametrize(("rows", "claim"), [("_train", "train"), ("_test", "test"), ("", "all")])
def test_training_on_rescued_rows_is_recognised_as_what_it_is(rows: str, claim: str) -> None:
    training = loop(epochs=301, rows=rows)
    lesson = play("01_moons", until="moons_train", moons_data=rescue_line("moons_data"),
                  moons_train=training)  # fmt: skip
    runs = recorder.recorded()
    session = collect_session(PARTS["moons_train"], lesson.names, runs)
    assert session["trained_on"] == claim
    # Nor is anything else claimed once the learner has come back and made the data.
    lesson.answer("moons_data", solution("moons_data"))
    session = collect_session(PARTS["moons_train"], lesson.names, runs)
    assert session["trained_on"] == claim
    verdict = lesson.verdict("check_moons_train_accuracy")
    assert ("train_saw_test_rows" in verdict.remarks) == (claim != "train")


def test_the_recorder_sees_none_of_the_rescues_own_training() -> None:
    lesson = play("01_moons", until=None)
    lesson.run(rescue_line("moons_train"))
    assert recorder.RECORDER.runs[-1].steps == []


def test_given_cells_go_on_with_a_rescue(capsys: Any) -> None:
    lesson = play("01_moons", until="moons_data", moons_data=rescue_line("moons_data"))
    capsys.readouterr()
    assert autograder.checks.ready(lesson.names, "moons_data")
    assert capsys.readouterr().out == ""
    assert not autograder.checks.ready(lesson.names, "moons_data", "moons_model")


def test_outputs_of_rescued_rows_must_still_be_right() -> None:
    def verdict(source: str) -> str:
        lesson = play("01_moons", until="moons_outputs", moons_outputs=source,
                      moons_data=rescue_line("moons_data"))  # fmt: skip
        return lesson.verdict("check_moons_outputs").code

    line = "y_logits = moon_model({}).squeeze(1)\n"
    rest = "y_probs = torch.sigmoid(y_logits)\ny_labels = y_probs.round()"
    assert verdict(line.format("X_train[:10]") + rest) == "outputs_right"
    assert verdict(line.format("X[:10]") + rest) == "outputs_wrong_rows"
    assert verdict(line.format("X_test[:10]") + rest) == "outputs_not_the_models"
    twice = line.format("X_train[:10]") + "y_logits = y_logits.sigmoid()\n" + rest
    assert verdict(twice) == "outputs_logits_are_probabilities"


# --- honest answers --------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["moons", "spirals"])
def test_nothing_in_an_honest_notebook_is_taken_for_a_rescue(name: str) -> None:
    lesson = play(NOTEBOOKS[name], **LOOPS)
    for part in PARTS.values():
        if part.notebook == name:
            assert presence(part, lesson.names, None)["rescued"] == [], part.id


def test_the_rescues_rows_are_others_of_the_same_form() -> None:
    for name in ("moons", "spirals"):
        dataset = dataset_of(PARTS[f"{name}_data"])
        own, other = split(dataset, SPLIT_SEED), split(dataset, RESCUE_SEED)
        given = dict(zip(SIX, autograder.checks.rescue(f"{name}_data"), strict=True))
        for key in SIX:
            assert given[key].shape == own[key].shape
            np.testing.assert_array_equal(given[key].numpy(), other[key])
            wanted = torch.float32 if key[0] == "X" else getattr(torch, dataset.label_dtype)
            assert given[key].dtype == wanted
        shared = {tuple(row) for row in own["X"].tolist()} & {tuple(r) for r in other["X"].tolist()}
        # The spirals' centre and nothing else: no test row is seen in training.
        assert shared == (set() if name == "moons" else {(0.0, 0.0)})


def test_rescued_tensors_are_the_learners_to_change() -> None:
    first = autograder.checks.rescue("moons_data")
    first[0].zero_()
    assert autograder.checks.rescue("moons_data")[0].abs().sum() > 0


# --- what a rescue is ------------------------------------------------------------------------
def states() -> tuple[Any, ...]:
    return torch.get_rng_state().tolist(), repr(np.random.get_state()), random.getstate()


@pytest.mark.parametrize("part", RESCUED)
def test_a_rescue_moves_no_random_state_and_prints_one_line(part: str, capsys: Any) -> None:
    model = (torch.nn.Linear(2, 1),) if part.endswith("optimizer") else ()
    before = states()
    with torch.no_grad():
        autograder.checks.rescue(part, *model)
    assert states() == before
    out, err = capsys.readouterr()
    assert out.count("\n") == 1
    assert f"exercise {PARTS[part].label}" in out
    assert "no points" in out
    assert err == ""


@pytest.mark.parametrize("part", [part for part in RESCUED if part.endswith(("_model", "_train"))])
def test_a_rescued_model_is_a_plain_model_and_always_the_same(part: str) -> None:
    torch.manual_seed(1)
    first = autograder.checks.rescue(part)
    torch.manual_seed(2)
    second = autograder.checks.rescue(part)
    assert type(first) is (TrainedRescueModel if part.endswith("_train") else RescueModel)
    pairs = zip(first.state_dict().values(), second.state_dict().values(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)
    assert {p.device.type for p in first.parameters()} == {usual_device()}
    assert all(p.is_leaf and p.requires_grad and p.grad is None for p in first.parameters())
    fresh = copy.deepcopy(first)
    fresh.load_state_dict(first.state_dict())
    fresh.zero_grad()
    assert fresh(torch.zeros(4, 2, device=usual_device())).shape == (4, 1 if "moon" in part else 3)


def test_the_device_is_the_notebooks() -> None:
    assert play("01_moons", until=None).names["device"] == usual_device()


def test_the_rescued_optimizer_holds_the_model_that_was_passed() -> None:
    model = torch.nn.Linear(2, 1)
    loss_fn, optimizer = autograder.checks.rescue("moons_loss_optimizer", model)
    assert isinstance(loss_fn, RescueLoss)
    assert isinstance(optimizer, RescueOptimizer)
    assert isinstance(optimizer, torch.optim.Adam)
    assert [id(p) for p in optimizer.param_groups[0]["params"]] == list(map(id, model.parameters()))


@pytest.mark.parametrize("part", ["tanh", "moons_plot", "moons_outputs", "moon_data", "", 3])
def test_other_parts_have_no_rescue(part: Any) -> None:
    with pytest.raises(ValueError, match=r"has no rescue; these have one: moons_data, .*_train\.$"):
        autograder.checks.rescue(part)


@pytest.mark.parametrize("model", [None, "moon_model", torch.nn.Linear, torch.nn.ReLU()])
def test_an_optimizer_needs_a_model(model: Any) -> None:
    with pytest.raises(ValueError, match=r"call rescue\(.moons_loss_optimizer., moon_model\)"):
        autograder.checks.rescue("moons_loss_optimizer", model)
