"""Shows how far a long command has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


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
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda text, done: bar.update(task, description=text, completed=done)
