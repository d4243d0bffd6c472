"""Reads the sample class: one text file per learner in `answers/`, with that learner's answers.

The files are data and are never imported. Each is in percent format:

    # Earns moons_data, check_tanh_values: what this learner shows.

    # %% moons_model                  the cell of that `grade_id`, below its `# Exercise` line
    # %% extra after=moons_model      a cell that the learner added there
    # %% hands-in 01_moons 02_tanh    only these notebooks; without it, all
    # %% saved-by colab               the file as that program saves it

A solution cell that is not named stays blank. What is earned are exercises or checks; or `nothing`;
or `all` of the exercises that have an answer here, or `all but` some.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from autograder.checks.table import CHECKS, PARTS

_SUMMARY = re.compile(r"# Earns (all but |)(\w+(?:, \w+)*): (.+)")
_HEADING = re.compile(r"^# %% *(.*?) *$", re.MULTILINE)


@dataclass
class Learner:
    """One learner of the sample class.

    Attributes:
        name: the file's name, and the student id in the gradebook.
        summary: what the submission shows, in one sentence.
        passes: the checks that it should pass.
        cells: the source below the `# Exercise` line, by `grade_id`.
        extras: added cells, in order, by the `grade_id` that they stand after.
        notebooks: names of the notebooks handed in; empty for all.
        saved_by: `jupyter` or `colab`.
    """

    name: str
    summary: str
    passes: frozenset[str] = frozenset()
    cells: dict[str, str] = field(default_factory=dict)
    extras: dict[str, list[str]] = field(default_factory=dict)
    notebooks: tuple[str, ...] = ()
    saved_by: str = "jupyter"

    @property
    def earns(self) -> int:
        """The points that it should get."""
        return sum(CHECKS[check].points for check in self.passes)


def parse(name: str, text: str) -> Learner:
    """Read one file of answers.

    Raises:
        ValueError: the message names the learner and the line that cannot be understood.
    """
    summary = _SUMMARY.match(text)
    if summary is None:
        raise ValueError(f"{name}: the first line should be '# Earns NAMES: what it shows'")
    learner = Learner(name, summary[3])
    # One group in the pattern, so headings and sources alternate after the first piece.
    _, *pieces = _HEADING.split(text)
    for heading, source in zip(pieces[::2], pieces[1::2], strict=True):
        _add(learner, heading, source.strip("\n"))
    every = {check for part in learner.cells for check in PARTS[part].checks}
    named = {check for each in summary[2].split(", ") for check in _checks(name, each, every)}
    learner.passes = frozenset(every - named if summary[1] else named)
    return learner


def _checks(name: str, what: str, every: set[str]) -> Iterable[str]:
    """The checks of an exercise, one by its name, or every one."""
    if what in ("all", "nothing"):
        return every if what == "all" else ()
    if what in PARTS:
        return PARTS[what].checks
    if what not in CHECKS:
        raise ValueError(f"{name}: {what!r} is no exercise and no check of the table")
    return [what]


def _add(learner: Learner, heading: str, source: str) -> None:
    kind, *rest = heading.split()
    if kind in PARTS and not rest and kind not in learner.cells:
        learner.cells[kind] = source
    elif kind == "extra" and len(rest) == 1 and rest[0].removeprefix("after=") in PARTS:
        learner.extras.setdefault(rest[0].removeprefix("after="), []).append(source)
    elif kind == "hands-in" and rest:
        learner.notebooks = tuple(rest)
    elif kind == "saved-by" and rest in (["jupyter"], ["colab"]):
        learner.saved_by = rest[0]
    else:
        raise ValueError(f"{learner.name}: '# %% {heading}' is unknown or stands there twice")


def sample_class(only: Iterable[str] | None = None) -> list[Learner]:
    """The learners, in the order of their names; with `only`, those of these names.

    Raises:
        ValueError: nobody in the class has such a name; the message lists those who are.
    """
    folder = Path(__file__).parent / "answers"
    texts = {path.stem: path.read_text("utf-8") for path in folder.glob("*.py")}
    wanted = set(texts if only is None else only)
    if unknown := sorted(wanted - set(texts)):
        raise ValueError(
            f"nobody in the class is called {', '.join(unknown)}; the learners are "
            f"{', '.join(sorted(texts))}"
        )
    return [parse(name, texts[name]) for name in sorted(wanted)]
