"""Judges what is missing: not started, not run in this session, misnamed, or stopped by an error.

Every judge asks `absent()` first. Also turns exceptions into verdicts: the commonest ones that
beginners meet are recognised and get a message of their own.
"""

from __future__ import annotations

import re
from typing import Any

from autograder.checks.exercises import part_named
from autograder.checks.verdict import Verdict, not_started, not_yet, raised

#: Exceptions with a message of their own: code, and what the exception's text must match.
_KNOWN_ERRORS = (
    ("raised_super_init", r"before Module\.__init__\(\) call|super\(\)\.__init__"),
    ("raised_no_forward", r"missing the required .forward. function"),
    ("raised_inner_sizes", r"mat1 and mat2 shapes cannot be multiplied"),
    ("raised_probabilities_needed", r"elements of input should be between 0 and 1"),
    ("raised_float_labels", r"expected scalar type Long but found|expected target dtype to be Long"
     r"|expected floating point type for target with class prob"
     r"|not implemented for '(Float|Double)'.*nll|nll_loss.*'(Float|Double)'"),
    ("raised_int_labels", r"Found dtype Long but expected Float|result type Float can't be cast to"
     r"|expected scalar type Float but found Long"),
    ("raised_double_features", r"must have the same dtype, but got (Double|Float) and"
     r"|expected scalar type (Float|Double) but found"),
    ("raised_target_size", r"Target size .* must be the same as input size"
     r"|target size .* that is different to the input size"),
    ("raised_target_range", r"Target -?\d+ is out of bounds"),
    ("raised_one_row_per_class", r"Expected input batch_size|0D or 1D target tensor expected"
     r"|Dimension out of range"),
    ("raised_no_gradient", r"does not require grad and does not have a grad_fn"),
    ("raised_second_backward", r"backward through the graph a second time"),
    ("raised_devices", r"Expected all tensors to be on the same device"),
    ("raised_numpy_gradient", r"Can't call numpy\(\) on Tensor that requires grad"),
)  # fmt: skip


def raised_by(part_id: str, error: dict[str, str], where: str) -> Verdict:
    """The verdict on an exception.

    Args:
        part_id: whose code raised.
        error: `{"type", "message"}`.
        where: when it happened, to complete "This error came ...".
    """
    label = part_named(part_id).label
    text = f"{error['type']}: {error['message'].splitlines()[0] if error['message'] else ''}"
    facts: dict[str, Any] = {"label": label, "where": where, "error": text[:300].rstrip(": ")}
    if error["type"] == "NameError":
        return raised("raised_name", **facts)
    for code, pattern in _KNOWN_ERRORS:
        if re.search(pattern, error["message"]):
            return raised(code, **facts)
    return raised("raised_other", **facts)


def absent(evidence: dict[str, Any]) -> Verdict | None:
    """The verdict where a part's names are missing; None where all are there.

    Args:
        evidence: has `presence`, as `evidence.presence` collects it.
    """
    found = evidence["presence"]
    part = part_named(found["part"])
    missing = ", ".join(f"`{name}`" for name in found["missing"])
    facts = {"label": part.label, "title": part.title, "missing": missing}
    if not found["missing"]:
        return None
    if not found["recorder"]:
        return not_started("session_is_new", **facts)
    if found["blank"]:
        return not_started("blank", **facts)
    if found["error"]:
        return raised_by(part.id, found["error"], "when your cell ran")
    if found["ran"]:
        return not_yet("name_missing", **facts)
    return not_started("cell_not_run", **facts)


def absent_one(evidence: dict[str, Any], name: str) -> Verdict | None:
    """As `absent`, for one name of a part: its other names may be missing."""
    found = evidence["presence"]
    own = [missing for missing in found["missing"] if missing == name]
    return absent({"presence": {**found, "missing": own}})
