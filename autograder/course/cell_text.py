"""What a cell's text says about it: which names it binds, its heading line, whether it is blank.

Plain text work, never `ast`: it also has to do with code that does not parse, and the parser can
be made to exhaust the stack. What is found decides where code goes, never a mark.
"""

import io
import keyword
import re
import tokenize
from collections.abc import Iterator

from autograder.checks.table import BLANK, MARKER

#: Text beyond this says nothing new about which cell it is.
_LOOK_AT, _LONGEST_LINE = 100_000, 1000
_WORD = re.compile(r"[^\W\d]\w*|\d+")
_DEFINITION = re.compile(r"(?:async +)?(?:def|class) +(\w+)")
_IMPORT = re.compile(r"(?:from +[\w.]+ +)?import +([\w., ]+)")
_ASSIGNS = re.compile(r"(?<![=!<>+\-*/%&|^@:])=(?!=)")
_NAMES = re.compile(r"[\w\s,*()]+")
_CHECK_CALL = re.compile(r"\Aautograder\.checks\.check(?:_fresh)?\(\s*[\"'](\w+)")


def tokens_of(source: str) -> Iterator[tokenize.TokenInfo]:
    """Python's tokens of a text of ordinary lines; Python is slow with very long ones.

    Raises:
        SyntaxError, tokenize.TokenError: it is no Python, or a line is too long.
    """
    if max(map(len, source.splitlines()), default=0) > _LONGEST_LINE:
        raise SyntaxError("a line is too long")
    return tokenize.generate_tokens(io.StringIO(source).readline)


def code_lines(source: str) -> list[str]:
    """The lines that are neither empty nor a comment, without spaces at their ends."""
    lines = (line.rstrip() for line in source.splitlines())
    return [line for line in lines if line and not line.lstrip().startswith("#")]


def bound_names(source: str) -> frozenset[str]:
    """Names that a cell assigns, defines or imports, at any depth."""
    names: set[str] = set()
    for line in code_lines(source[:_LOOK_AT]):
        line = line.strip()
        if match := _DEFINITION.match(line):
            names.add(match[1])
        elif match := _IMPORT.match(line):
            names.update(each.split()[-1] for each in match[1].split(",") if each.split())
        elif line.split()[0] not in keyword.kwlist:
            names.update(_assigned(line))
    return frozenset(names)


def _assigned(line: str) -> set[str]:
    found = (word for target in targets(line, _NAMES) for word in _WORD.findall(target))
    return {word for word in found if not word.isdigit()}


def targets(line: str, form: re.Pattern[str]) -> Iterator[str]:
    """What a line of code assigns to, as far as it has a form, and is no argument of a call."""
    for target in _ASSIGNS.split(line)[:-1]:
        target = target.split(":")[0]
        if target.count("(") != target.count(")") or not form.fullmatch(target):
            return
        yield target


def heading(source: str) -> str:
    """A cell's first line if it is a comment, such as `# Exercise 2: build a model.`; or ""."""
    first = next((line.strip() for line in source.splitlines() if line.strip()), "")
    return first if first.startswith("#") and first != BLANK else ""


def label(source: str) -> str:
    """The exercise's number in a cell's heading, such as `4b`; or ""."""
    match = MARKER.match(heading(source))
    return match[1] if match else ""


def check_called(source: str) -> str:
    """The id of the check that a cell begins with; or ""."""
    first = next(iter(code_lines(source)), "")
    match = _CHECK_CALL.match(first)
    return match[1] if match else ""


def is_blank(source: str, stub: str) -> bool:
    """True if a solution cell is the released blank still, or holds no code at all."""
    lines, given = code_lines(source), set(code_lines(stub))
    if not all(line in given for line in lines):
        return False
    # The stub's first lines alone are the first half of an answer that was cut in two.
    return not lines or BLANK in source or any(line.strip() == "pass" for line in lines)


def words(source: str) -> frozenset[str]:
    """The names and numbers in a text."""
    return frozenset(_WORD.findall(source[:_LOOK_AT]))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How much two texts' `words` have in common, from 0 to 1 (Dice's coefficient)."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def unfenced(text: str) -> str:
    """The code in a Markdown cell: what stands between its fences, or else all of it."""
    inside: list[str] = []
    fenced = False
    for line in text.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif fenced:
            inside.append(line)
    return "\n".join(inside) or text


def tidy(source: str) -> str:
    """A text without the spaces that editors add: for comparing."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def quoted(source: str) -> str:
    """The beginning of a cell's code, safe to print: what a learner wrote may hold anything."""
    return repr(next(iter(code_lines(source)), "")[:50])
