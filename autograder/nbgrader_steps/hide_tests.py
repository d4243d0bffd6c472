"""Keeps what is the instructor's own out of feedback: hidden tests, and the fresh draws of a run.

The code between an instructor's BEGIN and END HIDDEN TESTS goes, as in a release, and so does what
it left in outputs. Our own checks say in feedback what is wrong, and not at which fresh point.
"""

import html
import re
from typing import Any

from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import is_grade, is_solution

from autograder.checks.table import is_ours
from autograder.checks.words.display import FAILURES
from autograder.checks.words.messages import GONE, catalogue, without_draws
from helpers.text import as_html

#: A shorter line of code stands in many an output by chance.
_TELLING = 8
#: A line of a traceback: where the error passed, the line's number, its code.
_SHOWN = re.compile(r"\A\s{0,20}(-{1,20}>)?\s{0,20}(\d+) (.*)")
_OURS = {each.__name__ for each in FAILURES.values()}


class HideTests(ClearHiddenTests):
    """`ClearHiddenTests` for graded notebooks, with their outputs; for feedback alone."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Clear check cells; then every output of lines that stand in a hidden region."""
        secret: set[str] = set()
        for cell in nb.cells:
            if not is_grade(cell) or is_solution(cell):
                continue  # learners' own cells may say BEGIN HIDDEN TESTS: that is their text
            if is_ours(cell.metadata.nbgrader.grade_id):
                cell.outputs = [_without_draws(output) for output in cell.outputs]
            lines = cell.source.split("\n")
            marks = (n for n, line in enumerate(lines) if self.begin_test_delimeter in line)
            start = next(marks, None)
            if start is None or not self._remove_hidden_test_region(cell):
                continue
            if not is_ours(cell.metadata.nbgrader.grade_id):
                kept = {line.strip() for line in cell.source.split("\n")}
                secret |= {line.strip() for line in lines} - kept
                if "outputs" in cell:
                    cell.outputs = _told(cell.outputs, lines, start)
        secret = {line for line in secret if len(line) >= _TELLING}
        secret |= {html.escape(line) for line in secret}
        for cell in nb.cells if secret else []:
            for output in cell.get("outputs", []):
                _take_out(output, secret)
        for cell in nb.cells:
            if is_grade(cell) and is_ours(cell.metadata.nbgrader.grade_id):
                cell.outputs = [_as_words(output) for output in cell.get("outputs", [])]
        return nb, resources


def _as_words(output: NotebookNode) -> NotebookNode:
    """What a check of ours that has not passed says, its names as code; others as they are."""
    if output.output_type != "error" or output.ename not in _OURS:
        return output
    text = "\n".join(output.traceback)
    first, _, rest = map(as_html, text.partition("\n"))
    words = f"<div><b>{first}</b><br>{rest}</div>".replace("\n", "<br>")
    return new_output("display_data", data={"text/plain": text, "text/html": words})


def _told(outputs: list[NotebookNode], lines: list[str], start: int) -> list[NotebookNode]:
    """What a check cell with hidden tests may show.

    All, if a test that learners may see has failed, so that no hidden one has run. Else whether
    it passed and nothing more: even a print may show what the hidden tests ask. These begin at line
    `start`, from 0.
    """
    for output in outputs:
        if output.output_type != "error":
            continue
        if output.ename in _OURS and output.evalue.partition(": ")[0] in catalogue():
            return [output]  # why it could not run
        texts = strip_ansi("\n".join(output.traceback)).split("\n")
        shown = [(each, _line_of(each, lines)) for each in texts]
        passed = [place for each, place in shown if "-> " in each[:20] and place is not None]
        if passed and max(passed) < start:
            output.traceback = [each for each, place in shown if place is None or place < start]
            return outputs
        words = "A hidden test did not pass."
        return [new_output("error", ename="HiddenTest", evalue=words, traceback=[words])]
    return []


def _line_of(shown: str, lines: list[str]) -> int | None:
    """Which line of a check cell a line of a traceback shows, from 0; None if none."""
    found = _SHOWN.match(shown)
    if found is None:
        return None
    number = int(found.group(2)) - 1
    same = number < len(lines) and lines[number].strip() == found.group(3).strip()
    return number if same else None


def _take_out(value: Any, secret: set[str]) -> None:
    """Replace hidden lines in all text of an output, wherever a learner's code has put them."""
    for key, each in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(each, dict | list):
            _take_out(each, secret)
        elif isinstance(each, str):
            plain = strip_ansi(each)
            if any(line in plain for line in secret):
                for line in secret:
                    plain = plain.replace(line, GONE)
                value[key] = plain


def _without_draws(output: NotebookNode) -> NotebookNode:
    """A failed check of ours, its message without the points that it names."""
    if output.output_type != "error":
        return output
    code, _, shown = output.evalue.partition(": ")
    masked = without_draws(code, shown)
    if masked == shown:
        return output
    return new_output(
        "error", ename=output.ename, evalue=f"{code}: {masked}", traceback=masked.splitlines()
    )
