"""Honest answers in every form that we know learners to use: each earns every point of its parts.

A row is a name and the answers that are not the solution's. Every check of those parts is asked,
and of the parts that build on them.
"""

from __future__ import annotations

import pytest

from tests.support.honest_forms import (
    BCE,
    CROSS,
    DRAWN,
    MOON_MODELS,
    MOON_TRAININGS,
    PLAIN,
    PLOTS,
    REPORTS,
    SHORT,
    SPIRALS,
    SPIRALS_SHORT,
    TANH,
    all_checks,
    checks_of,
    misses,
    moon_class,
    spiral_class,
)
from tests.support.playing import loop, notebook_of, play


@pytest.mark.parametrize("form", [*MOON_MODELS, *MOON_TRAININGS])
def test_moons(form: str) -> None:
    answers = {
        "moons_loss_optimizer": BCE,
        "moons_train": SHORT,
        "moons_plot": "pass",
        **MOON_MODELS.get(form, {}),
        **MOON_TRAININGS.get(form, {}),
    }
    asked = [check for check in all_checks("moons") if check != "check_moons_plot"]
    assert misses("01_moons", asked, **answers) == {}


@pytest.mark.parametrize("form", SPIRALS)
def test_spirals(form: str) -> None:
    answers = {
        "spirals_loss_optimizer": CROSS,
        "spirals_train": SPIRALS_SHORT,
        "spirals_plot": "pass",
        **SPIRALS[form],
    }
    asked = [check for check in all_checks("spirals") if check != "check_spirals_plot"]
    assert misses("03_spirals", asked, **answers) == {}


@pytest.mark.parametrize("wording", REPORTS)
def test_progress_in_any_wording(wording: str) -> None:
    lesson = play("01_moons", until="moons_train",
                  moons_train=loop(epochs=31, report=REPORTS[wording]))  # fmt: skip
    verdict = lesson.verdict("check_moons_train_progress")
    assert verdict.passed, verdict.text()


@pytest.mark.parametrize("picture", PLOTS)
def test_plots_of_ones_own(picture: str) -> None:
    asked = checks_of("moons_plot")
    assert misses("01_moons", asked, moons_train="pass", moons_plot=PLOTS[picture]) == {}


@pytest.mark.parametrize("form", TANH)
def test_tanh(form: str) -> None:
    source, stable = TANH[form]
    lost = misses("02_tanh", checks_of("tanh"), tanh=source)
    assert list(lost) == ([] if stable else ["check_tanh_stable"]), lost
    assert all(said.startswith("tanh_overflow") for said in lost.values())


def test_extra_outputs_are_worth_a_remark() -> None:
    lesson = play("03_spirals", until="spirals_model", spirals_model=spiral_class(PLAIN, 4))
    assert lesson.verdict("check_spirals_model_outputs").remarks == ("model_extra_outputs",)


def test_what_the_outputs_are_is_said() -> None:
    last = {"": "one logit", "nn.Sigmoid()": "one probability"}
    for layer, said in last.items():
        model = f"moon_model = nn.Sequential(nn.Linear(2, 9), nn.ReLU(), nn.Linear(9, 1), {layer})"
        lesson = play("01_moons", until="moons_model", moons_model=model)
        assert said in lesson.verdict("check_moons_model_outputs").message


def test_one_hot_labels_are_worth_a_remark() -> None:
    lesson = play("01_moons", until="moons_loss_optimizer", moons_model=moon_class(PLAIN, 2))
    verdict = lesson.verdict("check_moons_loss_optimizer_loss")
    assert verdict.passed
    assert verdict.remarks == ("loss_one_hot_needed",)


def test_having_trained_on_all_rows_is_worth_a_remark() -> None:
    lesson = play("01_moons", until="moons_train", moons_train=loop(epochs=121, rows=""))
    verdict = lesson.verdict("check_moons_train_accuracy")
    assert verdict.passed
    assert verdict.remarks == ("train_saw_test_rows",)


def test_a_model_stays_in_train_mode() -> None:
    lesson = play("01_moons", until="moons_train", moons_loss_optimizer=BCE,
                  **MOON_MODELS["dropout-left-in-train-mode"])  # fmt: skip
    for check in all_checks("moons"):
        lesson.verdict(check)
    assert all(module.training for module in lesson.names["moon_model"].modules())


def test_titles_are_not_demanded() -> None:
    lesson = play("01_moons", moons_train="pass", moons_plot=DRAWN["contourf"])
    assert lesson.verdict("check_moons_plot").code == "plot_right_untitled"


def test_every_form_belongs_to_this_course() -> None:
    answers = [*MOON_MODELS.values(), *MOON_TRAININGS.values(), *SPIRALS.values()]
    assert all(notebook_of(part) for each in answers for part in each)
    assert len(answers) + len(REPORTS) + len(PLOTS) + len(TANH) >= 30
