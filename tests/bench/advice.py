"""Does the advice for a training that fell short help? Each is followed, from five unused seeds.

`make bench-advice` prints the table and writes it to tests/bench/advice.md, which is committed.
"""

from __future__ import annotations

import dataclasses
import sys
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch
from scipy.stats import binomtest
from torch import nn

from autograder.checks.datasets import MOONS, PUBLIC_SEED, SPIRALS, split
from autograder.checks.recorder.steps import StepWatch
from autograder.checks.recorder.watch import Run
from autograder.checks.registry import collect, judge, questions
from autograder.checks.words.verdict import Verdict
from tests.bench.variants import VARIANTS, Variant

WORKERS = 2
#: None of them is tried by the check, or is a variant's own.
SEEDS = range(101, 106)
#: "Another seed" means up to so many tries.
TRIES = 3
CHECKS = {MOONS: "check_moons_train_accuracy", SPIRALS: "check_spirals_train_accuracy"}


def evidence_of(variant: Variant) -> dict[str, Any]:
    """What the accuracy check collects after the variant's code has run."""
    data = {name: torch.from_numpy(values) for name, values in split(variant.dataset).items()}
    if variant.dataset == MOONS:
        data |= {name: data[name].float() for name in ("y", "y_train", "y_test")}
    names: dict[str, Any] = {"torch": torch, "nn": nn, **data}
    watch = StepWatch()
    try:
        exec(variant.code(), names)  # our own code, from the fields above
    finally:
        steps = watch.stop()
    label = "4b" if variant.dataset == MOONS else "7d"
    runs = [Run(label, False, steps=steps)]
    check = CHECKS[variant.dataset]
    asked = questions(check, PUBLIC_SEED)
    return collect(check, names, runs, asked)


def verdict_on(variant: Variant) -> tuple[Verdict, list[dict[str, Any]]]:
    """What the check says then, and what it tried."""
    evidence = evidence_of(variant)
    return judge(CHECKS[variant.dataset], evidence, PUBLIC_SEED), evidence["tried"]


def followed(variant: Variant, finding: dict[str, Any]) -> Variant:
    """The variant, changed as the advice says."""
    facts, fits = finding["facts"], dataclasses.replace
    if finding["helps"] == "loop":
        plain = Variant("")
        return fits(variant, clear=plain.clear, back=plain.back, batch=0, epochs=finding["steps"])
    for change in finding["changes"]:
        variant = {
            "rows": lambda v: fits(v, rows=""),
            "labels": lambda v: fits(v, rows=""),
            "call": lambda v: fits(v, outputs_as=""),
            "held": lambda v: v,  # these fields leave no parameter out, and no rate shrinks
            "fading": lambda v: v,
            "end": lambda v: fits(v, end="", loss="", outputs_as=""),
            "loss": lambda v: fits(v, loss=f"nn.{facts['loss']}()", outputs_as=""),
            "bends": lambda v: fits(v, bend="nn.ReLU()"),
            "options": lambda v: fits(v, options=""),
            "start": lambda v: fits(v, init=""),
            "rate": lambda v: fits(v, rate=facts["rate"]),
            "adam": lambda v: fits(v, optimizer="torch.optim.Adam", rate=facts["rate"], options=""),
            "units": lambda v: fits(v, hidden=tuple(facts["factor"] * n for n in v.hidden)),
        }[change](variant)
    if finding["steps"] > facts["steps"]:
        times = float(f"{finding['steps'] / facts['steps']:.2g}")  # as it is said
        variant = fits(variant, epochs=round(variant.epochs * times))
    return variant


def passes(variant: Variant, finding: dict[str, Any], seed: int) -> bool:
    """Whether what is advised passes; where a start may fall short, the advice is to try others."""
    changed = followed(variant, finding)
    sure = min(finding["accuracies"]) > variant.dataset.pass_above
    return any(
        verdict_on(dataclasses.replace(changed, seed=seed + 1000 * again))[0].passed
        for again in range(1 if sure else TRIES)
    )


def row_of(variant: Variant) -> tuple[Variant, Verdict, int | None]:
    """A variant, its verdict, how many runs of its advice pass (None without any)."""
    torch.set_num_threads(1)
    verdict, tried = verdict_on(variant)
    helping = [finding for finding in tried if finding["helps"]]
    if not helping:
        return variant, verdict, None
    return variant, verdict, sum(passes(variant, helping[-1], seed) for seed in SEEDS)


def main() -> int:
    """Try all variants; print and keep the table."""
    version = torch.__version__.split("+")[0]
    lines = [
        "<!-- Made by `make bench-advice` (tests/bench/advice.py). -->",
        f"What the check advises, and how many of {len(SEEDS)} runs with other seeds pass that "
        f"follow it. PyTorch {version} on the CPU.",
        "",
        "| dataset | training that fell short | advice | runs that pass |",
        "|---|---|---|---|",
    ]
    rows = []
    with get_context("spawn").Pool(WORKERS) as pool:
        for variant, verdict, passed in pool.imap(row_of, VARIANTS):
            dataset = "moons" if variant.dataset == MOONS else "spirals"
            told = "" if passed is None else verdict.next_step
            shown = "passes by itself" if verdict.passed else "-" if passed is None else passed
            lines.append(f"| {dataset} | {variant.name} | {told} | {shown} |")
            print(lines[-1], flush=True)
            if not verdict.passed:
                rows.append(passed)
    followed_rows = [passed for passed in rows if passed is not None]
    right, runs = sum(followed_rows), len(followed_rows) * len(SEEDS)
    low, high = binomtest(right, runs).proportion_ci(method="wilson")
    lines += [
        "",
        f"{len(rows)} variants fall short; {len(followed_rows)} get advice. Of {runs} runs that "
        f"follow it, {right} pass: {right / runs:.1%} (95% interval {low:.1%} to {high:.1%}).",
    ]
    print(lines[-1])
    Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
