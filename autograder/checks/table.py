"""The table of the course: one entry for each exercise, which says all of itself.

A *part* is one solution cell (its nbgrader `grade_id`); a *check* is one graded cell under it.
Nothing else asks what a name means: whoever needs to know looks here. Light, because everyone
does. A test holds these points and the notebooks' nbgrader metadata together.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from autograder.checks.datasets import MOONS, SIX, SPIRALS, Dataset

#: The first line of each solution cell: `# Exercise 4b`. The recorder knows a cell by it where no
#: cell id is sent: nbclient sends none, and VS Code one of its own.
MARKER = re.compile(r"^[^\S\n]*#[^\S\n]*Exercise (\d[a-z]?)\b", re.MULTILINE)
#: What `nbgrader_config.py` puts in place of every solution.
BLANK = "# YOUR CODE HERE"


@dataclass(frozen=True)
class Check:
    """One graded cell.

    Attributes:
        id: its `grade_id`.
        points: what it earns.
        kind: what it asks. Collector and judge go by it (`registry.py`), and so does the rule in
            words (`words/rules.toml`).
        shown: its evidence is what a cell printed or drew, which a grader has seen as well.
    """

    id: str
    points: int
    kind: str
    shown: bool = False


@dataclass(frozen=True)
class Part:
    """One exercise.

    Attributes:
        id: its solution cell's `grade_id`, which issues, gradebook and reports use.
        label: the exercise's number as learners see it, such as `4b`.
        title: what the exercise asks for, in a few words.
        names: what must exist in the notebook once its cell has run.
        graded: its checks, in notebook order.
        reteach: what to say again in class where many fail it. A message may have a line that
            fits better (`reteach` in `words/messages.toml`).
        notebook: the notebook that it stands in, as `autograder.checks.summary` names it.
        dataset: what it works on, with the accuracy to reach (`datasets.py`); None for none.
        model: what learners call the model that it works with; "" for none.
        by_chance: random numbers play a part; a wrong loss or formula stays wrong.
        rescue: what a stuck learner can be given (`rescue_kit.py`); "" for nothing.
        copied: the recorder copies its names and its model when its cell has run, because a later
            cell may well change them.
    """

    id: str
    label: str
    title: str
    names: tuple[str, ...]
    graded: tuple[Check, ...]
    reteach: str
    notebook: str
    dataset: Dataset | None = None
    model: str = ""
    by_chance: bool = False
    rescue: str = ""
    copied: bool = False

    @cached_property
    def checks(self) -> Mapping[str, int]:
        """Points by check cell, in notebook order."""
        return {check.id: check.points for check in self.graded}

    @property
    def points(self) -> int:
        """What all its checks earn."""
        return sum(self.checks.values())


_moons = partial(Part, notebook="moons", dataset=MOONS, model="moon_model")
_spirals = partial(Part, notebook="spirals", dataset=SPIRALS, model="spiral_model")

_PARTS = (
    _moons(
        "moons_data", "1", "make and split the moons", SIX,
        (Check("check_moons_data_tensors", 1, "data_tensors"),
         Check("check_moons_data_split", 1, "data_split")),
        reteach="Rows, features, labels: print shape and dtype before the split and after it.",
        rescue="data",
    ),
    _moons(
        "moons_model", "2", "build a model", ("moon_model",),
        (Check("check_moons_model_outputs", 1, "model_outputs"),
         Check("check_moons_model_nonlinear", 1, "model_nonlinear")),
        reteach="A model is layers with a bend between them: draw what goes in and what comes out.",
        by_chance=True, rescue="model",
    ),
    _moons(
        "moons_loss_optimizer", "3", "choose a loss and an optimizer", ("loss_fn", "optimizer"),
        (Check("check_moons_loss_optimizer_loss", 1, "loss"),
         Check("check_moons_loss_optimizer_optimizer", 1, "optimizer")),
        reteach="The outputs decide the loss; the optimizer is handed the model's own parameters.",
        rescue="loss and optimizer",
    ),
    _moons(
        "moons_outputs", "4a", "from logits to labels", ("y_logits", "y_probs", "y_labels"),
        (Check("check_moons_outputs", 1, "outputs"),),
        reteach="Logits, probabilities, labels: follow one row through all three.",
        by_chance=True, copied=True,
    ),
    _moons(
        "moons_train", "4b", f"train to over {MOONS.pass_above:.0%}", ("moon_model",),
        (Check("check_moons_train_progress", 1, "train_progress", shown=True),
         Check("check_moons_train_accuracy", 3, "train_accuracy")),
        reteach="The five steps of training, in order, and what the printed numbers say of them.",
        by_chance=True, rescue="trained model",
    ),
    _moons(
        "moons_plot", "5", "draw the decision boundaries", ("moon_model",),
        (Check("check_moons_plot", 1, "plot", shown=True),),
        reteach="A decision boundary: ask the model about every point of the plane, and colour it.",
        by_chance=True, copied=True,
    ),
    Part(
        "tanh", "6", "write tanh", ("tanh",),
        (Check("check_tanh_values", 2, "tanh_values"),
         Check("check_tanh_gradient", 1, "tanh_gradient"),
         Check("check_tanh_pure", 1, "tanh_pure"),
         Check("check_tanh_stable", 1, "tanh_stable")),
        reteach="From a formula to torch's functions: try it on 0, on 1, and far away.",
        notebook="tanh",
    ),
    _spirals(
        "spirals_data", "7a", "split the spirals", SIX,
        (Check("check_spirals_data_tensors", 1, "data_tensors"),
         Check("check_spirals_data_split", 1, "data_split")),
        reteach="The given rows are in order of class: what a split does to them.",
        rescue="data",
    ),
    _spirals(
        "spirals_model", "7b", "build a model", ("spiral_model",),
        (Check("check_spirals_model_outputs", 1, "model_outputs"),
         Check("check_spirals_model_nonlinear", 1, "model_nonlinear")),
        reteach="One output for each class: what changes in a model when there are three.",
        by_chance=True, rescue="model",
    ),
    _spirals(
        "spirals_loss_optimizer", "7c", "choose a loss and an optimizer", ("loss_fn", "optimizer"),
        (Check("check_spirals_loss_optimizer_loss", 1, "loss"),
         Check("check_spirals_loss_optimizer_optimizer", 1, "optimizer")),
        reteach="From two classes to three: which loss takes which outputs and labels.",
        rescue="loss and optimizer",
    ),
    _spirals(
        "spirals_train", "7d", f"train to over {SPIRALS.pass_above:.0%}", ("spiral_model",),
        (Check("check_spirals_train_progress", 1, "train_progress", shown=True),
         Check("check_spirals_train_accuracy", 4, "train_accuracy")),
        reteach="The same five steps on a harder dataset: width, rate and epochs, one at a time.",
        by_chance=True, rescue="trained model",
    ),
    _spirals(
        "spirals_plot", "7e", "draw the decision boundaries", ("spiral_model",),
        (Check("check_spirals_plot", 1, "plot", shown=True),),
        reteach="Three regions instead of two: the class with the largest output gets the point.",
        by_chance=True, copied=True,
    ),
)  # fmt: skip

PARTS: Mapping[str, Part] = {part.id: part for part in _PARTS}
CHECKS: Mapping[str, Check] = {check.id: check for part in _PARTS for check in part.graded}
PART_OF: Mapping[str, Part] = {check: part for part in _PARTS for check in part.checks}
BY_LABEL: Mapping[str, Part] = {part.label: part for part in _PARTS}


def points_of(notebook: str = "") -> int:
    """What all checks earn together in a notebook, as `Part.notebook` names it, or in all."""
    return sum(part.points for part in PARTS.values() if notebook in ("", part.notebook))


def dataset_of(part: Part) -> Dataset:
    """What a part works on.

    Raises:
        ValueError: nothing; its entry names no dataset.
    """
    if part.dataset is None:
        raise ValueError(f"the entry of {part.id} in autograder/checks/table.py has no dataset")
    return part.dataset


def is_ours(check_id: str) -> bool:
    """Whether a check cell has a judge of ours; any other runs in the kernel, as nbgrader does."""
    return check_id in PART_OF
