"""What one cell shows: built from a kernel's messages, none of which is trusted.

Learners' code shares the kernel's process and so can send any message. One that is not in order
is left out; all of them count towards the cell's limit.
"""

import json
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import output_from_msg

#: Bytes that an output counts for besides its own: what it costs whoever writes the file down.
_EACH = 1000
#: What a message that is not in order makes of whoever reads it; RecursionError, if it is deep.
_NOT_IN_ORDER = (
    AttributeError, KeyError, RecursionError, TypeError, ValueError, nbformat.ValidationError,
)  # fmt: skip


@dataclass
class CellRun:
    """How one cell went.

    Attributes:
        outputs: as a notebook holds them.
        count: the execution count.
        stopped: why it did not run to its end, as a message code; "" if it did.
        printed: all that it wrote to standard output, in pieces, cleared later or not.
        pictures: how many it showed, cleared or not.
        error: the kind and the message of the error that ended it, or None.
    """

    outputs: list[NotebookNode] = field(default_factory=list)
    count: int | None = None
    stopped: str = ""
    printed: list[str] = field(default_factory=list)
    pictures: int = 0
    error: tuple[str, str] | None = None


class Collector:
    """Takes the messages of one cell.

    Args:
        request: the id of the message that asked to run it.
        limit: bytes that it may show; what comes after is dropped.
    """

    def __init__(self, request: str, limit: int) -> None:
        self.run = CellRun()
        self.reply: dict[str, Any] = {}
        self.size = 0
        self.idle = False
        self._request = request
        self._limit = limit
        self._clear_first = False

    @property
    def full(self) -> bool:
        """Whether it has shown more than it may."""
        return self.size > self._limit

    def take(self, message: dict[str, Any]) -> None:
        """Count a message, and add what it shows if it belongs to this cell and is in order."""
        try:
            content = message["content"]
            self.size += len(json.dumps(content)) + sum(map(len, message["buffers"]))
            if message["parent_header"].get("msg_id") != self._request:
                return
            kind = message["msg_type"]
            if kind == "status":
                self.idle |= content["execution_state"] == "idle"
            elif kind == "execute_input":
                self.run.count = int(content["execution_count"])
            elif kind == "clear_output" and not self.full:
                self._clear_first = bool(content["wait"])
                if not self._clear_first:
                    self.run.outputs.clear()
            elif kind in ("stream", "display_data", "execute_result", "error") and not self.full:
                self._add(output_from_msg(message))
        except _NOT_IN_ORDER:
            return

    def add_unseen(self, reply: dict[str, Any]) -> None:
        """Add an error that the learner's code kept from being shown.

        nbgrader reads marks from errors, so a check must not fail in silence.
        """
        content = self.reply = reply["content"]
        seen = {output.ename for output in self.run.outputs if output.output_type == "error"}
        if content.get("status") != "error":
            return
        self.run.error = str(content.get("ename")), str(content.get("evalue"))
        if content.get("ename") not in seen:
            self.run.outputs.append(
                nbformat.v4.new_output(
                    "error",
                    ename=str(content.get("ename")),
                    evalue=str(content.get("evalue")),
                    traceback=[str(line) for line in content.get("traceback") or []],
                )
            )

    def _add(self, output: NotebookNode) -> None:
        nbformat.validate(output, ref="output", version=4, version_minor=5)
        outputs = self.run.outputs
        self._count(output)
        if self._clear_first:
            outputs.clear()
            self._clear_first = False
        last = outputs[-1] if outputs else None
        if (
            last is not None
            and output.output_type == last.output_type == "stream"
            and output.name == last.name
        ):
            last.text += output.text  # as front ends show it
        else:
            outputs.append(output)
            self.size += _EACH

    def _count(self, output: NotebookNode) -> None:
        """Remember what a cell may clear from the page, as live plots and progress do."""
        if output.output_type == "stream":
            self.run.printed += [output.text] if output.name == "stdout" else []
        elif any(
            kind.startswith("image/") or "data:image/" in str(value)
            for kind, value in output.get("data", {}).items()
        ):
            self.run.pictures += 1  # one with a text for those who cannot see it comes as HTML
