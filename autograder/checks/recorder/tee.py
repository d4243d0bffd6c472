"""Lets a cell print as ever and keeps a bounded copy of what it printed. Knows no cell."""

from __future__ import annotations

import io
from typing import Any, TextIO

#: Characters of printed text kept for one cell: the first and the last half of it.
TEXT_LIMIT = 200_000


class Tee(io.TextIOBase):
    """Passes text on to the real stream and keeps a bounded copy."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self._kept: list[str] = []
        self._length = 0
        self._tail = ""

    def write(self, text: str) -> int:
        """Pass the text on; keep it while there is room, then only the latest."""
        if isinstance(text, str):
            if self._length < TEXT_LIMIT // 2:
                self._kept.append(text[: TEXT_LIMIT // 2])
            else:
                self._tail = (self._tail + text)[-TEXT_LIMIT // 2 :]
            self._length += len(text)
        return self.stream.write(text)

    def flush(self) -> None:
        """Flush the real stream."""
        self.stream.flush()

    def text(self) -> str:
        """What was printed, or its beginning and its end."""
        return "".join(self._kept) + self._tail

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)
