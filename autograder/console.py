"""The one place that prints: sentences, tables, and how far a long command has come.

Rich is imported when something needs it: a command that only prints sentences starts without.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile
from typing import TYPE_CHECKING

from helpers.text import printable

if TYPE_CHECKING:
    from rich.progress import Task
    from rich.text import Text


def shown(text: str) -> str:
    """A text that no stream refuses and no terminal obeys, in its lines.

    Learners wrote parts of what is shown, and chose file names.
    """
    return "\n".join(map(printable, text.split("\n")))


def say(text: str = "") -> None:
    """Print a sentence, as it is."""
    print(shown(text), flush=True)


def complain(text: str) -> None:
    """Print a sentence beside the output: why something could not be done."""
    print(shown(text), file=sys.stderr, flush=True)


def command(*words: str, **options: str) -> str:
    """A command of ours as one types it in a shell, whatever names from outside are in it.

    An option that is empty is left out. What a terminal would obey stands as its escape.
    """
    given = [
        word
        for name, value in options.items()
        if value
        for word in ([f"--{name}={value}"] if value.startswith("-") else [f"--{name}", value])
    ]
    plain = list(takewhile(lambda word: not word.startswith("-"), words))
    names = words[len(plain) :]  # one of them would be taken for an option
    end = ["--", *names] if names else []
    return shlex.join(map(printable, ["autograder", *plain, *given, *end]))


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table, no wider than the terminal; a head that begins with `>` is above numbers."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    made = Table(title=Text(shown(title)), box=box.SIMPLE_HEAD, show_edge=False)
    for head in columns:
        number = head.startswith(">")
        made.add_column(
            head.removeprefix(">"),
            justify="right" if number else "left",
            no_wrap=number,
            overflow="fold",
        )
    for row in rows:
        made.add_row(*(Text(shown(cell)) for cell in row))
    Console().print(made)


#: Told what is done now, how many steps are done, and of how many if that was not known before.
Step = Callable[..., None]


@contextmanager
def progress(total: int | None, *, quiet: bool = False, aside: bool = False) -> Iterator[Step]:
    """A bar on a terminal; elsewhere one line for each step.

    Args:
        total: of the steps; None if it is not known yet.
        quiet: show nothing.
        aside: show it on stderr, and only on a terminal.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        """Steps a minute, of late; empty as long as nothing is known."""

        def render(self, task: Task) -> Text:
            return Text(f"{60 * task.speed:.0f}/min" if task.speed else "")

    console = Console(stderr=aside)
    if quiet or not console.is_terminal:
        silent = quiet or aside
        yield lambda text, done, *_: None if silent else say(f"[{done}/{total}] {text}")
        return
    columns = (
        TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), Rate(),
        TimeRemainingColumn(), TextColumn("left"),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda text, done, of=total: bar.update(
            task, description=shown(text), completed=done, total=of
        )
