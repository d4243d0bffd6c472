"""Finds the cells that grading need not run: given illustrations that nothing of the learner uses.

A lesson draws and trains much that is there to be looked at: two thirds of the time that the solved
notebooks take. An author gives such a cell the tag `illustration`. It is passed over where it
stands as it was released, and no cell that runs speaks of a name that it leaves. An illustration
that a learner has changed is the learner's own, and runs.
"""

import re
import tokenize
from collections.abc import Collection, Iterable, Sequence
from itertools import chain, pairwise

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.course.cell_text import bound_names, tokens_of, words
from autograder.course.template import TAG, cell_tags

#: What stands in the place of its output.
_SHOWN = "(Not run in grading: an illustration that no other cell uses.)"
#: A longer cell is not looked at, and everything runs.
_LOOK_AT = 100_000
_TARGETS = re.compile(r"\bfor ([\w\s,()*]{1,200}?) in\b|\bas (\w+)")
_END = tokenize.TokenInfo(tokenize.ENDMARKER, "", (0, 0), (0, 0), "")
_IN_BRACES = re.compile(r"\{([^{}]*)")


def passed_over(cells: Sequence[NotebookNode]) -> frozenset[int]:
    """The places of illustrations that need not run.

    In a mended notebook, only untouched ones bear the tag.
    """
    code = [n for n, cell in enumerate(cells) if cell.cell_type == "code"]
    over = {n for n in code if TAG in cell_tags(cells[n])}
    if not over or any(len(cells[n].source) > _LOOK_AT for n in code):
        return frozenset()
    bound = {n: _bound(cells[n].source) for n in code}
    spoken = {n: _spoken(cells[n].source) for n in code}
    left = frozenset[str]().union(*(bound[n] for n in over))
    while True:
        wanted: set[str] = set()
        known: set[str] = set()
        for n in code:
            if n not in over:
                known |= bound[n]
                wanted |= (spoken[n] & left) - known
        # Also those that only speak of such a name: they may change what it stands for.
        needed = {n for n in over if (spoken[n] | bound[n]) & wanted}
        if not needed:
            return frozenset(over)
        over -= needed


def missed(cells: Sequence[NotebookNode], over: Collection[int]) -> bool:
    """True if a cell that ran has missed a name that an illustration would have left."""
    left = frozenset[str]().union(*(_bound(cells[n].source) for n in over))
    return any(
        output.output_type == "error"
        and output.ename == "NameError"
        and words(output.evalue) & left
        for cell in cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )


def pass_over(cell: NotebookNode) -> None:
    """Say in the place of a cell's output that it was not run."""
    shown = new_output("display_data", {"text/plain": _SHOWN})
    cell.outputs, cell.execution_count = [shown], None


def _spoken(source: str) -> frozenset[str]:
    """The variables that a cell's code speaks of; of code that is no Python, all its words."""
    try:
        return _names(pairwise(chain(tokens_of(source), [_END])))
    except (tokenize.TokenError, SyntaxError):  # a magic, perhaps
        return words(source)


def _names(tokens: Iterable[tuple[tokenize.TokenInfo, tokenize.TokenInfo]]) -> frozenset[str]:
    names: set[str] = set()
    own: set[str] = set()
    depth = head = 0  # brackets that are open, and those of the head of a function
    last = ""
    for token, after in tokens:
        if token.string in ("(", "[", "{"):
            depth += 1
        elif token.string in (")", "]", "}"):
            depth -= 1
            head = min(head, depth)
        elif token.type == tokenize.STRING and "f" in token.string[:2].lower():
            names |= words(" ".join(_IN_BRACES.findall(token.string)))
        elif token.type == tokenize.NAME and last == "def":
            head = depth + 1
        elif token.type == tokenize.NAME and last != ".":
            if head and head == depth and last in ("(", ",", "*", "**"):
                own.add(token.string)  # a parameter
            elif not (depth and after.string == "="):  # else the name of an argument
                names.add(token.string)
        if token.type not in (tokenize.NL, tokenize.COMMENT):
            last = token.string
    return frozenset(names - own)


def _bound(source: str) -> frozenset[str]:
    targets = " ".join(one or other for one, other in _TARGETS.findall(source))
    return bound_names(source) | words(targets)
