"""Honest learners, and learners with a misconception: what a judge that guards too much rejects."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.demo.sample import sample_class
from tests.attacks.attack import Attack
from tests.support import honest_forms as forms
from tests.support import misconceptions as wrong
from tests.support.playing import loop, notebook_of, spiral_loop

_MOONS = (
    "outputs-of-shape-n", "outputs-of-shape-n-2", "a-tuple", "probabilities-and-bce-loss",
    "raw-parameters", "a-float64-model", "dropout-left-in-train-mode",
    "batch-norm-left-in-train-mode", "keeps-its-last-outputs", "own-loss-function",
    "mini-batches", "trained-in-a-function", "names-taken-by-the-learner",
)  # fmt: skip
_SPIRALS = ("log-softmax-and-nll", "four-outputs", "polar-features", "a-dictionary")
_TANH = (
    "two-exps", "expm1", "own-sigmoid", "a-module", "scripted", "helper-functions",
    "float64-inside",
)  # fmt: skip
#: Learners of the sample class who earn every point.
_SAMPLE = ("perfect-sequential", "perfect-functional", "chatty-loop")


def _honest(name: str, notebook: str, answers: Mapping[str, str], *lost: str) -> Attack:
    return Attack(f"honest-{name}", "honest", name.replace("-", " "), notebook, answers, lost=lost)


def _moons(form: str) -> Attack:
    answers = forms.MOON_MODELS.get(form, {}) | forms.MOON_TRAININGS.get(form, {})
    return _honest(f"moons-{form}", "01_moons", answers)


def _of_the_sample(name: str) -> list[Attack]:
    (learner,) = sample_class([name])
    notebooks = sorted({notebook_of(part) for part in learner.cells})
    answers = {
        part: "\n".join([source, *learner.extras.get(part, [])])
        for part, source in learner.cells.items()
    }
    return [
        _honest(
            f"{name}-{notebook}", notebook,
            {part: text for part, text in answers.items() if notebook_of(part) == notebook},
        )
        for notebook in notebooks
    ]  # fmt: skip


HONEST = [
    *map(_moons, _MOONS),
    *(_honest(f"spirals-{form}", "03_spirals", forms.SPIRALS[form]) for form in _SPIRALS),
    *(
        _honest(
            f"tanh-{form}", "02_tanh", {"tanh": forms.TANH[form][0]},
            *(() if forms.TANH[form][1] else ("tanh_stable",)),
        )
        for form in _TANH
    ),
    *(each for name in _SAMPLE for each in _of_the_sample(name)),
]  # fmt: skip


def _misconception(name: str, part: str, source: str, *lost: str, **others: str) -> Attack:
    return Attack(
        f"wrong-{name}", "misconception", name.replace("-", " "), notebook_of(part),
        {**others, part: source}, lost=lost,
    )  # fmt: skip


def _rows(rows: list[tuple[object, ...]]) -> dict[str, str]:
    """Sources by name, of the table of misconceptions."""
    return {str(name): str(source) for name, _, source, *_ in rows}


_DATA, _MODELS, _LOSSES = _rows(wrong.DATA), _rows(wrong.MODELS), _rows(wrong.LOSSES)
_ALL_OF_TANH = ("tanh_values", "tanh_gradient", "tanh_pure", "tanh_stable")
_TRAINED = ("moons_train_accuracy",)
MISCONCEPTIONS = [
    _misconception("noise-a-tenth", "moons_data", _DATA["noise-a-tenth"], "moons_data_split"),
    _misconception("no-split-seed", "moons_data", _DATA["no-split-seed"], "moons_data_split"),
    _misconception("no-activation", "moons_model", _MODELS["no-activation"],
                   "moons_model_nonlinear", *_TRAINED),
    _misconception("sigmoid-twice", "moons_loss_optimizer", wrong.LOSSES[1][2],
                   "moons_loss_optimizer_loss", "moons_outputs", "moons_train_progress", *_TRAINED,
                   moons_model=wrong.SIGMOID_MODEL["moons_model"]),
    _misconception("learning-rate-zero", "moons_loss_optimizer", _LOSSES["learning-rate-zero"],
                   "moons_loss_optimizer_optimizer", *_TRAINED),
    _misconception("no-step", "moons_train", loop(epochs=121, step="pass"),
                   "moons_train_progress", *_TRAINED),
    _misconception("too-few-epochs", "moons_train", loop(epochs=15), *_TRAINED),
    _misconception("no-progress", "moons_train", loop(epochs=121, report="pass"),
                   "moons_train_progress"),
    _misconception("one-picture", "moons_plot",
                   "plot_decision_boundary(moon_model, X_train, y_train)", "moons_plot"),
    _misconception("labels-are-probabilities", "moons_outputs",
                   wrong.ASK + wrong.PROBS + "y_labels = y_probs", "moons_outputs"),
    _misconception("float-labels-for-spirals", "spirals_data", _DATA["float-labels-for-spirals"],
                   "spirals_data_tensors", "spirals_train_progress", "spirals_train_accuracy"),
    _misconception("no-backward", "spirals_train", spiral_loop(epochs=21, backward="pass"),
                   "spirals_train_accuracy"),
    _misconception("spirals-no-activation", "spirals_model", _MODELS["spirals-no-activation"],
                   "spirals_model_nonlinear", "spirals_train_accuracy"),
    *(
        _misconception(f"tanh-{name}", "tanh", source, *lost)
        for name, source, lost in (
            ("brackets", wrong.tanh(wrong.EXPS + "a - b / a + b"),
             _ALL_OF_TANH),
            ("e-as-2.718", wrong.tanh("e = 2.718\n    return (e**x - e**-x) / (e**x + e**-x)"),
             _ALL_OF_TANH),
            ("no-grad", wrong.tanh("with torch.no_grad():\n        "
                                   "return 2 / (1 + torch.exp(-2 * x)) - 1"),
             ("tanh_gradient",)),
            ("sigmoid", wrong.tanh("return 1 / (1 + torch.exp(-x))"),
             _ALL_OF_TANH),
            ("nothing-returned", wrong.tanh("y = 2 / (1 + torch.exp(-2 * x)) - 1"),
             _ALL_OF_TANH),
        )
    ),
]  # fmt: skip
