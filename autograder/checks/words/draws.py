"""Takes fresh points out of messages: whoever reads them could be given the same draw again."""

from __future__ import annotations

import re

from autograder.checks.words.messages import catalogue

#: In the place of what is not shown.
GONE = "(not shown)"
#: Facts of a message that name a point of a fresh draw, or from which it follows.
_DRAWN = ("x", "got", "wanted")


def without_draws(code: str, message: str) -> str:
    """A check's message without the fresh points that it names.

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
