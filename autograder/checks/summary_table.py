"""The table at a notebook's end: parts, points of this session's checks, and what is left."""

from collections.abc import Mapping

from autograder.checks.table import PARTS, Part


def summary_table(notebook: str, passed: Mapping[str, bool]) -> str:
    """Parts and points as plain text, one line for each part.

    Args:
        notebook: whose parts: `moons`, `tanh` or `spirals`.
        passed: for each check that was run in this session, whether it passed last time.

    Raises:
        ValueError: there is no such notebook.
    """
    parts = [part for part in PARTS.values() if part.notebook == notebook]
    if not parts:
        known = dict.fromkeys(part.notebook for part in PARTS.values())
        raise ValueError(f"no notebook is called {notebook!r}; pass one of {', '.join(known)}.")
    width = max(len(part.title) for part in parts)
    lines = [
        f"Exercise {part.label:<3} {part.title:<{width}}  {_earned(part, passed):>2} of "
        f"{sum(part.checks.values()):>2}  {_left(part, passed)}"
        for part in parts
    ]
    earned = sum(_earned(part, passed) for part in parts)
    points = sum(sum(part.checks.values()) for part in parts)
    return "\n".join([*lines, f"Together: {earned} of {points} points"])


def _earned(part: Part, passed: Mapping[str, bool]) -> int:
    return sum(points for check, points in part.checks.items() if passed.get(check))


def _left(part: Part, passed: Mapping[str, bool]) -> str:
    run = [check for check in part.checks if check in passed]
    if not run:
        return "not checked yet"
    if all(passed.get(check) for check in part.checks):
        return "done"
    if len(run) < len(part.checks):
        return "some checks have not been run"
    return "not yet"
