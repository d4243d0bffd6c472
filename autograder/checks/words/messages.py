"""The words of the checks: reads `messages.toml`, the one catalogue of messages, and `rules.toml`.

Each code has `says` (what was expected and what came, with named placeholders) and, unless
nothing is left to do, `next` (one step to try). For teachers, some have `reteach` (what to say
again in class). A translation is another file of the same shape.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from helpers.text import as_name, printable

#: Facts of a message that are names of classes and the like, which a learner can choose.
_NAMES = {"kind", "dtype", "layer", "optimizer", "name", "near", "function", "argument"}
#: An article before a fact, as in "an int".
_ARTICLE = re.compile(r"\b([Aa])(?= \{(\w+)\})")
#: In the place of what is not shown.
GONE = "(not shown)"
#: Facts of a message that name a point of a fresh draw, or from which it follows.
_LONGEST = 1500
_DRAWN = re.compile(r"\{(?:x|got|wanted)\}")


def catalogue() -> dict[str, dict[str, str]]:
    """Every message, keyed by code: `{"says": ..., "next": ...}`."""
    return _read("messages.toml")


def rules() -> dict[str, dict[str, str]]:
    """What a check asks for, keyed by its kind: `{"rule": ...}`."""
    return _read("rules.toml")


@cache
def _read(name: str) -> dict[str, dict[str, str]]:
    return tomllib.loads(files("autograder.checks.words").joinpath(name).read_text("utf-8"))


def say(code: str, **facts: Any) -> tuple[str, str]:
    """The message and the next step of a code, with the facts filled in.

    An unknown code and a missing fact are faults of ours (KeyError).

    Returns:
        `(message, next_step)`; the next step is empty where the catalogue has none.
    """
    for name in _NAMES & facts.keys():
        if facts[name] != "NumPy array":  # a word of ours
            facts[name] = as_name(facts[name])

    def article(found: re.Match[str]) -> str:
        return found[1] + ("n" if str(facts.get(found[2]))[:1] in tuple("aeioAEIO") else "")

    forms = (_ARTICLE.sub(article, catalogue()[code].get(key, "")) for key in ("says", "next"))
    texts = (form.format(**facts) for form in forms)
    message, next_step = (printable(" ".join(text.split())) for text in texts)
    return message, next_step


def without_draws(code: str, message: str) -> str:
    """The message of a code without the fresh points that it names.

    Whoever reads them could be given the same draw again.
    """
    says = " ".join(catalogue().get(code, {}).get("says", "").split())
    shown = _DRAWN.split(says)
    if len(shown) == 1:
        return message
    if len(message) > _LONGEST:  # none of ours: a kernel of another course has written it
        return GONE
    # What a message looks like once its facts are filled in; those of a draw are one word each.
    # The space before a fact is part of it: an article may have become "an".
    forms = (".*".join(map(re.escape, re.split(r" ?\{\w+\}", text))) for text in shown)
    pattern = r"\S+".join(f"({form})" for form in forms)
    masked, found = re.subn(pattern, lambda match: "…".join(match.groups()), message)
    return masked if found else GONE
