"""Turns evidence into text and back: JSON, with arrays as bytes. Nothing is ever unpickled.

A kernel packs what it collected, and a grader unpacks it in another process and keeps it. The
text may come from hostile code, so `unpack` believes nothing: kinds, sizes and depth are bounded.
"""

import base64
import json
import math
import zlib
from typing import Any

import numpy as np

from helpers.text import storable

#: More than the largest evidence of an honest notebook, by a wide margin.
_LIMIT = 4 * 2**20
#: A text in it is cut here, whoever wrote it.
TEXT_LIMIT = 60_000
ARRAY_BYTES_LIMIT = 16 * 2**20
DEPTH_LIMIT = 12
_ARRAY = "__array__"
_KINDS = ("bool", "int32", "int64", "float32", "float64")


class BadEvidence(ValueError):  # noqa: N818 - a finding about a message, not a fault of ours
    """The text is no evidence; the message says in a few words why."""


def pack(evidence: Any) -> str:
    """Evidence as one line of JSON text.

    Raises:
        TypeError: it holds anything but dicts with text keys, lists, tuples, sets, text, numbers,
            None and NumPy arrays of numbers or truth values.
    """
    return json.dumps(_plain(evidence), separators=(",", ":"), allow_nan=True)


def unpack(text: str) -> Any:
    """The evidence in a text that `pack` made; tuples and sets come back as lists.

    Raises:
        BadEvidence: it is none, or larger than evidence can be.
    """
    if len(text) > _LIMIT:
        raise BadEvidence(f"it has {len(text)} characters; {_LIMIT} are allowed")
    try:
        found = json.loads(text)
    except RecursionError:
        raise BadEvidence("it is nested too deeply") from None
    except ValueError:  # also for a number of more digits than Python reads
        raise BadEvidence("it is not JSON") from None
    return _restored(found, [ARRAY_BYTES_LIMIT], 0)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str) or key == _ARRAY:
                raise TypeError(f"evidence cannot have the key {key!r}")
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(_plain(item) for item in value)
    if isinstance(value, np.ndarray):
        return _plain_array(value)
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    raise TypeError(f"evidence cannot hold a {type(value).__name__}")


def _plain_array(array: np.ndarray) -> dict[str, Any]:
    if array.dtype.name not in _KINDS:
        raise TypeError(f"evidence cannot hold an array of {array.dtype}")
    kept = array
    # Values that were float32 once fit into float32 again: half the bytes, and nothing lost.
    if array.dtype == np.float64:
        with np.errstate(all="ignore"):
            half = array.astype(np.float32)
        if np.array_equal(half.astype(np.float64), array, equal_nan=True):
            kept = half
    content = zlib.compress(np.ascontiguousarray(kept).tobytes(), 6)
    return {
        _ARRAY: array.dtype.name,
        "kept": kept.dtype.name,
        "shape": list(array.shape),
        "bytes": base64.b64encode(content).decode("ascii"),
    }


def _restored(value: Any, left: list[int], depth: int) -> Any:
    """A value as it was packed; `left` holds how many bytes of arrays may still come."""
    if depth > DEPTH_LIMIT:
        raise BadEvidence("it is nested too deeply")
    if isinstance(value, list):
        return [_restored(item, left, depth + 1) for item in value]
    if not isinstance(value, dict):
        return storable(value[:TEXT_LIMIT]) if isinstance(value, str) else value
    if _ARRAY in value:
        return _restored_array(value, left)
    return {key: _restored(item, left, depth + 1) for key, item in value.items()}


def _restored_array(value: dict[str, Any], left: list[int]) -> np.ndarray:
    kind, kept = value[_ARRAY], value.get("kept")
    shape, content = value.get("shape"), value.get("bytes")
    wrong = BadEvidence("an array in it is described wrongly")
    if kind not in _KINDS or not isinstance(shape, list) or not isinstance(content, str):
        raise wrong
    if len(shape) > 4 or any(type(length) is not int or length < 0 for length in shape):
        raise wrong
    if kept != kind and (kept, kind) != ("float32", "float64"):
        raise wrong
    dtype = np.dtype(kept)
    size = math.prod(shape) * dtype.itemsize
    left[0] -= size
    if left[0] < 0:
        raise BadEvidence("its arrays are too large")
    try:
        stream = zlib.decompressobj()
        # One byte more than it may have: enough to see that it has too many, and no bomb.
        raw = stream.decompress(base64.b64decode(content, validate=True), size + 1)
    except (ValueError, zlib.error):
        raise BadEvidence("an array in it cannot be read") from None
    if len(raw) != size:
        raise BadEvidence("an array in it has another size than it says")
    return np.frombuffer(raw, dtype=dtype).reshape(shape).astype(kind, copy=True)
