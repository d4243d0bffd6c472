"""What one learner of the attack class hands in, and what an honest judge would give for it.

A notebook is the released one. Given cells that no exercise needs are left out, because they cost
seconds in every run and nothing here is about them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from autograder.checks.table import BLANK, PART_OF, PARTS
from tests.support import damage
from tests.support.playing import NOTEBOOKS, loop, spiral_loop

Notebook = dict[str, Any]
#: Given cells that setup, answers and checks rely on.
_NEEDED = {"setup", "imports", "clouds-data", "arms", "log"}
_LEFT_OUT = "pass  # left out: no exercise needs this cell"
#: Right answers that train in a second.
QUICK: Mapping[str, str] = {
    "moons_data": (
        "X, y = make_moons(1000, noise=0.07, random_state=42)\n"
        "X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y, dtype=torch.float32)\n"
        "X_train, X_test, y_train, y_test = "
        "train_test_split(X, y, test_size=0.2, random_state=42)"
    ),
    "moons_model": (
        "torch.manual_seed(42)\nmoon_model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), "
        "nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1))"
    ),
    "moons_loss_optimizer": (
        "loss_fn = nn.BCEWithLogitsLoss()\n"
        "optimizer = torch.optim.Adam(moon_model.parameters(), lr=0.03)"
    ),
    "moons_outputs": (
        "y_logits = moon_model(X_train[:10]).squeeze().detach()\n"
        "y_probs = torch.sigmoid(y_logits)\ny_labels = torch.round(y_probs)"
    ),
    "moons_train": loop(epochs=121),
    "moons_plot": (
        "plot_decision_boundary(moon_model, X_train, y_train, title='Training rows')\n"
        "plot_decision_boundary(moon_model, X_test, y_test, title='Test rows')"
    ),
    "tanh": "def tanh(x):\n    return 2 * torch.sigmoid(2 * x) - 1",
    "spirals_data": (
        "X = torch.tensor(spiral_points, dtype=torch.float32)\n"
        "y = torch.tensor(spiral_classes, dtype=torch.int64)\n"
        "X_train, X_test, y_train, y_test = "
        "train_test_split(X, y, test_size=0.2, random_state=42)"
    ),
    "spirals_model": (
        "torch.manual_seed(42)\nspiral_model = nn.Sequential(nn.Linear(2, 40), nn.ReLU(), "
        "nn.Linear(40, 40), nn.ReLU(), nn.Linear(40, 3))"
    ),
    "spirals_loss_optimizer": (
        "loss_fn = nn.CrossEntropyLoss()\n"
        "optimizer = torch.optim.Adam(spiral_model.parameters(), lr=0.02)"
    ),
    "spirals_train": spiral_loop(epochs=241),
    "spirals_plot": (
        "plot_decision_boundary(spiral_model, X_train, y_train, title='Training rows')\n"
        "plot_decision_boundary(spiral_model, X_test, y_test, title='Test rows')"
    ),
}
#: An answer to exercise 6 that earns nothing in any of its four checks.
WORTHLESS = "def tanh(x):\n    return x"


def checks_of(notebook: str) -> frozenset[str]:
    """All check cells of a notebook such as `01_moons`."""
    return frozenset(check for check, part in PART_OF.items() if notebook_of(part.id) == notebook)


def notebook_of(part: str) -> str:
    """The notebook in which a part stands."""
    return NOTEBOOKS[part.split("_")[0]]


@dataclass(frozen=True)
class Attack:
    """One learner; the honest ones are of the same form.

    Attributes:
        name: the learner's id in both gradebooks.
        kind: the class of attacks, or `honest`, or `misconception`.
        note: what is tried, in a few words.
        answers: by solution cell: the code below its first line, or None for an untouched blank.
            Exercise 6 is worthless where nothing is said; other parts are right.
        before: code of an extra cell; `@COURSE@` and other words are put in by the classroom.
        above: the solution cell that the extra cell stands above; "" for the first one.
        lost: the checks (without `check_`) whose points an honest judge would not give; None
            for all of them.
        change: what else is done to the notebook's JSON, last of all.
        beside: the content of files that are handed in with it, by name.
    """

    name: str
    kind: str
    note: str
    notebook: str = "02_tanh"
    answers: Mapping[str, str | None] = field(default_factory=dict)
    before: str = ""
    above: str = ""
    lost: tuple[str, ...] | None = None
    change: Callable[[Notebook], None] | None = None
    beside: Mapping[str, bytes] = field(default_factory=dict)

    @cached_property
    def earns(self) -> frozenset[str]:
        """The checks whose points an honest judge would give."""
        every = checks_of(self.notebook)
        if self.lost is None:
            return frozenset()
        lost = {f"check_{each}" for each in self.lost}
        if unknown := lost - every:
            raise ValueError(f"{self.name}: {self.notebook} has no {', '.join(sorted(unknown))}")
        return every - lost

    @property
    def deserved(self) -> float:
        """The points of those checks."""
        return float(sum(PART_OF[check].checks[check] for check in self.earns))

    def handed_in(self, words: Mapping[str, str]) -> Notebook:
        """The notebook's JSON.

        Args:
            words: what stands for `@NAME@` in the learner's code, by `NAME`.
        """
        found = damage.released(self.notebook)
        for cell in found["cells"]:
            if damage.is_given(cell) and cell["id"] not in _NEEDED:
                cell["source"] = _LEFT_OUT
            elif cell["id"] in PARTS:
                self._answer(cell, words)
        if self.before:
            first = next(cell["id"] for cell in found["cells"] if cell["id"] in PARTS)
            place = damage.find(found, self.above or first)
            own = damage.code(_with(self.before, words))
            found["cells"].insert(place, {**own, "id": "own-cell"})
        if self.change is not None:
            self.change(found)
        return found

    def _answer(self, cell: dict[str, Any], words: Mapping[str, str]) -> None:
        part = cell["id"]
        source = self.answers.get(part, WORTHLESS if part == "tanh" else QUICK.get(part))
        text = damage.text(cell)
        assert BLANK in text
        if source is not None:
            cell["source"] = f"{text.splitlines()[0]}\n{_with(source, words)}"


def _with(source: str, words: Mapping[str, str]) -> str:
    for word, value in words.items():
        source = source.replace(f"@{word}@", value)
    return source
