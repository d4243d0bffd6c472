"""Files that are handed in for a notebook and that nobody can read as one."""

import json
from typing import NamedTuple

from tests.support.damage import filled

PLAIN = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}}


class Unreadable(NamedTuple):
    """One file: what it is, its bytes, and the code of the reason to be told."""

    label: str
    content: bytes
    code: str


def notebook(**cell):
    """A notebook with one code cell."""
    return {**PLAIN, "cells": [{"cell_type": "code", "metadata": {}, "source": "x = 1", **cell}]}


def unreadable(name):
    """All of them.

    Args:
        name: of the notebook that was damaged, such as `02_tanh`.
    """
    text = json.dumps(filled(name))
    several = json.dumps(filled(name), indent=1)
    conflict = several.replace(
        '"cells": [', '"cells": [\n<<<<<<< HEAD\n {},\n=======\n {"a": 1},\n>>>>>>> 0a1b2c3\n', 1
    )
    in_a_character = text.encode()[: text.encode().index(b"\\u") + 3]
    found = [
        ("empty-file", b"", "empty"),
        ("blank-lines", b" \n\t\n", "empty"),
        ("byte-order-mark-only", b"\xef\xbb\xbf", "empty"),
        ("no-cells", json.dumps({**PLAIN, "cells": []}), "empty"),
        ("html-sign-in", "<!DOCTYPE html><html>Sign in</html>", "html_page"),
        ("html-404", "\n\n<html><body>404</body></html>", "html_page"),
        ("git-conflict", conflict, "git_conflict"),
        ("cut-in-half", text[: len(text) // 2], "truncated"),
        ("cut-last-character", text[:-1], "truncated"),
        ("cut-after-first", text[:1], "truncated"),
        ("cut-before-last-brace", text[: text.rindex("}")], "truncated"),
        ("cut-in-first-cell", '{"cells": [{"cell_type": "co', "truncated"),
        ("cut-in-a-character", in_a_character, "truncated"),
        ("picture", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not_text"),
        ("zip-archive", b"PK\x03\x04\x14\x00\x00\x00\x08\x00\xb1", "not_text"),
        ("pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "not_text"),
        ("every-byte", bytes(range(256)) * 4, "not_text"),
        ("one-word", "hello", "not_a_notebook"),
        ("python-file", "import torch\n\nprint(torch.tanh)\n", "not_a_notebook"),
        ("json-empty", "{}", "not_a_notebook"),
        ("json-list", "[1, 2]", "not_a_notebook"),
        ("json-null", "null", "not_a_notebook"),
        ("json-text", '"text"', "not_a_notebook"),
        ("cells-are-text", '{"cells": "none"}', "not_a_notebook"),
        ("cells-are-a-dict", '{"cells": {"0": {}}}', "not_a_notebook"),
        ("worksheets-are-a-number", '{"worksheets": 5}', "not_a_notebook"),
        ("twice-in-one-file", text + text, "not_a_notebook"),
        ("number-of-5000-digits", f'{{"cells": [{"9" * 5000}]}}', "not_a_notebook"),
        ("deep-lists", "[" * 100_000, "not_a_notebook"),
        ("deep-dicts", '{"cells":' * 50_000, "not_a_notebook"),
        ("10001-cells", json.dumps({**PLAIN, "cells": [{}] * 10_001}), "too_large"),
        ("million-values", json.dumps({**PLAIN, "cells": [], "x": [[]] * 1_000_001}), "too_large"),
        ("5-mb-of-code", json.dumps(notebook(source="x" * 5_000_001)), "too_large"),
    ]
    return [
        Unreadable(label, content if isinstance(content, bytes) else content.encode(), code)
        for label, content, code in found
    ]
