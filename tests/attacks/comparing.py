"""Compares what each learner got with what an honest judge would give, and adds it up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tests.attacks.attack import Attack
from tests.attacks.exceptions import EXCEPTIONS, NamedException
from tests.attacks.results import Findings, Result, missing, undeserved

HONEST, MISCONCEPTION = "honest", "misconception"


@dataclass(frozen=True)
class Row:
    """One learner in the table.

    Attributes:
        stock: points under stock nbgrader; None where it gave none, or was not asked.
        lost: why it gave none.
        over_stock: points there that are not deserved.
        over: points here that are not deserved.
        under: deserved points that are missing here.
    """

    name: str
    kind: str
    note: str
    stock: float | None
    lost: str
    here: float | None
    deserved: float
    over_stock: float
    over: float
    under: float
    flags: tuple[str, ...]
    seen: tuple[str, ...]
    seen_stock: tuple[str, ...]

    @property
    def is_attack(self) -> bool:
        """Whether the learner means harm."""
        return self.kind not in (HONEST, MISCONCEPTION)


def rows(learners: Sequence[Attack], here: Findings, stock: Findings | None) -> list[Row]:
    """The table, in the learners' order."""
    return [_row(each, here.results[each.name], stock) for each in learners]


def _row(learner: Attack, here: Result, stock: Findings | None) -> Row:
    other = stock.results[learner.name] if stock else Result(lost="not asked")
    return Row(
        learner.name, learner.kind, learner.note, other.marks, other.lost, here.marks,
        learner.deserved, 0.0 if other.lost else undeserved(learner, other),
        undeserved(learner, here), missing(learner, here), tuple(here.flags), tuple(here.seen),
        tuple(other.seen),
    )  # fmt: skip


def totals(table: Sequence[Row], here: Findings, stock: Findings | None) -> dict[str, Any]:
    """What the table adds up to; points and learners."""
    attacks = [row for row in table if row.is_attack]
    honest = [row for row in table if row.kind == HONEST]
    wrong = [row for row in table if row.kind == MISCONCEPTION]
    found = {
        "attacks": len(attacks),
        "attacks_that_earned_here": sum(row.over > 0 for row in attacks),
        "undeserved_points_here": sum(row.over for row in attacks),
        "attacks_flagged_here": sum(bool(row.flags) for row in attacks),
        "secrets_seen_here": sum(len(row.seen) for row in table),
        "connections_here": len(here.visits),
        "files_changed_here": len(here.changed),
        "left_behind_here": len(here.left),
        "honest": len(honest),
        "honest_with_full_marks_here": sum(not row.under and row.here is not None
                                           for row in honest),
        "misconceptions": len(wrong),
        "false_rejections_here": sum(row.under > 0 for row in [*honest, *wrong]),
        "false_acceptances_here": sum(row.over > 0 for row in [*honest, *wrong]),
        "seconds_here": round(here.seconds),
    }  # fmt: skip
    if stock is not None:
        found |= {
            "attacks_that_earned_stock": sum(row.over_stock > 0 for row in attacks),
            "undeserved_points_stock": sum(row.over_stock for row in attacks),
            "batches_lost_stock": sum(bool(row.lost) for row in table),
            "secrets_seen_stock": sum(len(row.seen_stock) for row in table),
            "connections_stock": len(stock.visits),
            "honest_with_full_marks_stock": sum(row.stock == row.deserved for row in honest),
            "seconds_stock": round(stock.seconds),
        }
    return found


def problems(
    table: Sequence[Row], here: Findings, exceptions: Mapping[str, NamedException] = EXCEPTIONS
) -> list[str]:
    """What must not be, a sentence each; none where all is well."""
    found = [f"{path}: changed by grading." for path in here.changed]
    found += [f"{what}: left behind by an attack." for what in here.left]
    found += [f"A connection over {protocol} reached the server." for protocol in here.visits]
    for row in table:
        excuse = exceptions.get(row.name)
        if row.over and excuse is None:
            found.append(f"{row.name}: {row.over:g} points that are not deserved.")
        elif row.over and excuse and excuse.flag not in row.flags:
            found.append(f"{row.name}: {row.over:g} points without the flag {excuse.flag}.")
        elif excuse and not row.over:
            found.append(f"{row.name}: is a named exception, and earns nothing any more.")
        if row.under and not row.is_attack:
            found.append(f"{row.name}: {row.under:g} deserved points are missing.")
        if row.flags and not row.is_attack:
            found.append(f"{row.name}: is flagged ({', '.join(row.flags)}).")
        if row.here is None:
            found.append(f"{row.name}: was not graded.")
        found += [f"{row.name}: has read what is secret ({place})." for place in row.seen]
    return found


def as_json(table: Sequence[Row], here: Findings, stock: Findings | None) -> dict[str, Any]:
    """The table in plain form, with the totals and the problems."""
    return {
        "totals": totals(table, here, stock),
        "problems": problems(table, here),
        "exceptions": {
            row.name: asdict(EXCEPTIONS[row.name]) for row in table if row.name in EXCEPTIONS
        },
        "rows": [asdict(row) for row in table],
    }  # fmt: skip
