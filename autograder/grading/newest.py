"""Which of several files of one notebook was worked on last."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.grading.reading import NotGradable, read_bytes


def newest(paths: list[Path]) -> Path:
    """The file whose cells ran last; by the files' dates, where one does not say when.

    Args:
        paths: at least one.
    """
    if len(paths) == 1:
        return paths[0]
    ran = {path: _executed(path) for path in paths}
    if not all(ran.values()):
        ran = {path: path.lstat().st_mtime for path in paths}
    return max(paths, key=lambda path: (ran[path], path.name))


def _executed(path: Path) -> float:
    """When a cell last ran, as Jupyter or Colab may have noted it; 0 where they have not."""
    try:
        return max(_times(json.loads(read_bytes(path))), default=0.0)
    except (NotGradable, ValueError, OverflowError, RecursionError):
        return 0.0


def _times(value: Any) -> Iterator[float]:
    for cell in value.get("cells", []) if isinstance(value, dict) else []:
        metadata = cell.get("metadata") if isinstance(cell, dict) else None
        if not isinstance(metadata, dict):
            continue
        jupyter, colab = metadata.get("execution"), metadata.get("executionInfo")
        for text in jupyter.values() if isinstance(jupyter, dict) else []:
            if isinstance(text, str):
                yield datetime.fromisoformat(text).timestamp()
        if isinstance(colab, dict) and isinstance(colab.get("timestamp"), int):
            yield colab["timestamp"] / 1000
