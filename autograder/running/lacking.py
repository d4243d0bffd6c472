"""What a failed cell asked for that this machine does not have: a package, a magic, a device.

Text work on messages and code: nothing here decides a mark, and a forged message gains nothing.
"""

import re
import tokenize
from collections.abc import Iterator

from autograder.checks.words.errors import known_errors
from autograder.course.cell_text import bound_names, tokens_of, words

_LONGEST = 60
_PACKAGE = re.compile(r"No module named '([\w.]+)'")
_NAME = re.compile(r"name '(\w+)' is not defined")
_MAGIC = re.compile(r"magic (?:function )?`(%%?\w+)` not found")
_BACKEND = re.compile(r"is not a recognised GUI loop or backend name|Invalid GUI request")
#: A clause that belongs to the statement above it.
_CLAUSE = re.compile(r"\s|(?:elif|else|except|finally)\b|[)\]}]")


def lacks_device(said: str) -> bool:
    """Whether an error's message, or evidence with one in it, tells of a GPU that is not here."""
    forms = (pattern for code, pattern in known_errors() if code == "raised_no_gpu")
    return any(form.search(said) for form in forms)


def statements(source: str) -> list[str]:
    """A cell's statements and magics, each with the comments below it; one where none are seen."""
    lines = source.splitlines()
    if source.lstrip().startswith("%%"):
        return [source]
    plain = ["pass" if line[:1] in ("%", "!") else line for line in lines]
    starts: list[int] = []
    depth, begins, above = 0, True, ""  # of indents; whether a statement may begin; the last one
    try:
        for token in tokens_of("\n".join(plain) + "\n"):
            if token.type in (tokenize.NL, tokenize.COMMENT):
                continue
            if begins and token.type not in (tokenize.INDENT, tokenize.DEDENT):
                if not depth:
                    if above[:1] != "@" and not (starts and _CLAUSE.match(token.line)):
                        starts.append(token.start[0] - 1)
                    above = token.line
                begins = False
            depth += (token.type == tokenize.INDENT) - (token.type == tokenize.DEDENT)
            begins |= token.type == tokenize.NEWLINE
    except (tokenize.TokenError, SyntaxError):
        return [source]
    starts = [start for start in starts if start < len(lines)]
    ends = [*starts[1:], len(lines)]
    return ["\n".join(lines[a:b]) for a, b in zip(starts, ends, strict=True)]


class Lacking:
    """What was asked for in one cell: `names` of packages and magics, for a person."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._left: set[str] = set()  # what statements that were passed over would have bound

    def in_words(self) -> str:
        """Such as "`google.colab`, `seaborn`"; "" for nothing."""
        return ", ".join(f"`{name[:_LONGEST]}`" for name in dict.fromkeys(self.names))

    def find(self, error: tuple[str, str], code: list[str]) -> int | None:
        """The first of some statements that asks for what an error says is not here, if any does.

        A name that would have come from such a statement is not here either.
        """
        wanted = self._wanted(error)
        for place, statement in enumerate(code):
            if wanted is not None and wanted.match(statement):
                self._left |= bound_names(statement)
                if error[0] != "NameError":
                    self.names.append(_called(statement))
                return place
        return None

    def _wanted(self, error: tuple[str, str]) -> re.Pattern[str] | None:
        kind, said = error
        if kind == "ModuleNotFoundError" and (match := _PACKAGE.search(said)):
            root = re.escape(match[1].partition(".")[0])
            return re.compile(rf"(?:from|import)\b[^\n]*\b{root}\b|%\w+ [^\n]*\b{root}\b")
        if match := _MAGIC.search(said):
            return re.compile(rf"{re.escape(match[1])}\b")
        if _BACKEND.search(said):
            return re.compile(r"%(?:matplotlib|gui|pylab)\b")
        if kind == "NameError" and (match := _NAME.search(said)) and match[1] in self._left:
            return re.compile(rf"(?!def |class |@|async )[^\n#]*\b{match[1]}\b")
        return None


def _called(statement: str) -> str:
    """What a person knows it by: `google.colab`, `%matplotlib widget`."""
    named = re.match(r"(?:from|import)\s+([\w.]+)|(%%?\w+(?: [\w.]+)?)", statement)
    return next(filter(None, named.groups())) if named else ""


#: What may have run half, and would go on from there.
_LOOPS = re.compile(r"(?:async )?(?:for|while|with)\b")


def others(code: list[str], given: str) -> Iterator[str]:
    """Those of a learner's statements that are not in the code that they were given; no loops."""
    known = {statement.strip() for statement in statements(given)}
    for statement in code:
        if words(statement) and statement.strip() not in known and not _LOOPS.match(statement):
            yield statement
