"""How often common training recipes pass: from 20 seeds, and from the seed that a learner is given.

`make bench-recipes` prints the table and writes it to tests/bench/, one file for
each PyTorch; they are committed. The judges are the exercise's own, so "passes" means full marks
for accuracy.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn

from autograder.checks.datasets import MOONS, PUBLIC_SEED, SPIRALS, Dataset, split
from autograder.checks.judges.scores import accuracy_of
from autograder.checks.registry import collect, judge, questions
from autograder.checks.table import CHECKS, PART_OF, PARTS
from autograder.course.folders import masters

SEEDS = 20
THREADS = (1, 2)
Optimizer = Callable[..., torch.optim.Optimizer]
ADAM, SGD, RELU, TANH = torch.optim.Adam, torch.optim.SGD, nn.ReLU, nn.Tanh


class Recipe(NamedTuple):
    """What people train with: `given` says that the given seed must not fail it."""

    task: Dataset
    hidden: tuple[int, ...]
    bend: type[nn.Module]
    optimizer: Optimizer
    rate: float
    epochs: int
    given: bool = True


RECIPES = (
    Recipe(MOONS, (10, 10), RELU, SGD, 0.1, 1000),
    Recipe(MOONS, (10, 10), RELU, ADAM, 0.01, 300),
    Recipe(MOONS, (10, 10), RELU, ADAM, 0.001, 1000),
    Recipe(MOONS, (16, 16), RELU, ADAM, 0.01, 300),  # the solution
    Recipe(MOONS, (16, 16), RELU, SGD, 0.1, 1000),
    Recipe(MOONS, (32,), RELU, ADAM, 0.01, 1000),
    Recipe(MOONS, (64, 64), RELU, ADAM, 0.001, 500),
    Recipe(MOONS, (10, 10), TANH, SGD, 0.1, 1000),
    Recipe(MOONS, (8, 8), RELU, ADAM, 0.01, 500),
    Recipe(MOONS, (128, 128), RELU, ADAM, 0.01, 200),
    Recipe(MOONS, (10, 10), RELU, SGD, 0.2, 800, given=False),
    Recipe(SPIRALS, (10, 10), RELU, ADAM, 0.01, 1000),
    Recipe(SPIRALS, (10, 10), RELU, ADAM, 0.02, 1000),
    Recipe(SPIRALS, (16, 16), RELU, ADAM, 0.01, 500),
    Recipe(SPIRALS, (20, 20), RELU, ADAM, 0.01, 1000),
    Recipe(SPIRALS, (32, 32), RELU, ADAM, 0.02, 400),  # the solution
    Recipe(SPIRALS, (64, 64), RELU, ADAM, 0.001, 1000),
    Recipe(SPIRALS, (64, 64), RELU, ADAM, 0.01, 200),
    Recipe(SPIRALS, (100,), RELU, ADAM, 0.01, 1000),
    Recipe(SPIRALS, (16, 16), TANH, ADAM, 0.01, 1000),
    Recipe(SPIRALS, (32, 32), RELU, SGD, 0.5, 1000),
    Recipe(SPIRALS, (8, 8), RELU, ADAM, 0.2, 200, given=False),
)
_CHECKS = {
    part.dataset: check
    for check, part in PART_OF.items()
    if part.dataset and CHECKS[check].kind == "train_accuracy"
}


def given_seed(task: Dataset) -> int:
    """The seed that stands before the blank in which a model is built."""
    part = next(part for part in PARTS.values() if part.dataset is task and part.rescue == "model")
    sources = {cell.id: cell.source for each in masters().values() for cell in each.cells}
    seed = re.search(r"manual_seed\((\w+)\)\n### BEGIN", sources[part.id])
    assert seed is not None
    if seed.group(1) == "RANDOM_SEED":
        seed = re.search(r"^RANDOM_SEED = (\d+)", sources["imports"], re.MULTILINE)
        assert seed is not None
    return int(seed.group(1))


def train(recipe: Recipe, seed: int) -> tuple[bool, int]:
    """Train once from a seed: whether it passes, and how many test rows are right."""
    task = recipe.task
    torch.manual_seed(seed)
    sizes = (2, *recipe.hidden)
    hidden = [layer for a, b in pairwise(sizes) for layer in (nn.Linear(a, b), recipe.bend())]
    model = nn.Sequential(*hidden, nn.Linear(sizes[-1], 1 if task.binary else task.classes))
    loss_fn = nn.BCEWithLogitsLoss() if task.binary else nn.CrossEntropyLoss()
    optimizer = recipe.optimizer(model.parameters(), lr=recipe.rate)
    data = split(task)
    X, y = torch.from_numpy(data["X_train"]), torch.from_numpy(data["y_train"])
    y = y.float() if task.binary else y
    for _ in range(recipe.epochs):
        logits = model(X).squeeze(dim=1) if task.binary else model(X)
        loss = loss_fn(logits, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    check = _CHECKS[task]
    names = {PART_OF[check].model: model, "loss_fn": loss_fn, "optimizer": optimizer}
    evidence = collect(check, names, None, questions(check, PUBLIC_SEED))
    outputs = evidence["model"]["outputs"]["test"]
    right = round(accuracy_of(outputs, data["y_test"], "logits") * len(data["y_test"]))
    return judge(check, evidence, PUBLIC_SEED).passed, right


def from_given_seed(recipe: Recipe) -> dict[int, tuple[bool, int]]:
    """What training from the given seed leads to, by the number of threads."""
    before, found = torch.get_num_threads(), {}
    try:
        for threads in THREADS:
            torch.set_num_threads(threads)
            found[threads] = train(recipe, given_seed(recipe.task))
    finally:
        torch.set_num_threads(before)
    return found


def main() -> int:
    """Train all recipes from all seeds, print and keep the table; 1 if a given seed fails one."""
    version = torch.__version__.split("+")[0]
    seeds = f"{given_seed(MOONS)} for the moons and {given_seed(SPIRALS)} for the spirals"
    lines = [
        "<!-- Made by `make bench-recipes` (tests/bench/recipes.py). -->",
        f"PyTorch {version} on the CPU: passes from {SEEDS} seeds (0 to {SEEDS - 1}, 1 thread).",
        f"Then the test rows that are right from the seed that a notebook gives ({seeds}), with",
        "1 and with 2 threads. All of these must pass; a dash marks what fails too many seeds.",
        "",
        "| data | hidden units | optimizer | epochs | passes | given seed |",
        "|---|---|---|---|---|---|",
    ]
    print("\n".join(lines[1:]))
    failed = 0
    for recipe in RECIPES:
        torch.set_num_threads(1)
        count = sum(train(recipe, seed)[0] for seed in range(SEEDS))
        found = from_given_seed(recipe) if recipe.given else {}
        failed += not all(passed for passed, _ in found.values())
        given = ", ".join(
            f"{right}{'' if passed else ' fails'}" for passed, right in found.values()
        )
        units = "-".join(map(str, recipe.hidden))
        lines.append(
            f"| {'moons' if recipe.task is MOONS else 'spirals'} | {units} {recipe.bend.__name__} "
            f"| {recipe.optimizer.__name__} {recipe.rate:g} | {recipe.epochs} "
            f"| {count} of {SEEDS} | {given or '-'} |"
        )
        print(lines[-1], flush=True)
    name = f"recipes-torch-{'.'.join(version.split('.')[:2])}.md"
    Path(__file__).with_name(name).write_text("\n".join(lines) + "\n")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
