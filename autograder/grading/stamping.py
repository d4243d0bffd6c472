"""Makes a source into what learners get: addresses for its links, and a setup cell that installs.

Sources link to files beside them, and hold no address. This is the first of the steps that
`nbgrader_config.py` has nbgrader take, so formgrader's button does the same as the command.
"""

from __future__ import annotations

import re
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Unicode

from autograder.grading.address import Address, address_of
from autograder.grading.setup_cells import FOLDED, START, carrying, installing

_BADGE = re.compile(r"(?m)^(\[Open this notebook in Colab\])\(\.\./\.\./([\w./-]+)\)\n\n")
_LINK = re.compile(r"\]\(\.\./\.\./([\w./-]+)\)")


class Stamp(NbGraderPreprocessor):
    """Puts in the repository's address, and the setup cell."""

    repository = Unicode(
        "", help="The repository that learners install from; empty for the package's own."
    ).tag(config=True)
    revision = Unicode("main", help="A branch, a tag or a commit in it.").tag(config=True)
    standalone = Bool(
        False, help="Let the setup cell carry all that lessons need, and install nothing."
    ).tag(config=True)

    def address(self) -> Address:
        """The address to put in.

        Raises:
            BadAddress: the settings hold something else.
        """
        return address_of(self.repository or None, self.revision)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Stamp every cell; those that nbgrader manages hold no address, and stay as they are."""
        address = self.address()
        for cell in nb.cells:
            if cell.cell_type == "markdown":
                cell.source = self._linked(cell.source, address)
            elif cell.cell_type == "code" and cell.source.endswith(START):
                cell.source = carrying() if self.standalone else installing(address)
                if self.standalone:
                    cell.metadata.update(FOLDED)
        return nb, resources

    def _linked(self, text: str, address: Address) -> str:
        def badge(match: re.Match[str]) -> str:
            url = "" if self.standalone else address.colab(match[2])
            return f"{match[1]}({url})\n\n" if url else ""  # a file by mail is not at any address

        return _LINK.sub(lambda match: f"]({address.page(match[1])})", _BADGE.sub(badge, text))
