"""Prints what the demo found, on 80 columns or more."""

from __future__ import annotations

from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from autograder.checks.table import PARTS
from autograder.demo.results import Result
from autograder.demo.sample import Learner


def _table(title: str) -> Table:
    return Table(title=title, box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)


def print_parts(console: Console, results: list[Result]) -> None:
    """Every learner's points in every part."""
    table = _table("The sample class, part by part")
    table.add_column("learner", no_wrap=True)
    table.add_column("part", no_wrap=True)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("outcome", no_wrap=True)
    for result in results:
        if not result.parts:
            table.add_row(result.learner, "-", "-", "not graded")
        for number, part in enumerate(result.parts):
            table.add_row(
                result.learner if number == 0 else "",
                f"{PARTS[part.part].label:>2} {part.part}",
                f"{part.score:g}/{part.max_score:g}",
                part.outcome,
                style="" if part.score else "dim",
            )
        table.add_section()
    console.print(table)


def print_totals(console: Console, results: list[Result], learners: list[Learner]) -> None:
    """Every learner's total, with what the submission shows."""
    summaries = {learner.name: learner.summary for learner in learners}
    table = _table("Totals")
    table.add_column("learner", no_wrap=True)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("what the submission shows")
    for result in results:
        points = f"{result.score:g}/{result.max_score:g}" if result.parts else "-"
        table.add_row(result.learner, points, summaries[result.learner])
    console.print(table)


def print_remarks(console: Console, results: list[Result], learners: list[Learner]) -> None:
    """What a person should look at, what was not to be expected, and what went wrong."""
    for result in results:
        for flag in result.flags:
            _line(console, f"For a person: {result.learner}, {flag}")
    for result, learner in zip(results, learners, strict=True):
        if result.parts and result.score != learner.earns:
            text = f"{learner.name} was to earn {learner.earns}, and earned {result.score:g}"
            _line(console, f"Unexpected: {text}", style="bold")
        if result.problem:
            _line(console, f"PROBLEM: {result.learner}: {result.problem}", style="bold red")


def print_paths(
    console: Console, results: list[Result], feedback: Path, csv: Path, report: Path | None
) -> None:
    """Where feedback pages, gradebook and the class report lie."""
    console.print("Feedback pages:")
    for result in results:
        for page in sorted((feedback / result.learner).glob("*/*.html")):
            _line(console, f"  {_short(page)}")
    _line(console, f"Gradebook: {_short(csv)}")
    if report is not None:
        _line(console, f"The class report: {_short(report)}")


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(text, style=style, soft_wrap=True, markup=False, highlight=False)


def _short(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
