"""`make attacks`: grades the class of attackers here and under stock nbgrader, and compares.

Prints the table, writes it to build/attacks.json, and exits with 1 if there is a problem: a point
that is not deserved and no named exception, a secret read, anything left behind or changed, an
honest learner without full marks.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from tests.attacks.attack import Attack
from tests.attacks.comparing import HONEST, MISCONCEPTION, Row, as_json, problems, rows
from tests.attacks.everybody import EVERYBODY
from tests.attacks.here import grade_here
from tests.attacks.results import Findings
from tests.attacks.stock import CannotContain, Stock
from tests.support.classes import ROOT


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; returns the exit code."""
    arguments = _arguments(argv)
    learners = [
        each
        for each in EVERYBODY
        if arguments.only in each.name and arguments.kind in each.kind
    ]  # fmt: skip
    if not learners:
        print("No learner has such a name and kind.", file=sys.stderr)
        return 2
    console = Console(width=None if sys.stdout.isatty() else 120)
    try:
        with tempfile.TemporaryDirectory(prefix="attacks-") as folder:
            here, stock = _grade(Path(folder), learners, arguments.here, arguments.workers)
    except CannotContain as error:
        print(f"{error}. Try --here.", file=sys.stderr)
        return 2
    table = rows(learners, here, stock)
    found = as_json(table, here, stock)
    target = ROOT / "build" / "attacks.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    _print(console, table, found["totals"])
    wrong = problems(table, here)
    for sentence in wrong:
        console.print(f"Problem: {sentence}", markup=False, highlight=False, soft_wrap=True)
    console.print(f"Written: {target.relative_to(ROOT)}", markup=False, highlight=False)
    return 1 if wrong else 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make attacks", description=(__doc__ or "").strip())
    parser.add_argument("--here", action="store_true", help="leave stock nbgrader out")
    parser.add_argument("--only", default="", metavar="TEXT", help="learners so named")
    parser.add_argument("--kind", default="", metavar="TEXT", help="classes of attacks so named")
    parser.add_argument("--workers", type=int, default=1, help="at a time under stock nbgrader")
    return parser.parse_args(argv)


def _grade(
    folder: Path, learners: Sequence[Attack], only_here: bool, workers: int
) -> tuple[Findings, Findings | None]:
    """Both graders, side by side."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeElapsedColumn())  # fmt: skip
    for name in ("here", "stock"):
        (folder / name).mkdir()
    total = len(learners)
    names = [each.name for each in learners]
    stock = None if only_here else Stock(folder / "stock", names, workers)
    try:
        with Progress(*columns, console=Console(stderr=True)) as bars:
            ours = bars.add_task("autograder grade", total=total + 1)
            theirs = bars.add_task("nbgrader autograde", total=total) if stock else None

            def show(done: int, _: int) -> None:
                bars.update(ours, completed=done)
                if stock and theirs is not None:
                    bars.update(theirs, completed=stock.done)

            here = grade_here(folder / "here", learners, show)
            while stock and stock.done < total:
                time.sleep(1)
                show(total + 1, 0)
        return here, stock.findings() if stock else None
    finally:
        if stock:
            stock.stop()


def _print(console: Console, table: Sequence[Row], totals: dict[str, float]) -> None:
    parts = {
        "Attacks": [row for row in table if row.is_attack],
        "Honest learners": [row for row in table if row.kind == HONEST],
        "Misconceptions": [row for row in table if row.kind == MISCONCEPTION],
    }
    for title, part in parts.items():
        if part:
            console.print(_table(title, part))
    for name, value in totals.items():
        console.print(f"{name.replace('_', ' ')}: {value:g}", markup=False, highlight=False)


def _table(title: str, part: Sequence[Row]) -> Table:
    shown = Table(title=title, box=box.SIMPLE_HEAD, show_edge=False)
    shown.add_column("learner")
    shown.add_column("class")
    for name in ("stock", "here", "deserved"):
        shown.add_column(name, justify="right", no_wrap=True)
    shown.add_column("flags")
    for row in part:
        shown.add_row(
            Text(row.name), Text(row.kind),
            _points(row.stock, row.over_stock, "not asked" in row.lost),
            _points(row.here, row.over, False), f"{row.deserved:g}", Text(", ".join(row.flags)),
        )  # fmt: skip
    return shown


def _points(points: float | None, over: float, not_asked: bool) -> Text:
    """Points; `!` where some of them are not deserved."""
    if points is None:
        return Text("–" if not_asked else "none")
    return Text(f"{points:g}{' !' if over else ''}", style="bold" if over else "")


if __name__ == "__main__":
    sys.exit(main())
