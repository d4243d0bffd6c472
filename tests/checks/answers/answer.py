"""One row of the table: what somebody wrote in an exercise's cell, and what is fair to it.

The fair mark and the true cause are written down by a person who has read the exercise and the
code, before any of it is run. Where a check differs, it is the check that is looked at first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from textwrap import dedent

from autograder.checks.table import PARTS


@dataclass(frozen=True)
class Answer:
    """One answer to one exercise.

    Attributes:
        kind: `honest`; `wrong`; or `unearned`, which looks right and was not done.
        id: the row's name.
        code: the cell below its first line, `# Exercise 4b: ...`.
        lost: the checks that it does not earn, by aspect such as `tensors`, each with a pattern
            of what the message has to say; "" where any true words will do.
        told: patterns for messages of checks that it earns.
        never: a pattern that no message of the exercise may have: a cause that is not the cause.
        aside: aspects that this row says nothing of, because two fair people could disagree.
        before: what was written in earlier exercises, by part, where it is not the usual.
        rest: the cell below, where somebody has split one cell in two.
        given: given cells that somebody has changed, by cell id.
        headless: the first line was pasted over.
        elsewhere: written on a machine that has what this one lacks: only for the grader.
        part: the exercise.
    """

    kind: str
    id: str
    code: str
    lost: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)
    never: str = ""
    aside: tuple[str, ...] = ()
    before: Mapping[str, str] = field(default_factory=dict)
    rest: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    headless: bool = False
    elsewhere: bool = False
    part: str = ""

    @property
    def name(self) -> str:
        return f"{self.part}-{self.id}"

    @property
    def checks(self) -> dict[str, str]:
        """The check of each aspect that the row speaks of."""
        found = {aspect_of(check): check for check in PARTS[self.part].checks}
        spoken = {*self.lost, *self.told, *self.aside}
        if unknown := spoken - found.keys():
            raise ValueError(f"{self.name}: no aspect {', '.join(unknown)} in {self.part}")
        return {aspect: check for aspect, check in found.items() if aspect not in self.aside}


def aspect_of(check: str) -> str:
    """`tensors` for `check_moons_data_tensors`; `plot` for `check_moons_plot`."""
    return check.rsplit("_", 1)[1]


honest, wrong, unearned = (partial(Answer, kind) for kind in ("honest", "wrong", "unearned"))


def of(part: str, *answers: Answer) -> list[Answer]:
    """Rows of one exercise."""
    for answer in answers:
        if answer.kind == "honest" and answer.lost and part != "tanh":
            raise ValueError(f"{answer.id} is honest, and yet something is lost")
    return [replace(answer, part=part, code=dedent(answer.code).strip("\n")) for answer in answers]


def but(text: str, *changes: str) -> str:
    """A text with some of its pieces exchanged: old, new, old, new."""
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        if old not in text:
            raise ValueError(f"{old!r} is not in the text")
        text = text.replace(old, new)
    return text
