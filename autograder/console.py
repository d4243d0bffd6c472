"""Shows how far a long command has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text


@contextmanager
def progress(console: Console, total: int) -> Iterator[Callable[[str, int], None]]:
    """A bar on a terminal; elsewhere one line for each step.

    Args:
        console: where to show it.
        total: of the steps.

    Yields:
        A function to be told what is done now, and how many steps are.
    """
    if not console.is_terminal:
        yield lambda text, done: console.print(
            f"[{done}/{total}] {text}", markup=False, highlight=False, soft_wrap=True
        )
        return
    columns = (
        TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), Rate(),
        TimeRemainingColumn(), TextColumn("left"),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda text, done: bar.update(task, description=text, completed=done)


class Rate(ProgressColumn):
    """Steps a minute, of late."""

    def render(self, task: Task) -> Text:
        """The column's text; empty as long as nothing is known."""
        return Text(f"{60 * task.speed:.0f}/min" if task.speed else "")
