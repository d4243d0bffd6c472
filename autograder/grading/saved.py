"""Reads what a submitted file's saved outputs say of its checks; believes none of it."""

from __future__ import annotations

from typing import Any

from autograder.checks.verdict import CORRECT, HEADINGS

#: Outputs of one cell that are looked at, and characters of each.
_MOST, _BEGINNING = 20, 200


def claims_pass(outputs: Any) -> bool:
    """True if a check cell's saved outputs hold a passing line of ours.

    Args:
        outputs: as they stand in the file, whatever that is.
    """
    texts = [_text(output) for output in outputs[-_MOST:]] if isinstance(outputs, list) else []
    return any(text.startswith(f"{HEADINGS[CORRECT]} - exercise ") for text in texts)


def _text(output: Any) -> str:
    if not isinstance(output, dict) or output.get("output_type") == "error":
        return ""
    data = output.get("data")
    text = data.get("text/plain") if isinstance(data, dict) else output.get("text")
    if isinstance(text, list):
        text = text[0] if text else ""
    return text[:_BEGINNING].lstrip() if isinstance(text, str) else ""
