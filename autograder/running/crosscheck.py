"""Compares what a kernel says about a cell with what the grader saw that cell show.

The recorder lives in the learner's process, and learners' code can write into it. What was printed
and drawn reached the grader too; so only those lines count that were printed for all to see.
"""

from autograder.checks.evidence.packing import BadEvidence, pack, unpack
from autograder.checks.table import CHECKS
from autograder.kernels.cell import CellRun
from autograder.submissions.cells import Note

#: Lines that may differ: a long text is cut once, in the middle of a line.
_ODD_LINES = 2


class Shown:
    """What the cells of one run showed. `flags` are for a person."""

    def __init__(self) -> None:
        self.flags: list[Note] = []
        self._lines: set[str] = set()
        self._pictures = 0

    def add(self, run: CellRun) -> None:
        """Take note of a cell that has run."""
        self._lines.update("".join(run.printed).splitlines())
        self._pictures += run.pictures

    def confirm(self, check_id: str, part: str, text: str) -> str:
        """A check's evidence, as the kernel packed it, without lines that no cell printed.

        A text of another form is left to the judge.
        """
        pictures, self._pictures = self._pictures, 0
        try:
            found = unpack(text) if CHECKS[check_id].shown else None
        except BadEvidence:
            return text
        if not isinstance(found, dict):
            return text
        if found.get("axes") and not pictures:
            self._flag("picture_not_seen", part, "A picture was recorded, and no cell showed one.")
        claimed = found.get("text")
        if not isinstance(claimed, str):
            return text
        lines = claimed.splitlines()
        known = [line for line in lines if line in self._lines]
        if len(known) == len(lines):
            return text
        if len(lines) - len(known) > _ODD_LINES:
            words = "Progress was recorded that no cell printed; what was printed counts."
            self._flag("text_not_seen", part, words)
        return pack({**found, "text": "\n".join(known)})

    def _flag(self, code: str, part: str, message: str) -> None:
        self.flags.append(Note(code, part, message))
