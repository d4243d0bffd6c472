"""What learners wait for: the imports, a decision boundary, a check under a blank."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[2]
_BOUNDARY = """
import time, matplotlib; matplotlib.use("agg")
import matplotlib.pyplot as plt, torch
from helpers.data import draw_moons
from helpers.plotting import plot_decision_boundary
model = torch.nn.Sequential(torch.nn.Linear(2, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1))
found = []
for _ in range(6):
    started = time.perf_counter()
    plot_decision_boundary(model, *draw_moons())
    plt.gcf().canvas.draw()
    plt.close("all")
    found.append(time.perf_counter() - started)
print(sorted(found[1:])[2])
"""


_EXPLORER = """
import time
from helpers import data, explorer
found = []
for width in (4, 8, 16, 32):
    for draw in (data.draw_moons, data.draw_spirals):
        started = time.perf_counter()
        explorer.show(draw, width, 0.01, 0.2)
        found.append(time.perf_counter() - started)
print(sorted(found[1:])[3])
"""


def feel(rounds: int = 5) -> dict[str, float]:
    """Seconds, medians: `import helpers` over torch's own, a boundary, the sliders, a check."""
    extra = []
    for _ in range(rounds):
        alone = _python("import torch")
        extra.append(_python("import torch, helpers") - alone)
    boundary = float(_output(_BOUNDARY))
    return {
        "import_helpers_over_torch": statistics.median(extra),
        "decision_boundary": boundary,
        "explorer": float(_output(_EXPLORER)),
        "check": float(_output(_checks())),
    }


def _checks() -> str:
    """A script that runs the solved moons, and prints how long the slowest check took."""
    path = ROOT / "solutions/classification/01_moons.ipynb"
    cells = [c for c in nbformat.read(path, 4).cells if c.cell_type == "code"]
    sources = [(cell.source, cell.id.startswith("check_")) for cell in cells]
    last = max(n for n, (_, is_check) in enumerate(sources) if is_check)
    return (
        "import time\nfrom IPython.utils.capture import capture_output\n"
        "from tests.bench.floor import Shell\nshell, slowest = Shell.instance(), 0.0\n"
        "shell.enable_matplotlib('inline')\n"
        f"for source, is_check in {sources[: last + 1]!r}:\n"
        "    started = time.perf_counter()\n"
        "    with capture_output():\n        shell.run_cell(source)\n"
        "    if is_check:\n        slowest = max(slowest, time.perf_counter() - started)\n"
        "print(slowest)"
    )


def _python(source: str) -> float:
    started = time.perf_counter()
    _output(source)
    return time.perf_counter() - started


def _output(source: str) -> str:
    environment = os.environ | {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    command = [sys.executable, "-W", "ignore", "-c", source]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else "0"
