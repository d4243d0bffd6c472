"""The words of the checks: reads `messages.toml`, the one catalogue of messages, and `rules.toml`.

Each code has `says` (what was expected and what came, with named placeholders) and, unless
nothing is left to do, `next` (one step to try). For teachers, some have `reteach` (what to say
again in class). A translation is another file of the same shape.
"""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

#: In the place of what is not shown.
GONE = "(not shown)"
#: Facts of a message that name a point of a fresh draw, or from which it follows.
_DRAWN = ("x", "got", "wanted")


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, str]]:
    """Every message, keyed by code: `{"says": ..., "next": ...}`."""
    return _read("messages.toml")


@lru_cache(maxsize=1)
def rules() -> dict[str, dict[str, str]]:
    """What a check asks for, keyed by its kind: `{"rule": ...}`."""
    return _read("rules.toml")


def _read(name: str) -> dict[str, dict[str, str]]:
    return tomllib.loads(files("autograder.checks.words").joinpath(name).read_text("utf-8"))


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


def without_draws(code: str, message: str) -> str:
    """A check's message without the fresh points that it names.

    Whoever reads them could be given the same draw again.

    Args:
        code: of the message.
        message: its facts filled in.
    """
    says = catalogue().get(code, {}).get("says", "")
    if not any(f"{{{name}}}" in says for name in _DRAWN):
        return message
    masked, found = re.subn(_pattern(says), _masked, message)
    return masked if found else GONE


def _pattern(says: str) -> str:
    """What a message looks like once its facts are filled in; those of a draw are one word each."""
    pieces = re.split(r"\{(\w+)\}", " ".join(says.split()))
    forms = {name: rf"(?P<{name}>\S+)" for name in _DRAWN}
    return "".join(
        forms.get(piece, ".*") if n % 2 else re.escape(piece) for n, piece in enumerate(pieces)
    )


def _masked(found: re.Match[str]) -> str:
    text, start = found.group(), found.start()
    spans = sorted((found.span(name) for name in found.groupdict()), reverse=True)
    for first, last in spans:
        text = f"{text[: first - start]}…{text[last - start :]}"
    return text
