"""`make damage`: what becomes of damaged notebooks, here and under nbgrader as it comes.

Everybody in the class has the right answers, so every mark below full is lost to the damage. The
files that nobody can read can only be named, and a person confirms the zero.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.console import progress
from tests.damage.runs import UNDAMAGED, damaged_class, grade_here, grade_stock
from tests.support.classes import NAME, ROOT
from tests.support.damage import NAMES

#: Characters of a reason that the table has room for.
_LONGEST = 60


def main(argv=None):
    """Print the table and its totals; returns 0 if nothing was lost here, or else 1."""
    arguments = _parser().parse_args(argv)
    try:
        rows = damaged_class(arguments.notebook, arguments.only)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    console, batch = Console(), None
    with tempfile.TemporaryDirectory(prefix="damage-") as scratch:
        for part in ("here", "stock"):
            Path(scratch, part).mkdir()
        most = grade_here(Path(scratch, "here"), arguments.notebook, rows)
        if not arguments.here:
            with progress(len(rows)) as step:
                batch = grade_stock(Path(scratch, "stock"), arguments.notebook, rows, step)
    counts = totals(rows, most, batch)
    _print(console, arguments.notebook, rows, most)
    for line in in_words(counts):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    facts = [{**asdict(row), "content": len(row.content)} for row in rows]
    result = {"notebook": arguments.notebook, "full": most, "totals": counts, "rows": facts}
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    console.print(f"Written to {arguments.output}", highlight=False, soft_wrap=True)
    good = (
        counts["here_full"] == counts["readable"] and counts["here_named"] == counts["unreadable"]
    )
    return 0 if good else 1


def _parser():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--notebook", choices=NAMES, default=NAME)
    parser.add_argument("--here", action="store_true", help="leave out nbgrader as it comes")
    parser.add_argument("--only", nargs="+", default=(), metavar="DAMAGE", help="only these")
    parser.add_argument("--output", type=Path, default=ROOT / "build/damage.json", metavar="FILE")
    return parser


def totals(rows, most, batch):
    """The counts below the table.

    Args:
        rows: graded.
        most: the full marks.
        batch: from `grade_stock`; None if that was not tried.
    """
    readable = [row for row in rows if not row.reason and row.learner != UNDAMAGED]
    others = [row for row in rows if row.reason]
    counts = {
        "readable": len(readable),
        "unreadable": len(others),
        "here_full": sum(row.here == most for row in readable),
        "here_named": sum(row.reason in row.told and row.asks for row in others),
    }
    if batch is None:
        return counts
    lost = [row for row in readable if row.stock.marks is not None and row.stock.marks < most]
    graded, reached, why = batch
    return counts | {
        "stock_full": sum(row.stock.marks == most for row in readable),
        "stock_lost": len(lost),
        "stock_lost_silently": sum(not row.stock.told for row in lost),
        "stock_not_graded": sum(row.stock.marks is None for row in readable),
        "stock_unreadable_not_graded": sum(row.stock.marks is None for row in others),
        "stock_unreadable_silently": sum(not row.stock.told for row in others),
        "batch_graded": graded,
        "batch_reached": reached,
        "batch_of": len(rows),
        "batch_why": why,
    }


def in_words(counts):
    """The counts as sentences, a line each."""
    c = counts
    yield f"Right answers, damaged: full marks here {c['here_full']} of {c['readable']}."
    yield f"Unreadable: named here, with a zero to confirm, {c['here_named']} of {c['unreadable']}."
    if "batch_of" not in c:
        return
    yield (
        f"nbgrader as it comes: full marks {c['stock_full']} of {c['readable']}, not graded "
        f"{c['stock_not_graded']}, marks lost {c['stock_lost']}, of these without a word "
        f"{c['stock_lost_silently']}."
    )
    yield (
        f"Unreadable there: not graded {c['stock_unreadable_not_graded']} of {c['unreadable']}, "
        f"zero without a word {c['stock_unreadable_silently']}."
    )
    yield (
        f"One command for the whole class came to {c['batch_reached']} of {c['batch_of']} learners "
        f"and graded {c['batch_graded']}."
    )
    if c["batch_why"]:
        yield f"Its last error: {c['batch_why']}"


def _print(console, name, rows, most):
    table = Table(title=f"Damage to {name}", box=box.SIMPLE_HEAD, show_edge=False)
    table.add_column("damage", no_wrap=True)
    table.add_column(f"here of {most:g}", justify="right")
    table.add_column("told here", overflow="fold")
    table.add_column("stock nbgrader", overflow="fold")
    for row in rows:
        told = [*row.told, *(["(a person confirms)"] if row.asks else [])]
        cells = (row.learner, f"{row.here:g}", " ".join(told) or "-", _in_stock(row.stock))
        table.add_row(*map(Text, cells))
    console.print(table)


def _in_stock(stock):
    if stock is None:
        return "-"
    if stock.marks is None:
        return f"not graded ({stock.why[:_LONGEST]})"
    return f"{stock.marks:g}" + (", with a warning" if stock.told else "")


if __name__ == "__main__":
    sys.exit(main())
