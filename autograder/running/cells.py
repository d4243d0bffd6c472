"""Runs a notebook's cells, and goes on where one failed for what is not the learner's fault.

A package, a magic or a newer Python that this machine does not have must not cost what stands
beside it. What is done about it is told; where points may have been lost all the same, a person is
asked.
"""

from collections.abc import Collection, Iterator
from itertools import islice

from nbformat import NotebookNode

from autograder.checks.table import PARTS
from autograder.course.cell_text import quoted, words
from autograder.course.folders import cell_name
from autograder.kernels.cell import CellRun
from autograder.kernels.session import Kernel
from autograder.mending.mend import ELSEWHERE, MERGED, RELEASED
from autograder.running.lacking import Lacking, lacks_device, others, statements
from autograder.running.newer_python import HERE, needs_newer
from autograder.submissions.cells import Note

#: So many statements of one cell are tried again, or passed over.
_MOST = 30
#: `torch.compile` takes a minute and a compiler, and changes no answer: here it changes nothing.
_AS_WRITTEN = (
    "(lambda torch: torch and torch.compiler.set_stance('force_eager') and None)"
    "(__import__('sys').modules.get('torch'))"
)
_UNREAD = ("SyntaxError", "IndentationError", "TabError")


class Cells:
    """The cells of one run.

    Attributes:
        mended: what there is to tell.
        newer: the Python that can read a part's cell, where the one here cannot; by part.
        lacks_device: a cell has failed because there is no GPU here.
    """

    def __init__(self, kernel: Kernel) -> None:
        self.mended: list[Note] = []
        self.newer: dict[str, str] = {}
        self.lacks_device = False
        self._kernel = kernel
        self._doubts: list[Note] = []

    def run(self, cell: NotebookNode) -> Iterator[CellRun]:
        """Run a cell, and after it what else has to be run for it."""
        part = part_of(cell)
        if "compile" in cell.source:  # else torch's compiler is not even imported
            self._kernel.ask(_AS_WRITTEN)
        run = self._kernel.run(cell.source, part)
        yield run
        if not _failed(run):
            return
        assert run.error is not None
        if lacks_device(run.error[1]):
            self.lacks_device = True
            said = "A cell asks for a GPU, which this machine does not have, and failed."
            self._doubts.append(Note("device_missing", part, said))
            return
        if run.error[0] in _UNREAD and (needs := needs_newer(cell.source)):
            self._tell_newer(cell, part, needs)
        yield from self._again(cell, part, run.error)

    def doubts(self, failed: Collection[str]) -> list[Note]:
        """What a person should look at, as some parts have failed."""
        found = [note for note in self._doubts if note.part in failed or (failed and not note.part)]
        for part in failed if self.newer else ():
            needs = " or ".join(sorted(set(self.newer.values())))
            words = (
                f"Code of this notebook is right in Python {needs}, and Python {HERE} grades here. "
                "Please read it, or grade it with a newer Python."
            )
            found.append(Note("newer_python", part, words))
        return found

    def _tell_newer(self, cell: NotebookNode, part: str, needs: str) -> None:
        self.newer[part] = needs
        what = part or f"The cell {quoted(cell.source)}"
        words = f"{what} needs Python {needs}; Python {HERE} grades here and cannot read it."
        self.mended.append(Note("newer_python", part, words))

    def _again(self, cell: NotebookNode, part: str, error: tuple[str, str]) -> Iterator[CellRun]:
        lacking, code = Lacking(), statements(cell.source)
        released, merged = cell.metadata.get(RELEASED, ""), cell.metadata.get(MERGED, "")
        if released or merged:
            yield self._kernel.run(f"{released}\n\n{merged}".strip())
        if released:
            lacking.find(error, code)
            for statement in islice(others(code, released), _MOST):
                run = self._kernel.run(statement)
                if _failed(run) and run.error is not None:
                    lacking.find(run.error, [statement])
                yield run
        else:
            yield from self._rest(code, part, error, lacking)
        if released:
            why = f": {_not_here(lacking)}" if lacking.names else ""
            told = (
                f"The given cell {quoted(released)} had been changed and failed here{why}. "
                "The released one ran after it."
            )
            self.mended.append(Note("given_failed", "", told))
        elif lacking.names:
            what = f"The code of {part}" if part else f"The cell {quoted(cell.source)}"
            told = f"{what} failed here: {_not_here(lacking)}. What stands below it ran without."
            self.mended.append(Note("package_missing", part, told))
            if part:
                self._doubts.append(Note("package_missing", part, told))

    def _rest(
        self, code: list[str], part: str, error: tuple[str, str], lacking: Lacking
    ) -> Iterator[CellRun]:
        """Run what stands below each statement that asks for what is not here."""
        for _ in range(_MOST):
            place = lacking.find(error, code)
            code = code[place + 1 :] if place is not None else []
            if not words("\n".join(code)):
                return
            run = self._kernel.run("\n".join(code), part)
            yield run
            if not _failed(run) or run.error is None:
                return
            error = run.error


def part_of(cell: NotebookNode) -> str:
    """The part whose solution cell it is; "" for any other, and where its answer is in another."""
    name = cell_name(cell) or ""
    return name if name in PARTS and not cell.source.startswith(ELSEWHERE) else ""


def _failed(run: CellRun) -> bool:
    """True if its own code ended it."""
    return run.error is not None and not run.stopped


def _not_here(lacking: Lacking) -> str:
    return f"this machine does not have {lacking.in_words()}"
