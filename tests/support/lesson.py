"""Plays a notebook in this process: real IPython cells, real recorder, any answers you like.

Much faster than a kernel. `Lesson("01_moons", moons_model="moon_model = ...")` runs the setup and
the solved cells with that one answer exchanged; `verdict("check_moons_model_outputs")` judges.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import matplotlib

matplotlib.use("Agg")

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from autograder.checks.datasets import PUBLIC_SEED
from autograder.checks.recorder import watch as recorder
from autograder.checks.registry import collect, judge, questions
from autograder.checks.table import BLANK, PARTS
from autograder.checks.words.verdict import Verdict
from autograder.course.folders import cell_name, masters

STUB = f"{BLANK}\npass"


class Lesson:
    """One session of one notebook.

    Args:
        notebook: such as `01_moons`.
        until: the last part to run; later ones stay unrun. None runs none, "" runs all.
        records: False leaves the recorder out, as where the setup cell has not run.
        answers: sources by part id; the rest is solved. Each gets the part's `# Exercise` line.
    """

    def __init__(
        self, notebook: str, until: str | None = "", *, records: bool = True, **answers: str
    ) -> None:
        import matplotlib.pyplot as plt

        plt.close("all")
        InteractiveShell.clear_instance()
        # No history: hundreds of shells would hold two open files each, and write to one database.
        # No long tracebacks: nobody reads them, and one of a recursion takes seconds.
        cheap = Config(
            {"HistoryManager": {"enabled": False}, "InteractiveShell": {"xmode": "Minimal"}}
        )
        self.shell: Any = InteractiveShell.instance(config=cheap)
        recorder.RECORDER = recorder.Recorder()
        self.notebook = masters()[notebook]
        for cell in self.notebook.cells:
            if cell.cell_type == "code" and "RANDOM_SEED = 42" in cell.source:
                self.run(cell.source)
        self.run("import sys")
        if notebook == "03_spirals":
            self.run(self._given("# Given: the spirals"))
        if notebook == "01_moons":
            self.run("from sklearn.datasets import make_moons")
            self.run("from sklearn.model_selection import train_test_split")
        if notebook != "02_tanh":
            self.run(self._given("log = ProgressLog"))
        if records:
            recorder.RECORDER.attach(self.shell)
        for cell in self.notebook.cells if until is not None else []:
            name = cell_name(cell)
            if name in PARTS:
                self.answer(name, answers.get(name, cell.source))
                if name == until:
                    break

    def _given(self, beginning: str) -> str:
        return next(c.source for c in self.notebook.cells if c.source.startswith(beginning))

    @property
    def names(self) -> dict[str, Any]:
        """The notebook's namespace."""
        return self.shell.user_ns

    @property
    def runs(self) -> list[recorder.Run] | None:
        """What the recorder saw so far, or None without one."""
        return recorder.recorded()

    def run(self, source: str) -> SimpleNamespace:
        """Run one cell; returns IPython's result, with `error_in_exec`."""
        return self.shell.run_cell(source, store_history=False, silent=False)

    def answer(self, part: str, source: str) -> SimpleNamespace:
        """Run a part's cell, with its `# Exercise` line put first where it is missing."""
        line = f"# Exercise {PARTS[part].label}"
        return self.run(source if line in source else f"{line}\n{source}")

    def verdict(self, check_id: str, seed: int = PUBLIC_SEED) -> Verdict:
        """Collect and judge one check where the session now stands."""
        asked = questions(check_id, seed)
        return judge(check_id, collect(check_id, self.names, self.runs, asked), seed)
