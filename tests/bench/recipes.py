"""How often common training recipes pass: each is trained from 20 seeds.

`make bench-recipes` prints the table and writes it to tests/bench/recipes.md, which is committed.
The judges are the exercise's own, so "passes" means full marks for accuracy.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from autograder.checks.datasets import MOONS, PUBLIC_SEED, SPIRALS, Dataset, split
from autograder.checks.registry import collect, judge, questions
from autograder.checks.table import CHECKS, PART_OF

SEEDS = 20
Recipe = tuple[str, Dataset, int, Callable[..., torch.optim.Optimizer], float, int]
RECIPES: tuple[Recipe, ...] = (
    ("moons, the solution", MOONS, 16, torch.optim.Adam, 0.01, 300),
    ("moons, a popular one", MOONS, 10, torch.optim.SGD, 0.2, 800),
    ("spirals, the solution", SPIRALS, 32, torch.optim.Adam, 0.02, 400),
    ("spirals, a popular one", SPIRALS, 8, torch.optim.Adam, 0.2, 200),
)


def passes(task: Dataset, hidden: int, optimizer: Callable[..., torch.optim.Optimizer],
           rate: float, epochs: int, seed: int) -> bool:  # fmt: skip
    """Train once from a seed; True if the accuracy check gives its points."""
    torch.manual_seed(seed)
    outputs = 1 if task is MOONS else task.classes
    model = nn.Sequential(
        nn.Linear(2, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(),
        nn.Linear(hidden, outputs),
    )  # fmt: skip
    loss_fn = nn.BCEWithLogitsLoss() if task is MOONS else nn.CrossEntropyLoss()
    steps = optimizer(model.parameters(), lr=rate)
    data = split(task)
    X = torch.from_numpy(data["X_train"])
    y = torch.from_numpy(data["y_train"])
    y = y.float() if task is MOONS else y
    for _ in range(epochs):
        logits = model(X).squeeze(dim=1) if task is MOONS else model(X)
        loss = loss_fn(logits, y)
        steps.zero_grad()
        loss.backward()
        steps.step()
    check = next(
        check
        for check, part in PART_OF.items()
        if part.dataset is task and CHECKS[check].kind == "train_accuracy"
    )
    names = {PART_OF[check].model: model, "loss_fn": loss_fn, "optimizer": steps}
    return judge(
        check, collect(check, names, None, questions(check, PUBLIC_SEED)), PUBLIC_SEED
    ).passed


def main() -> int:
    """Train all recipes from all seeds, print and keep the table."""
    torch.set_num_threads(1)
    version = torch.__version__.split("+")[0]
    lines = [
        "<!-- Made by `make bench-recipes` (tests/bench/recipes.py). -->",
        f"Passes out of {SEEDS} seeds (0 to {SEEDS - 1}), PyTorch {version} on the CPU.",
        "",
        "| recipe | hidden units | optimizer | epochs | passes | seconds each |",
        "|---|---|---|---|---|---|",
    ]
    print("\n".join(lines[1:]))
    for title, task, hidden, optimizer, rate, epochs in RECIPES:
        begin = time.perf_counter()
        count = sum(passes(task, hidden, optimizer, rate, epochs, seed) for seed in range(SEEDS))
        seconds = (time.perf_counter() - begin) / SEEDS
        kind = f"{optimizer.__name__} {rate:g}"
        lines.append(
            f"| {title} | {hidden}-{hidden} | {kind} | {epochs} | {count} of {SEEDS} "
            f"| {seconds:.1f} |"
        )
        print(lines[-1], flush=True)
    Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
