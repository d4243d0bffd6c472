"""Text that comes from outside: made harmless where it comes in, plain to see where it is shown.

Learners write texts and choose names; terminals, databases and people who read are not to obey
or to mistake any of it.
"""

import html
import re
from collections.abc import Sequence
from typing import Any

#: What neither files nor databases take: half of a surrogate pair, and the character 0.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
#: A name that nobody takes for words of ours.
_USUAL_NAME = re.compile(r"[\w.+@()/-]+")
_LONGEST_NAME = 150
#: Where a sentence ends and another may begin, in several scripts.
_FULL_STOP = re.compile(
    r"[.!?\u2026\u203c\u2047-\u2049\u061f\u06d4\u0964\u0589\u3002\uff01\uff0e\uff1f\uff61]\s"
)
#: Letters and signs that are seen as nothing but space.
_BLANK = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")
_CODE = re.compile(r"`([^`\n]{1,200})`")
#: Of what Markdown would make something else within a line: code, a link, HTML, a formula.
_MARKUP = re.compile(r"[\\`*\[\]<>&$~]|:(?=//)")


def storable(value: Any) -> Any:
    """A text as files and databases take it; or plain data of lists and dicts with such texts."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [storable(each) for each in value]
    if isinstance(value, dict):
        return {storable(key): storable(each) for key, each in value.items()}
    return value


def printable(text: str) -> str:
    """A text in one line: what a terminal obeys, or what hides other text, stands as its escape."""
    if text.isprintable() and not _BLANK.search(text):
        return text
    shown = (" " if c.isspace() and c not in "\r\n\v\f\x85\u2028\u2029" else c for c in text)
    return "".join(c if c.isprintable() and not _BLANK.match(c) else ascii(c)[1:-1] for c in shown)


def as_name(name: str) -> str:
    """A name that somebody outside has chosen, in quotes where it could be taken for a sentence."""
    short = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
    plain = _USUAL_NAME.fullmatch(short) and printable(short) == short
    return short if plain else printable(repr(short))


def as_said(text: str) -> str:
    """What somebody outside has said, in quotes where it goes on as a sentence of ours could."""
    return repr(text) if _FULL_STOP.search(text) else text


def count(number: float, one: str, many: str = "") -> str:
    """A number with its noun: `0 points`, `1 point`, `1.5 points`; `many` where -s will not do."""
    return f"{number:g} {one if number == 1 else many or one + 's'}"


def listed(names: Sequence[str], most: int = 8) -> str:
    """Names in a sentence, as they are; of more than `most` the rest is counted."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def as_html(text: str) -> str:
    """A text of ours as HTML that shows it as it is; what stands in backticks is code."""
    return _CODE.sub(r"<code>\1</code>", html.escape(text))


def as_markdown(text: str) -> str:
    """A sentence of ours as Markdown that shows it as it is, with the names and errors in it."""
    return _MARKUP.sub(r"\\\g<0>", text)
