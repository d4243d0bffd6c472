"""Makes a source into what learners get: addresses for its links, and a setup cell that installs.

Sources link to files beside them, and hold no address. This is the first of the steps that
`nbgrader_config.py` has nbgrader take, so formgrader's button does the same as the command.
"""

import base64
import bz2
import hashlib
import json
import re
from importlib.resources import files
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Unicode

from autograder.course.address import Address, address_of
from autograder.course.setup_cell import CARRYING, INSTALLING, START
from autograder.course.sources import sources_of

_BADGE = re.compile(r"(?m)^(\[Open this notebook in Colab\])\(\.\./\.\./([\w./-]+)\)\n\n")
_LINK = re.compile(r"\]\(\.\./\.\./([\w./-]+)\)")
#: What a standalone notebook carries.
_PACKED = ("helpers", "autograder.checks")
#: Folded away, in Colab and in Jupyter.
FOLDED = {"cellView": "form", "jupyter": {"source_hidden": True}}


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
        """The address to put in: the package's own if the settings say nothing.

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
                cell.source = INSTALLING.replace("<SOURCE>", address.package)
                if self.standalone:
                    cell.source = carrying()
                    cell.metadata.update(FOLDED)
        return nb, resources

    def _linked(self, text: str, address: Address) -> str:
        def badge(match: re.Match[str]) -> str:
            url = "" if self.standalone else address.colab(match[2])
            return f"{match[1]}({url})\n\n" if url else ""  # a file by mail is not at any address

        return _LINK.sub(lambda match: f"]({address.page(match[1])})", _BADGE.sub(badge, text))


def carrying() -> str:
    """The setup cell of a standalone notebook: with `helpers` and `autograder.checks` in it."""
    root = files("autograder").joinpath("__init__.py").read_text("utf-8")
    sources = (each for package in _PACKED for each in sources_of(package))
    texts = {"autograder/__init__.py": root} | {path: text.decode() for path, text in sources}
    parcel = base64.b64encode(bz2.compress(json.dumps(texts).encode())).decode()
    digest = hashlib.sha256(parcel.encode()).hexdigest()
    return CARRYING.replace("<SHA256>", digest).replace("<PARCEL>", parcel)
