"""Judges what is missing or rescued: not started, misnamed, stopped by an error, not one's own.

Every judge asks `absent()` first. Also turns exceptions into verdicts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from autograder.checks.table import part_named
from autograder.checks.words.errors import code_of_error
from autograder.checks.words.messages import say
from autograder.checks.words.verdict import Verdict, not_started, not_yet, raised


def raised_by(part_id: str, error: dict[str, str], where: str) -> Verdict:
    """The verdict on an exception.

    Args:
        part_id: whose code raised.
        error: `{"type", "message"}`.
        where: when it happened, to complete "This error came ...".
    """
    return raised_where(error, where, label=part_named(part_id).label)


def raised_where(error: dict[str, str], where: str, code: str = "", **facts: Any) -> Verdict:
    """As `raised_by`, for an exception that belongs to no part.

    Args:
        error: `{"type", "message"}`.
        where: when it happened, to complete "This error came ...".
        code: of the message, where the judge knows better than `code_of_error`.
        facts: for the message's placeholders.
    """
    text = f"{error['type']}: {error['message'].splitlines()[0] if error['message'] else ''}"
    verdict = raised(code or code_of_error(error), **facts)
    came, _ = say("words_where", where=where, error=text[:300].rstrip(": ."))
    return replace(verdict, message=f"{came} {verdict.message}")


def absent(evidence: dict[str, Any]) -> Verdict | None:
    """The verdict where a part's names are missing or hold a rescue; None where all are there.

    Args:
        evidence: has `presence`, as `evidence.presence` collects it.
    """
    found = evidence["presence"]
    part = part_named(found["part"])
    missing = ", ".join(f"`{name}`" for name in found["missing"])
    facts = {"label": part.label, "title": part.title, "missing": missing}
    if not found["missing"]:
        return not_started("rescued", **facts) if found["rescued"] else None
    if not found["recorder"]:
        return not_started("session_is_new", **facts)
    if found["blank"]:
        return not_started("blank", **facts)
    if found["error"]:
        return raised_by(part.id, found["error"], "when your cell ran")
    if found["ran"]:
        return not_yet("name_missing", **facts)
    return not_started("cell_not_run", **facts)


def absent_one(evidence: dict[str, Any], name: str) -> Verdict | None:
    """As `absent`, for one name of a part: its other names may be missing, or rescues."""
    found = evidence["presence"]
    own = {key: [each for each in found[key] if each == name] for key in ("missing", "rescued")}
    return absent({"presence": {**found, **own}})


def nothing_to_use(found: dict[str, Any]) -> Verdict | None:
    """As `absent`, for cells that only use what a part left: a rescue serves them as well.

    Args:
        found: as `evidence.presence` collects it.
    """
    return absent({"presence": {**found, "rescued": []}})
