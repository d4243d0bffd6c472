"""The table of the course: which parts there are, what each leaves behind, what it earns.

A *part* is one solution cell (its nbgrader `grade_id`); a *check* is one graded cell under it.
A test holds these points and the notebooks' nbgrader metadata together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

#: The first line of each solution cell: `# Exercise 4b`. It lets the recorder tell an untouched
#: blank from one whose cell has not run; Colab and nbclient pass no cell id to do it with.
MARKER = re.compile(r"^\s*#\s*Exercise (\d[a-z]?)\b", re.MULTILINE)
#: What `nbgrader_config.py` puts in place of every solution.
BLANK = "# YOUR CODE HERE"


@dataclass(frozen=True)
class Part:
    """One solution cell.

    Attributes:
        id: its `grade_id`, which issues, gradebook and reports use.
        label: the exercise's number as learners see it, such as `4b`.
        title: what the exercise asks for, in a few words.
        names: what must exist in the notebook once its cell has run.
        checks: points by check cell, in notebook order.
    """

    id: str
    label: str
    title: str
    names: tuple[str, ...]
    checks: Mapping[str, int]


_SPLIT = ("X", "y", "X_train", "X_test", "y_train", "y_test")


def _part(id: str, label: str, title: str, names: tuple[str, ...], **aspects: int) -> Part:
    # `check_tanh_values=2` style: an aspect named `all` is the part's only check.
    checks = {
        f"check_{id}" if aspect == "all" else f"check_{id}_{aspect}": points
        for aspect, points in aspects.items()
    }
    return Part(id, label, title, names, checks)


_PARTS = (
    _part("moons_data", "1", "make and split the moons", _SPLIT, tensors=1, split=1),
    _part("moons_model", "2", "build a model", ("moon_model",), outputs=1, nonlinear=1),
    _part(
        "moons_loss_optimizer",
        "3",
        "choose a loss and an optimizer",
        ("loss_fn", "optimizer"),
        loss=1,
        optimizer=1,
    ),
    _part(
        "moons_outputs",
        "4a",
        "from logits to labels",
        ("y_logits", "y_probs", "y_labels"),
        all=1,
    ),
    _part("moons_train", "4b", "train to over 96%", ("moon_model",), progress=1, accuracy=3),
    _part("moons_plot", "5", "draw the decision boundaries", ("moon_model",), all=1),
    _part("tanh", "6", "write tanh", ("tanh",), values=2, gradient=1, pure=1, stable=1),
    _part("spirals_data", "7a", "split the spirals", _SPLIT, tensors=1, split=1),
    _part("spirals_model", "7b", "build a model", ("spiral_model",), outputs=1, nonlinear=1),
    _part(
        "spirals_loss_optimizer",
        "7c",
        "choose a loss and an optimizer",
        ("loss_fn", "optimizer"),
        loss=1,
        optimizer=1,
    ),
    _part("spirals_train", "7d", "train to over 95%", ("spiral_model",), progress=1, accuracy=4),
    _part("spirals_plot", "7e", "draw the decision boundaries", ("spiral_model",), all=1),
)

PARTS: Mapping[str, Part] = {part.id: part for part in _PARTS}
PART_OF: Mapping[str, Part] = {check: part for part in _PARTS for check in part.checks}


def part_named(part_id: str) -> Part:
    """The part of that id.

    Raises:
        KeyError: it is none of this course's; the message lists those that are.
    """
    try:
        return PARTS[part_id]
    except KeyError:
        raise KeyError(f"no part {part_id!r}; the parts are {', '.join(PARTS)}") from None


def is_ours(check_id: str) -> bool:
    """Whether a check cell has a judge of ours; any other runs in the kernel, as nbgrader does."""
    return check_id in PART_OF
