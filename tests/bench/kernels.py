"""What a kernel costs, cold and warm. `make bench-kernels` prints it.

Seconds of wall and CPU time, medians of rounds that alternate. CPU time is that of all processes
that belong to a kernel, with the fork server's part and the grader's own.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import time
from collections import defaultdict

import psutil
from traitlets.config import Config

from autograder.kernels.session import Kernel

STACK = """
import matplotlib.pyplot as plt, numpy as np, pandas as pd, torch
from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split
from torch import nn
"""
STEP = """
model = nn.Linear(2, 1); optimizer = torch.optim.Adam(model.parameters())
model(torch.ones(4, 2)).sum().backward(); optimizer.step()
"""
#: Step: what is run in the kernel, and how often.
STEPS = {
    "first cell": ("1 + 1", 1),
    "the next cells": ("1 + 1", 20),
    "importing the stack": (STACK, 1),
    "first optimizer step": (STEP, 1),
    "first picture": ("plt.plot([1, 2]); plt.show()", 1),
    "first error": ("1 / 0", 1),
}
ASKS = 50


class Clock:
    """Wall and CPU time so far, of this process, the fork server and the kernel's processes."""

    def __init__(self) -> None:
        self.server: psutil.Process | None = None
        self.launcher: psutil.Process | None = None

    def find(self, kernel: Kernel) -> None:
        self.launcher = psutil.Process(kernel.process.pid)
        self.server = None if kernel.cold else self.launcher.parent()

    def family(self) -> list[psutil.Process]:
        if self.launcher is None:
            return []
        with contextlib.suppress(psutil.NoSuchProcess):
            return [self.launcher, *self.launcher.children(recursive=True)]
        return []

    def now(self) -> tuple[float, float]:
        processes = [psutil.Process(), *([self.server] if self.server else []), *self.family()]
        cpu = 0.0
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                cpu += times.user + times.system
                if process not in (processes[0], self.server):
                    cpu += times.children_user + times.children_system
        return time.perf_counter(), cpu

    def pss(self) -> tuple[float, float]:
        """MB of the kernel's processes, and of the server."""
        mine = sum(process.memory_full_info().pss for process in self.family())
        server = self.server.memory_full_info().pss if self.server else 0
        return mine / 2**20, server / 2**20


def one(clock: Clock, *, warm: bool) -> dict[str, tuple[float, float]]:
    """Use one kernel; returns wall and CPU seconds by step, and MB in the place of seconds."""
    config, found = Config(), {}
    config.Sandbox.warm = warm
    clock.launcher = None
    before = clock.now()

    def took(step: str, times: int = 1) -> None:
        nonlocal before
        now = clock.now()
        found[step] = ((now[0] - before[0]) / times, (now[1] - before[1]) / times)
        before = now

    with Kernel(config) as kernel:
        assert (kernel.cold == "") == warm, kernel.cold
        clock.find(kernel)
        took("start")
        for step, (source, times) in STEPS.items():
            for _ in range(times):
                kernel.run(source)
            took(step, times)
        for _ in range(ASKS):
            kernel.ask("1 + 1")
        took("ask", ASKS)
        found["memory"] = clock.pss()
        before = clock.now()
        clock.launcher = None
        ending = time.perf_counter()
    found["end"] = (time.perf_counter() - ending, float("nan"))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    clocks = {True: Clock(), False: Clock()}
    before = time.perf_counter()
    one(clocks[True], warm=True)  # starts the server, and tells the clock who it is
    print(f"server and first kernel: {time.perf_counter() - before:.1f} s; then, by step,")
    found = defaultdict(list)
    for _ in range(rounds):
        for warm, clock in clocks.items():
            for step, values in one(clock, warm=warm).items():
                found[step, warm].append(values)
    print(f"{'':24}{'cold wall':>10}{'cpu':>8}{'warm wall':>12}{'cpu':>8}")
    for step in dict.fromkeys(step for step, _ in found):
        cells = [
            statistics.median(values[part] for values in found[step, warm])
            for warm in (False, True)
            for part in (0, 1)
        ]
        if step == "memory":
            print(f"{'MB (PSS)':24}{cells[0]:10.0f}{'':8}{cells[2]:12.0f}", end="")
            print(f", and {cells[3]:.0f} of the server")
        else:
            print(f"{step:24}{cells[0]:10.4f}{cells[1]:8.3f}{cells[2]:12.4f}{cells[3]:8.3f}")


if __name__ == "__main__":
    main()
