"""The words of the checks: reads `messages.toml`, the one catalogue of messages.

Each code has `says` (what was expected and what came, with named placeholders) and, unless
nothing is left to do, `next` (one step to try). A translation is another file of the same shape.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, str]]:
    """Every message, keyed by code: `{"says": ..., "next": ...}`."""
    return tomllib.loads(
        files("autograder.checks.words").joinpath("messages.toml").read_text("utf-8")
    )


def say(code: str, **facts: Any) -> tuple[str, str]:
    """The message and the next step of a code, with the facts filled in.

    Args:
        code: a key of the catalogue; an unknown one is a fault of ours (KeyError).
        facts: values for the placeholders; a missing one is a fault of ours (KeyError).

    Returns:
        `(message, next_step)`; the next step is empty where the catalogue has none.
    """
    entry = catalogue()[code]
    message = entry["says"].format(**facts)
    next_step = entry.get("next", "").format(**facts)
    return " ".join(message.split()), " ".join(next_step.split())
