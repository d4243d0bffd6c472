"""Shows a verdict in a notebook: a line with a green bar when it passes, else an exception.

At the notebook's end, a table says what was earned and what is left.

nbgrader reads a mark from a cell's outputs: an error scores 0, silence scores in full, and a last
expression would become the mark. So a failing check raises, a passing one returns nothing, and
nothing is ever written to stderr.
"""

import sys
from collections.abc import Mapping

from autograder.checks.table import PART_OF, PARTS, Part
from autograder.checks.words.verdict import HEADINGS, NOT_STARTED, NOT_YET, RAISED, Verdict
from helpers.text import as_html

#: Where a passing check leaves its verdict in the output's metadata, for a grader to read.
VERDICT = "moons_and_spirals"


class CheckFailed(Exception):  # noqa: N818 - its name is what learners see
    """A check that has not passed. Notebooks show its message alone, without a traceback."""

    def __init__(self, verdict: Verdict, heading: str) -> None:
        self.verdict = verdict
        self.shown = f"{heading}\n{verdict.text()}"
        # The code travels in the exception's value, where a grader finds it.
        super().__init__(f"{verdict.code}: {self.shown}")

    def _render_traceback_(self) -> list[str]:
        # IPython asks an exception for this and shows it in place of the traceback. As one text:
        # with `%xmode Minimal` it joins lines without an end between them.
        return [self.shown]


#: The exception that a learner sees named in other front ends, one for each failing outcome.
FAILURES = {
    outcome: type(name, (CheckFailed,), {"__module__": __name__, "__doc__": CheckFailed.__doc__})
    for outcome, name in {NOT_YET: "NotYet", NOT_STARTED: "NotStarted", RAISED: "Raised"}.items()
}


def heading(check_id: str, verdict: Verdict) -> str:
    """The first line: outcome, exercise, points."""
    part = PART_OF[check_id]
    points = part.checks[check_id]
    earned = f"{points if verdict.passed else 0} of {points} point{'s' if points != 1 else ''}"
    return f"{HEADINGS[verdict.outcome]} - exercise {part.label}, {part.title} ({earned})"


def show(check_id: str, verdict: Verdict) -> None:
    """Display a passing verdict as one line; raise any other.

    Raises:
        CheckFailed: a subclass named after the outcome.
    """
    first = heading(check_id, verdict)
    if not verdict.passed:
        raise FAILURES[verdict.outcome](verdict, first)
    _show_below(first, verdict, {VERDICT: facts_of(verdict)})


def facts_of(verdict: Verdict) -> dict[str, object]:
    """What a grader reads from a passing output's metadata."""
    return {"code": verdict.code, "remarks": list(verdict.remarks), "message": verdict.text()}


def show_ungraded(title: str, verdict: Verdict) -> None:
    """Display any verdict on a task without points; raise none, so that "Run all" goes on."""
    _show_below(f"{HEADINGS[verdict.outcome]} - {title} (no points)", verdict, {})


def _show_below(first: str, verdict: Verdict, metadata: dict[str, object]) -> None:
    """Display a verdict as rich output of the cell, or as text where there is no notebook."""
    data = rich(first, verdict)
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        print(data["text/plain"])
        return
    from IPython.display import display

    display(data, metadata=metadata, raw=True)


def rich(first: str, verdict: Verdict) -> dict[str, str]:
    """A verdict as text and as HTML, by type; `first` is its first line."""
    text = f"{first}{': ' if verdict.passed else chr(10)}{verdict.text()}"
    colour, mark, gap = (
        ("#2e8b57", "&#10003; ", ": ") if verdict.passed else ("#b26a00", "", "<br>")
    )
    # Only the bar is coloured: text in the theme's own colour can be read on light and on dark.
    style = f"border-left:4px solid {colour};padding-left:.6em"
    body = f'<div style="{style}"><b>{mark}{as_html(first)}</b>{gap}'
    body += as_html(verdict.text()).replace("\n", "<br>") + "</div>"
    return {"text/plain": text, "text/html": body}


def summary_table(notebook: str, passed: Mapping[str, bool]) -> str:
    """Parts and points as plain text; of each check that was run, whether it `passed` last time.

    Raises:
        ValueError: there is no such notebook.
    """
    parts = [part for part in PARTS.values() if part.notebook == notebook]
    if not parts:
        known = dict.fromkeys(part.notebook for part in PARTS.values())
        raise ValueError(f"no notebook is called {notebook!r}; pass one of {', '.join(known)}.")
    width = max(len(part.title) for part in parts)
    lines, earned, points = [], 0, 0
    for part in parts:
        here = sum(each for check, each in part.checks.items() if passed.get(check))
        most = sum(part.checks.values())
        left = _left(part, passed)
        lines.append(
            f"Exercise {part.label:<3} {part.title:<{width}}  {here:>2} of {most:>2}  {left}"
        )
        earned, points = earned + here, points + most
    return "\n".join([*lines, f"Together: {earned} of {points} points"])


def _left(part: Part, passed: Mapping[str, bool]) -> str:
    run = [check for check in part.checks if check in passed]
    if not run:
        return "not checked yet"
    if len(run) < len(part.checks):
        return "some checks have not been run"
    return "done" if all(passed[check] for check in run) else "not yet"
